"""What templates can ask about addresses, prefixes, names and lists; every filter is a pure function.

A value that is no address or prefix is refused by the filter that was given it.
"""

from collections.abc import Callable, Iterable
from ipaddress import (
    IPv4Interface,
    IPv6Interface,
    ip_address,
    ip_interface,
    ip_network,
)
from typing import Any

from jinja2 import Undefined

from linewright.model.natural import natural_key
from linewright.model.objects import Address
from linewright.render.values import ValueRefused

#: Addresses that an interface is configured with; the others are reserved, or belong to a redundancy protocol.
_CONFIGURED = ("", "loopback", "secondary", "anycast")
#: RFC 1997 and its followers; devices print these by name, in the order of their numbers.
_WELL_KNOWN = {
    "graceful-shutdown": 0xFFFF0000,
    "accept-own": 0xFFFF0001,
    "blackhole": 0xFFFF029A,
    "no-export": 0xFFFFFF01,
    "no-advertise": 0xFFFFFF02,
    "local-AS": 0xFFFFFF03,
    "no-peer": 0xFFFFFF04,
    "additive": 0x100000000,
}


def address(value: Any) -> str:
    """The address alone, in canonical text: "192.0.2.1/24" and "192.0.2.1" give "192.0.2.1"."""
    return str(_interface(value).ip)


def network(value: Any) -> str:
    """A prefix in canonical text; one with host bits set is refused."""
    try:
        return str(ip_network(_text(value)))
    except ValueError:
        raise ValueRefused(f"{_text(value)!a:.60} is no prefix") from None


def network_of(value: Any) -> str:
    """The network an interface's address lies in: "192.0.2.1/24" gives "192.0.2.0/24"."""
    return str(_interface(value).network)


def interface_address(value: Any) -> str:
    """An address with its prefix length, in canonical text."""
    return str(_interface(value))


def prefix_length(value: Any) -> int:
    """24 of "192.0.2.1/24"."""
    return int(_interface(value).network.prefixlen)


def netmask(value: Any) -> str:
    """255.255.255.0 of "192.0.2.1/24"."""
    return str(_interface(value).netmask)


def wildcard(value: Any) -> str:
    """0.0.0.255 of "192.0.2.1/24"."""
    return str(_interface(value).hostmask)


def ipv4(value: Any) -> bool:
    """Whether an address or prefix is IPv4."""
    return _interface(value).version == 4


def ipv6(value: Any) -> bool:
    """Whether an address or prefix is IPv6."""
    return _interface(value).version == 6


def is_address(value: Any) -> bool:
    """Whether a value is an address at all (an interface name, "blackhole" are none)."""
    try:
        ip_address(_text(value))
    except ValueError:
        return False
    return True


def addresses(values: Iterable[Address], version: int) -> list[Address]:
    """Of an interface's addresses those to configure: active, of that IP version; secondary ones last."""
    found = [
        a
        for a in values
        if a.status == "active" and a.role in _CONFIGURED and _interface(a.address).version == version
    ]
    return sorted(found, key=lambda a: a.role == "secondary")


def by_name(values: Iterable[Any], attribute: str = "name") -> list[Any]:
    """Sorted naturally by an attribute: Ethernet2 before Ethernet10."""
    return sorted(values, key=lambda item: natural_key(str(_part(item, attribute))))


def natural(values: Iterable[str]) -> list[str]:
    """Names sorted naturally."""
    return sorted(values, key=natural_key)


def by_address(values: Iterable[Any], attribute: str = "") -> list[Any]:
    """Sorted by address, IPv4 before IPv6; items are texts, or objects with that attribute."""
    return sorted(values, key=lambda item: _numbers(_part(item, attribute)))


def by_length(values: Iterable[Any], attribute: str = "") -> list[Any]:
    """Sorted by version, prefix length, then address: the order in which FRR shows static routes."""

    def key(item: Any) -> tuple[int, int, int]:
        version, number, length = _numbers(_part(item, attribute))
        return version, length, number

    return sorted(values, key=key)


def vlan_list(values: Iterable[int]) -> str:
    """VLAN numbers as switches print them: "10,20-22"."""
    parts: list[str] = []
    run: list[int] = []
    for vid in [*sorted({int(value) for value in values}), None]:
        if vid is not None and run and vid == run[-1] + 1:
            run.append(vid)
            continue
        if run:
            parts.append(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}")
        run = [] if vid is None else [vid]
    return ",".join(parts)


def communities(value: str) -> str:
    """BGP communities in the order devices print them: by number, well-known ones by name at the end, each once."""

    def key(word: str) -> int:
        if word in _WELL_KNOWN:
            return _WELL_KNOWN[word]
        high, _, low = word.partition(":")
        if not (high.isascii() and high.isdigit() and low.isascii() and low.isdigit()):
            raise ValueRefused(f"{word!a:.60} is no BGP community")
        return int(high) * 65536 + int(low)

    return " ".join(sorted(set(value.split()), key=key))


def _text(value: Any) -> str:
    if isinstance(value, Undefined):
        return str(value)  # raises, naming the field
    if isinstance(value, Address):
        return value.address
    return str(value)


def _interface(value: Any) -> IPv4Interface | IPv6Interface:
    try:
        return ip_interface(_text(value))
    except ValueError:
        raise ValueRefused(f"{_text(value)!a:.60} is no address") from None


def _numbers(value: Any) -> tuple[int, int, int]:
    found = _interface(value)
    return found.version, int(found.ip), found.network.prefixlen


def _part(item: Any, attribute: str) -> Any:
    return getattr(item, attribute) if attribute else item


FILTERS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        address, network, network_of, interface_address, prefix_length, netmask, wildcard, addresses,
        by_name, natural, by_address, by_length, vlan_list, communities,
    )
}  # fmt: skip
TESTS: dict[str, Callable[[Any], bool]] = {"ipv4": ipv4, "ipv6": ipv6, "address": is_address}
