"""The main job on embedded defaults: the recorded reference site, its access switches simulated on loopback sockets.

Nothing is needed but Python: no root, no NetBox, no network. What is simulated behaves like Arista EOS as far as this
job goes; nothing here was validated on a device, and every line the demo prints says so.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from linewright.devices.secrets import SecretStore, add_values, make_key
from linewright.devices.trust import Identity, Trust
from linewright.errors import LinewrightError
from linewright.journal.state import State
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.described import fleet_of
from linewright.lab.twin.fleet import Fleet
from linewright.model.objects import Device, Vlan
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.labs import inventive, note_booted, with_secrets
from linewright.operate.rendering import render_all
from linewright.operate.workplace import Workplace
from linewright.platforms import platform_for
from linewright.render import Rendered
from linewright.settings import Apply, Endpoint, Login, Secrets, Settings
from linewright.site import Site, demo_folder
from linewright.sources import recorded

#: Behind every line about a device.
NOTE = "  (simulated)"
#: What is simulated: the platform whose twin we have.
PLATFORM = "eos"
SLUG = "arista-eos"
_LOGIN = "login/eos"
_USER = "admin"
_VLAN = Vlan(vid=240, name="video", site="hq", role="users", description="Video endpoints")
#: Where the new VLAN goes: device and port.
_PORTS = (("hq-acc1", "Ethernet9"), ("hq-acc2", "Ethernet9"))


@contextmanager
def demo_site(folder: Path) -> Iterator[tuple[Workplace, Snapshot, Fleet]]:
    """A site in `folder`, its EOS devices running as twins; the twins end with the block, the folder stays.

    Raises:
        LinewrightError: the recorded snapshot is damaged, or no loopback port is to be had.
    """
    snapshot = recorded.load(demo_folder() / "snapshot.lwsnap")
    devices = simulated(snapshot)
    settings = _settings(folder, {})
    _secrets(settings)
    place = _place(folder, settings)
    place.keep(snapshot)
    rendered, problems = render_all(inventive(place), snapshot, devices)
    if problems:
        raise LinewrightError(problems[0].message, hint=problems[0].hint)
    running = _fleet(place, snapshot, rendered)
    try:
        reach = running.reach
        settings = _settings(
            folder, {name: Endpoint(host=at.host, port=at.port) for name, at in reach.items()}
        )
        place = _place(folder, settings)
        Trust(settings.path(settings.trust)).accept(
            *(Identity(device=name, kind="tls", key=at.pin) for name, at in reach.items())
        )
        note_booted(place, snapshot, rendered)
        yield place, snapshot, running
    finally:
        running.stop()


def simulated(snapshot: Snapshot) -> dict[str, Device]:
    """The devices of a snapshot that the demo simulates."""
    return {
        name: device
        for name, device in snapshot.devices.items()
        if (rules := platform_for(device)) is not None and rules.name == PLATFORM
    }


def edited(snapshot: Snapshot) -> Snapshot:
    """The snapshot after somebody added a VLAN for video endpoints and put two ports into it."""
    devices = []
    for name, device in snapshot.devices.items():
        ports = tuple(
            msgspec.structs.replace(
                port,
                mode="access",
                untagged_vlan=_VLAN.vid,
                tagged_vlans=(),
                enabled=True,
                description="video endpoint",
            )
            if (name, port.name) in _PORTS
            else port
            for port in device.interfaces
        )
        devices.append(msgspec.structs.replace(device, interfaces=ports))
    tables: Tables = msgspec.structs.replace(snapshot.tables, vlans=(*snapshot.tables.vlans, _VLAN))
    return Snapshot.build(tables, devices, Origin(source="demo: VLAN 240 added", taken=snapshot.origin.taken))


def _fleet(place: Workplace, snapshot: Snapshot, rendered: dict[str, Rendered]) -> Fleet:
    credentials = Credentials(_USER, place.secrets.credential(_LOGIN))
    return fleet_of(snapshot, with_secrets(place, rendered), credentials=credentials)


def _settings(folder: Path, endpoints: dict[str, Endpoint]) -> Settings:
    return Settings(
        site_id="demo",
        root=str(folder.absolute()),
        secrets=Secrets(
            key_file=".linewright/secrets/site.key", values_file=".linewright/secrets/values.yaml"
        ),
        trust=".linewright/trust",
        login={PLATFORM: Login(username=_USER, password=_LOGIN), "frr": Login(username="nobody")},
        endpoints=endpoints,
        apply=Apply(timer=60),
    )


def _secrets(settings: Settings) -> None:
    """A key and a made-up login; templates get made-up values too: the demo has no password of anybody's."""
    make_key(settings.path(settings.secrets.key_file))
    add_values(settings.path(settings.secrets.values_file), {_LOGIN: secrets.token_hex(12)})


def _place(folder: Path, settings: Settings) -> Workplace:
    return Workplace(
        settings=settings,
        site=Site(folder),
        state=State(settings.path(settings.state)),
        secrets=SecretStore(
            settings.path(settings.secrets.key_file),
            settings.path(settings.secrets.values_file),
            environment={},
        ),
    )
