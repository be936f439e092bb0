"""A site of many access switches, made up by rule: the same count gives the same snapshot.

For runs at the size of a real site. Ten switches make a building, each joined to the next by an aggregate of two
cables; five buildings make a site. Ports, VLANs and services are those of an ordinary access switch.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from linewright.errors import UsageError
from linewright.lab.twin.box import Box
from linewright.lab.twin.fleet import Fleet
from linewright.model.objects import (
    Address,
    Cable,
    CableEnd,
    Device,
    DeviceType,
    Interface,
    Platform,
    Role,
    Site,
    Vlan,
)
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables

MOST = 5000
_PORTS = 48
_IN_BUILDING, _IN_SITE = 10, 50
_SLUG = "arista-eos"
#: 198.18.0.0/15 is for benchmarks (RFC 2544).
_FIRST = IPv4Address("198.18.64.1")
_VLANS = ((10, "users"), (20, "voice"), (30, "printers"))
_SERVICES = {
    "ntp": {"servers": [{"address": "198.18.0.21", "prefer": True}, {"address": "198.18.0.22"}]},
    "syslog": {"level": "informational", "hosts": [{"address": "198.18.0.23"}]},
    "snmp": {"location": "generated", "access": {"name": "SNMP", "permit": ["198.18.0.25/32"]}},
    "users": [{"name": "rescue", "privilege": 15, "role": "network-admin", "secret": "local/rescue"}],
    "login_banner": "Authorised staff only.",
}
_CONTEXT = {
    "services": _SERVICES,
    "access_class": {"name": "MANAGEMENT", "permit": ["198.18.0.0/24"]},
    "banner": "A switch that does not exist.",
}
#: What somebody may do to a switch by hand, in turn; a community is nothing that our templates write.
_BY_HAND: tuple[tuple[str, ...], ...] = (
    ("interface Ethernet7", "description moved by hand"),
    ("ntp server 203.0.113.9", "no ntp server 198.18.0.22"),
    ("interface Ethernet11", "shutdown"),
    ("ip access-list MANAGEMENT", "20 permit ip any any"),
    ("vlan 666", "name lab", "interface Ethernet12", "switchport access vlan 666"),
    ("logging host 203.0.113.9", "snmp-server community public ro"),
)


def generated_site(count: int) -> Snapshot:
    """A snapshot of `count` EOS access switches with their cables.

    Raises:
        UsageError: fewer than one, or more than 5,000.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"{count} switches cannot be made up", hint=f"1 to {MOST}")
    sites = range(1, (count - 1) // _IN_SITE + 2)
    tables = Tables(
        sites=tuple(Site(slug=f"g{n}", name=f"Generated {n}") for n in sites),
        roles=(Role(slug="access", name="Access"),),
        device_types=(DeviceType(slug="switch-48", model="48 ports", manufacturer="made-up"),),
        platforms=(Platform(slug=_SLUG, name="Arista EOS"),),
        vlans=tuple(Vlan(vid=vid, name=name, site=f"g{n}") for n in sites for vid, name in _VLANS),
        cables=tuple(_cables(count)),
    )
    devices = [_switch(number, count) for number in range(count)]
    return Snapshot.build(tables, devices, Origin(source=f"generated: {count} switches"))


def drift(fleet: Fleet, count: int) -> dict[str, tuple[str, ...]]:
    """As `by_hand`, of a running fleet."""
    return by_hand(fleet.boxes, count)


def by_hand(boxes: Mapping[str, Box], count: int) -> dict[str, tuple[str, ...]]:
    """Change `count` of the twins by hand, evenly spread over all, the kinds in turn; the lines by device.

    Raises:
        UsageError: there are not so many twins.
    """
    names = list(boxes)
    if not 0 <= count <= len(names):
        raise UsageError(f"{count} of {len(names)} twins cannot be changed")
    chosen = [names[number * len(names) // count] for number in range(count)]
    done = {name: _BY_HAND[number % len(_BY_HAND)] for number, name in enumerate(chosen)}
    for name, lines in done.items():
        boxes[name].operator(*lines)
    return done


def _name(number: int) -> str:
    return f"g{number // _IN_SITE + 1}-acc{number + 1:04}"


def _next(number: int, count: int) -> bool:
    """Whether a switch is joined to the one after it."""
    return number + 1 < count and (number + 1) % _IN_BUILDING != 0


def _switch(number: int, count: int) -> Device:
    address = f"{_FIRST + number}/18"
    return Device(
        name=_name(number),
        site=f"g{number // _IN_SITE + 1}",
        role="access",
        type="switch-48",
        platform=_SLUG,
        oob_ip=address,
        serial=f"GEN{number + 1:06}",
        context=_CONTEXT,
        interfaces=(
            *(_desk(number, port) for port in range(1, _PORTS + 1)),
            *_trunk(number + 1, 1, (49, 50), wanted=_next(number, count)),
            *_trunk(number - 1, 2, (51, 52), wanted=number > 0 and _next(number - 1, count)),
            Interface(name="Management1", mgmt_only=True, addresses=(Address(address=address),)),
        ),
    )


def _desk(number: int, port: int) -> Interface:
    return Interface(
        name=f"Ethernet{port}",
        type="1000base-t",
        description=f"outlet {number % _IN_BUILDING + 1}.{port:02}",
        mode="access",
        untagged_vlan=_VLANS[(number + port) % len(_VLANS)][0],
        enabled=port % 16 != 0,
    )


def _trunk(far: int, group: int, ports: tuple[int, ...], *, wanted: bool) -> Iterator[Interface]:
    if not wanted:
        return
    name = f"Port-Channel{group}"
    yield Interface(
        name=name,
        type="lag",
        description=_name(far),
        mode="tagged",
        tagged_vlans=tuple(vid for vid, _ in _VLANS),
    )
    for port in ports:
        yield Interface(name=f"Ethernet{port}", type="10gbase-x-sfpp", description=_name(far), lag=name)


def _cables(count: int) -> Iterator[Cable]:
    for number in range(count):
        for near, far in ((49, 51), (50, 52)) if _next(number, count) else ():
            key = f"G-{number + 1:04}-{near}"
            yield Cable(
                key=key,
                label=key,
                type="smf",
                a=(CableEnd(kind="interface", device=_name(number), name=f"Ethernet{near}"),),
                b=(CableEnd(kind="interface", device=_name(number + 1), name=f"Ethernet{far}"),),
            )
