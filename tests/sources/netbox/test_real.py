"""The same against NetBox itself: a network of oddities, made through its API."""

import base64
import datetime as dt
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import requests
import yaml

from linewright.errors import DataError, SourceError, UsageError
from linewright.lab import netbox as lab
from linewright.model.snapshot import Snapshot
from linewright.sources import recorded
from linewright.sources.netbox import Connection, asking, filters, load, needed_permissions, parse
from linewright.sources.netbox.health import health
from linewright.sources.netbox.transport import Client

pytestmark = pytest.mark.netbox

#: One grey pixel.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
)


class Api:
    """NetBox's API as the administrator uses it."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"

    def make(self, path: str, **fields) -> int:
        return self.post(path, fields)["id"]

    def post(self, path: str, fields: dict) -> dict:
        answer = self.session.post(f"{self.url}/api/{path}/", json=fields, timeout=60)
        assert answer.status_code == 201, f"{path}: {answer.text[:500]}"
        return answer.json()

    def change(self, path: str, number: int, **fields) -> None:
        answer = self.session.patch(f"{self.url}/api/{path}/{number}/", json=fields, timeout=60)
        assert answer.status_code == 200, answer.text[:500]

    def remove(self, path: str, number: int) -> None:
        assert self.session.delete(f"{self.url}/api/{path}/{number}/", timeout=60).status_code == 204

    def upload(self, path: str, fields: dict, name: str) -> int:
        picture = {"image": (name, PICTURE, "image/png")}
        answer = self.session.post(f"{self.url}/api/{path}/", data=fields, files=picture, timeout=60)
        assert answer.status_code == 201, f"{path}: {answer.text[:500]}"
        return answer.json()["id"]

    def count(self, path: str, query: str) -> int:
        return self.session.get(f"{self.url}/api/{path}/?limit=1&{query}", timeout=60).json()["count"]


@pytest.fixture(scope="module")
def api(tmp_path_factory, checkout):
    folder = tmp_path_factory.mktemp("netbox") / "lab"
    try:
        # In a process of its own, as people use it: what it starts outlives it.
        code = "import pathlib, sys; from linewright.lab import netbox; netbox.up(pathlib.Path(sys.argv[1]), branches=False)"
        subprocess.run([sys.executable, "-c", code, folder], cwd=checkout, check=True)
        running = lab.status(folder)
        made = Api(running.url, running.token)
        oddities(made.make, made.change)
        everything(made)
        yield made
        made.session.close()
    finally:
        lab.down(folder)


@pytest.fixture(scope="module")
def real(api) -> Connection:
    token = api.session.headers["Authorization"].removeprefix("Bearer ")
    return Connection(url=api.url, token=token)


@pytest.fixture(scope="module")
def whole(real) -> Snapshot:
    """All of it, read once; a test that changes something puts it back."""
    return load(real)


def oddities(make, change) -> None:  # noqa: PLR0915 - one network, told from top to bottom
    """The network that recorded.json was recorded from: in this order, so that ids are the same."""
    rir = make("ipam/rirs", name="doc", slug="doc")
    asns = [make("ipam/asns", asn=64496, rir=rir, description="hq"), make("ipam/asns", asn=65540, rir=rir)]
    region = make("dcim/regions", name="North", slug="north")
    tag = make("extras/tags", name="Core Net", slug="core-net")
    kinds = [
        ("select", "classification"),
        ("multiselect", "releasable"),
        ("text", "note"),
        ("json", "blob"),
        ("decimal", "loss"),
        ("date", "installed"),
        ("boolean", "crit"),
        ("integer", "num"),
    ]
    everywhere = [
        "dcim.device",
        "dcim.site",
        "ipam.prefix",
        "dcim.cable",
        "dcim.interface",
        "circuits.circuit",
    ]
    choices = [["u", "Unclassified"], ["r", "Restricted"]]
    for kind, name in kinds:
        extra = {}
        if "select" in kind:
            extra["choice_set"] = make("extras/custom-field-choice-sets", name=name, extra_choices=choices)
        make("extras/custom-fields", name=name, type=kind, object_types=everywhere, **extra)
    for kind, name, target in (
        ("object", "owner_site", "dcim.site"),
        ("multiobject", "peers", "dcim.device"),
    ):
        make(
            "extras/custom-fields",
            name=name,
            type=kind,
            related_object_type=target,
            object_types=["dcim.device"],
        )
    hq = make(
        "dcim/sites",
        name="HQ",
        slug="hq",
        asns=asns,
        region=region,
        tags=[tag],
        physical_address="1 Road\nTown",
        custom_fields={"classification": "u", "releasable": ["u", "r"]},
    )
    r1 = make("dcim/sites", name="R1", slug="r1", status="planned")
    building = make("dcim/locations", name="Bldg", slug="bldg", site=hq)
    room = make("dcim/locations", name="Room 1", slug="room-1", site=hq, parent=building)
    rack = make("dcim/racks", name="A1", site=hq, location=room)
    make("dcim/racks", name="A1", site=r1)
    acme = make("dcim/manufacturers", name="Acme", slug="acme")
    frr = make("dcim/platforms", name="FRR", slug="frr", manufacturer=acme)
    child = make("dcim/platforms", name="FRR child", slug="frr-child", parent=frr)
    router = make("dcim/device-roles", name="Router", slug="router", color="ff0000")
    panel = make("dcim/device-roles", name="Panel", slug="patch-panel")
    kind = make("dcim/device-types", manufacturer=acme, model="X1", slug="x1", u_height=1.5, part_number="PN")
    make("dcim/device-types", manufacturer=acme, model="X0", slug="x0", u_height=0)
    shared = {"ntp": ["192.0.2.1"], "bgp": {"asn": 64496}}
    make("extras/config-contexts", name="hqctx", weight=100, sites=[hq], data=shared)
    group = make("ipam/vlan-groups", name="G", slug="g", scope_type="dcim.site", scope_id=hq)
    announced = make("ipam/roles", name="Announced", slug="announced")
    users = make("ipam/vlans", vid=10, name="users", site=hq, role=announced)
    voice = make("ipam/vlans", vid=20, name="voice", group=group)
    everyone = make("ipam/vlans", vid=30, name="glob")
    management = make("ipam/vrfs", name="mgmt", rd="64496:1")
    make("ipam/vrfs", name="cust")
    make(
        "ipam/prefixes",
        prefix="192.0.2.0/24",
        scope_type="dcim.site",
        scope_id=hq,
        role=announced,
        vlan=users,
        custom_fields={"note": "x"},
    )
    make("ipam/prefixes", prefix="198.51.100.0/25", scope_type="dcim.location", scope_id=room, vrf=management)
    make(
        "ipam/prefixes",
        prefix="203.0.113.0/25",
        scope_type="dcim.region",
        scope_id=region,
        status="container",
    )
    make("ipam/prefixes", prefix="2001:DB8::/48")

    def device(name, site, role, **more):
        return make("dcim/devices", name=name, site=site, role=role, device_type=kind, **more)

    a = device(
        "hq-a",
        hq,
        router,
        platform=frr,
        rack=rack,
        position=1.5,
        face="front",
        serial="S1",
        asset_tag="AT1",
        location=room,
        tags=[tag],
        local_context_data={"bgp": {"asn": 64500, "router_id": "192.0.2.9"}},
        custom_fields={
            "classification": "r",
            "releasable": ["u"],
            "owner_site": hq,
            "loss": 1.50,
            "installed": "2026-01-01",
            "crit": True,
            "num": 5,
            "blob": {"a": [1, 1.5]},
        },
    )
    b = device("hq-b", hq, router, platform=child, custom_fields={"peers": [a]})
    r = device("r1-a", r1, router)
    panels = [device("hq-pp1", hq, panel), device("hq-pp2", hq, panel)]

    def port(owner, name, **more):
        return make("dcim/interfaces", device=owner, name=name, **{"type": "1000base-t", **more})

    lag = port(a, "ae1", type="lag")
    eth = {n: port(a, f"eth{n}", **({"lag": lag} if n == 1 else {})) for n in range(1, 13)}
    sub = port(a, "eth1.100", type="virtual", parent=eth[1], vrf=management)
    port(
        b,
        "eth1",
        mode="tagged",
        untagged_vlan=users,
        tagged_vlans=[everyone, voice],
        speed=1000000,
        mtu=9000,
        description="x",
        tags=[tag],
        custom_fields={"note": "hi"},
    )
    port(b, "eth2", mark_connected=True, enabled=False, mgmt_only=True)
    b3 = port(b, "eth3")
    port(b, "eth4")
    port(r, "eth1")
    port(r, "eth2")
    wide = port(b, "et1", type="40gbase-x-qsfpp")
    on_eth1 = {"assigned_object_type": "dcim.interface", "assigned_object_id": eth[1]}
    mac = make("dcim/mac-addresses", mac_address="02:00:00:00:00:01", **on_eth1)
    change("dcim/interfaces", eth[1], primary_mac_address=mac)
    loopback = make(
        "ipam/ip-addresses", address="192.0.2.9/32", dns_name="a.example.net", role="loopback", **on_eth1
    )
    v6 = make("ipam/ip-addresses", address="2001:DB8::0:9/64", **on_eth1)
    oob = make(
        "ipam/ip-addresses",
        address="198.51.100.1/25",
        vrf=management,
        assigned_object_type="dcim.interface",
        assigned_object_id=sub,
    )
    make("ipam/ip-addresses", address="203.0.113.77/32")
    change("dcim/devices", a, primary_ip4=loopback, primary_ip6=v6, oob_ip=oob)
    rear = [make("dcim/rear-ports", device=owner, name="R1", type="lc", positions=12) for owner in panels]

    def mapped(*positions):
        return [{"position": p, "rear_port": port, "rear_port_position": p} for port, p in positions]

    front = make(
        "dcim/front-ports",
        device=panels[0],
        name="F1",
        type="lc",
        positions=2,
        label="x",
        rear_ports=mapped((rear[0], 1), (rear[0], 2)),
    )
    make("dcim/front-ports", device=panels[1], name="F1", type="lc", rear_ports=mapped((rear[1], 1)))

    def cable(left, right, **more):
        ends = {
            side: [{"object_type": what, "object_id": number} for what, number in found]
            for side, found in (("a_terminations", left), ("b_terminations", right))
        }
        return make("dcim/cables", **ends, **more)

    port_kind = "dcim.interface"
    cable(
        [("dcim.rearport", rear[0])],
        [("dcim.rearport", rear[1])],
        label="TRUNK-1",
        type="smf-os2",
        length=12.50,
        length_unit="m",
        profile="single-1c12p",
        color="00ff00",
        tags=[tag],
        custom_fields={"classification": "u"},
    )
    cable([(port_kind, eth[2])], [("dcim.frontport", front)])
    cable(
        [(port_kind, wide)],
        [(port_kind, eth[n]) for n in (5, 6, 7, 8)],
        profile="breakout-1c4p-4c1p",
        label="BRK",
    )
    cable([(port_kind, eth[9]), (port_kind, eth[10])], [(port_kind, b3)], label="MULTI")
    power = make("dcim/power-ports", device=a, name="PSU1")
    outlet = make("dcim/power-outlets", device=b, name="O1")
    cable([("dcim.powerport", power)], [("dcim.poweroutlet", outlet)], label="PWR")
    console = make("dcim/console-ports", device=a, name="con")
    server = make("dcim/console-server-ports", device=b, name="p1")
    cable([("dcim.consoleport", console)], [("dcim.consoleserverport", server)], label="CON")
    carrier = make("circuits/providers", name="Carrier One", slug="carrier-one")
    network = make("circuits/provider-networks", provider=carrier, name="MPLS")
    wan = make("circuits/circuit-types", name="WAN", slug="wan")
    first = make(
        "circuits/circuits",
        cid="C-1",
        provider=carrier,
        type=wan,
        commit_rate=10000,
        tags=[tag],
        custom_fields={"note": "z"},
    )

    def termination(circuit, side, where, number, **more):
        where = {"termination_type": where, "termination_id": number}
        return make("circuits/circuit-terminations", circuit=circuit, term_side=side, **where, **more)

    end = termination(first, "A", "dcim.site", hq, port_speed=100000, xconnect_id="X1", pp_info="PP1/3")
    termination(first, "Z", "circuits.providernetwork", network)
    second = make("circuits/circuits", cid="C-2", provider=carrier, type=wan)
    termination(second, "A", "dcim.location", room)
    termination(second, "Z", "dcim.region", region)
    cable([("circuits.circuittermination", end)], [(port_kind, eth[11])], label="XC-1")


def everything(api: Api) -> None:
    """The rest of the recorded network: everything.yaml."""
    made: dict[str, int] = {}

    def found(value):
        if isinstance(value, dict):
            return {key: found(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [found(inner) for inner in value]
        if isinstance(value, str) and value.startswith("@"):
            return made[value[1:]]
        return str(value) if isinstance(value, dt.date) else value

    steps = yaml.safe_load(Path(__file__).with_name("everything.yaml").read_text(encoding="utf-8"))
    for step in steps:
        path, at, number = step["path"].partition("/@")
        fields = found(step["set"])
        if at:
            api.change(path, made[number], **fields)
            continue
        made_now = (
            api.upload(path, fields, step["picture"]) if "picture" in step else api.make(path, **fields)
        )
        made[step.get("as", "")] = made_now


def timeless(snapshot: Snapshot) -> Snapshot:
    """The same with journal entries of no time: NetBox alone says when they were made."""
    journal = tuple(msgspec.structs.replace(entry, created="") for entry in snapshot.tables.journal)
    tables = msgspec.structs.replace(snapshot.tables, journal=journal)
    return Snapshot.build(tables, snapshot.devices.values(), snapshot.origin)


def test_netbox_gives_what_was_recorded_from_it(whole, connection):
    found, expected = (timeless(one) for one in (whole, load(connection)))
    assert dict(found.devices) == dict(expected.devices)
    assert found.tables == expected.tables
    assert found.digest == expected.digest
    assert found.origin.version.startswith("NetBox 4.7.")
    assert int(found.origin.position) > 100


def test_a_snapshot_of_it_survives_the_file(whole, tmp_path):
    recorded.save(whole, tmp_path / "real")
    again = recorded.load(tmp_path / "real")
    assert dict(again.devices) == dict(whole.devices)
    assert again.digest == whole.digest


def test_small_pages_give_the_same(real, whole):
    assert load(replace(real, page_size=6, workers=2)).digest == whole.digest


def test_a_part_of_it_is_the_same_part(real, whole):
    part = load(real, parse(["site=hq", "role=router"]), expect=2)
    assert list(part.devices) == ["hq-a", "hq-b"]
    assert all(part.devices[name] == whole.devices[name] for name in part.devices)
    assert sorted(part.cables) == ["BRK", "CON", "MULTI", "PWR", "XC-1"]


def test_the_shipped_filters_are_those_of_this_netbox(real):
    with Client(real) as client:
        assert filters.from_schema(client) == filters.shipped()


@pytest.mark.parametrize(
    "text",
    [
        "device_role=typo",
        "has_primary_ip=maybe",
        "cf_crit=maybe",
        "cf_note__ic=zz",
        "cf_blob=zz",
        "name__zz=x",
    ],
)
def test_what_netbox_ignores_is_refused(api, real, text):
    assert api.count("dcim/devices", text) == api.count("dcim/devices", "")  # if this ends, the guard may go
    with pytest.raises(UsageError):
        load(real, parse([text]))


@pytest.mark.parametrize(
    "text", ["site=typo", "status=typo", "name=typo", "id=abc", "cf_num=abc", "cf_note=typo"]
)
def test_a_value_that_names_nothing_is_said(real, text):
    with pytest.raises(UsageError, match=text):
        load(real, parse([text]))


@pytest.mark.parametrize(
    "text", ["cf_crit=true", "cf_classification=r", "name__ic=HQ-A", "tag=core-net", "q=hq-a"]
)
def test_filters_that_netbox_applies(real, text):
    with Client(real) as client:
        assert asking.count(client, filters.query(parse([text]))) == 1


@contextmanager
def reader(api, permissions, version: int = 2):
    """The token of a user who may see these kinds of objects and nothing else."""
    kinds = [permission.replace("view_", "") for permission in permissions]
    user = api.make("users/users", username="reader", password="Read3r-Read3r-Read3r")
    grant = api.make("users/permissions", name="read", object_types=kinds, actions=["view"], users=[user])
    token = api.post("users/tokens", {"user": user, "version": version, "write_enabled": False})
    try:
        yield token["token"] if version == 1 else f"nbt_{token['key']}.{token['token']}"
    finally:
        api.remove("users/tokens", token["id"])
        api.remove("users/permissions", grant)
        api.remove("users/users", user)


NEEDED = needed_permissions()


@pytest.mark.parametrize("version", [1, 2])
def test_the_documented_permissions_and_either_kind_of_token_suffice(api, real, whole, checkout, version):
    manual = (checkout / "docs" / "netbox.md").read_text(encoding="utf-8")
    assert [permission for permission in NEEDED if permission not in manual] == []
    with reader(api, NEEDED, version) as token:
        assert load(replace(real, token=token)).digest == whole.digest


@pytest.mark.parametrize(
    "missing", ["dcim.view_interface", "core.view_objectchange", "dcim.view_cabletermination"]
)
def test_a_permission_that_is_missing_is_named(api, real, missing):
    with (
        reader(api, [permission for permission in NEEDED if permission != missing]) as token,
        pytest.raises(SourceError, match=missing.replace(".", r"\.")),
    ):
        load(replace(real, token=token))


def test_a_token_netbox_does_not_know(real):
    with pytest.raises(SourceError, match=r"does not accept the token \(403\): Invalid") as caught:
        load(replace(real, token="nbt_AAAAAAAAAAAA." + "b" * 40))
    assert "b" * 20 not in str(caught.value)


def test_a_change_while_reading_makes_us_read_again(api, real):
    readings = []

    def meddle(what, done, total):
        if what == "devices" and done == total:
            readings.append(what)
            if len(readings) == 1:
                api.change("dcim/devices", 3, description="changed while it was read")

    try:
        assert load(real, progress=meddle).device("r1-a").description == "changed while it was read"
        assert len(readings) == 2
    finally:
        api.change("dcim/devices", 3, description="")


def test_a_device_without_a_name_is_refused_by_id(api, real):
    number = api.make("dcim/devices", site=2, role=1, device_type=1)
    try:
        with pytest.raises(DataError, match=f"1 device has no name: #{number} "):
            load(real)
    finally:
        api.remove("dcim/devices", number)


def test_a_name_that_would_fool_a_screen_is_refused(api, real):
    number = api.make("dcim/devices", name="r1-\u202eb", site=2, role=1, device_type=1)
    try:
        with pytest.raises(DataError, match=r"device r1-\?b: name holds a control or invisible character"):
            load(real)
    finally:
        api.remove("dcim/devices", number)


def test_how_it_is_and_what_a_token_may(api, real):
    found = health(real)
    assert (found.version, found.missing, found.may_write) == ("4.7.3", (), True)
    assert found.devices == api.count("dcim/devices", "")
    assert found.ahead is not None
    assert abs(found.ahead) < 5
    with reader(api, NEEDED, 2) as token:
        found = health(replace(real, token=token))
        assert (found.missing, found.may_write) == ((), False)
    with reader(api, [one for one in NEEDED if one != "dcim.view_cable"], 1) as token:
        assert health(replace(real, token=token)).missing == ("dcim.view_cable",)


def test_an_administrators_token_without_the_right_to_write_is_known_as_such(api, real):
    admin = api.session.get(f"{api.url}/api/users/users/?username=admin", timeout=60).json()["results"][0][
        "id"
    ]
    made = api.post("users/tokens", {"user": admin, "version": 2, "write_enabled": False})
    try:
        assert not health(replace(real, token=f"nbt_{made['key']}.{made['token']}")).may_write
    finally:
        api.remove("users/tokens", made["id"])
