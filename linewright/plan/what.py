"""What a plan does, in words, from its lines alone: "VLAN 210 on 4 leaf switches; BGP to 10.9.0.2 on 2 WAN routers". Pure.

These words sort lines for people. Nothing is decided by them: who agrees to a plan agrees to the lines.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from linewright.plan.changeplan import ChangePlan, DevicePlan

#: What a section is about, whatever its lines say; the innermost that matches counts. Group 1, where there is one, is its name.
_SECTIONS = (
    (r"(?:ip|ipv6|mac) access-list (?:standard |extended )?(\S+)", "access list", "access lists"),
    (r"ip(?:v6)? prefix-list (\S+)", "prefix list", "prefix lists"),
    (r"route-map (\S+)", "route map", "route maps"),
    (r"vlan (\S+)$", "VLAN", "VLANs"),
    (r"vrf (?:instance |definition )?(\S+)$", "VRF", "VRFs"),
)
#: What a line is about: the first that matches. The gravest first: of many, these are named first.
_LINES = (
    (r"username (\S+)", "local user", "local users"),
    (r"(?:radius|tacacs|aaa)\b", "login servers", ""),
    (r"(?:key|crypto|password|enable (?:secret|password))\b", "keys and passwords", ""),
    (r"management\b", "management access", ""),
    *_SECTIONS[:1],
    (r"access-list (\S+)", "access list", "access lists"),
    (r"(?:ip|ipv6) access-group (\S+)", "access list", "access lists"),
    (r"neighbor (\S+)", "BGP to", ""),
    (r"router bgp\b", "BGP", ""),
    (r"(?:router ospf6?|ip ospf6?|ipv6 ospf6?)\b", "OSPF", ""),
    (r"(?:router isis|isis)\b", "IS-IS", ""),
    (r"(?:ip|ipv6) route (?:vrf \S+ )?(\S+)", "static route", "static routes"),
    *_SECTIONS[1:],
    (r"(?:ip|ipv6) (?:virtual-router|address virtual)|vrrp\b|standby\b", "first-hop gateways", ""),
    (r"(?:ip|ipv6) address\b", "addresses", ""),
    (r"switchport\b", "switch port settings", ""),
    (r"(?:no )?shutdown\b", "ports on or off", ""),
    (r"mtu\b", "MTU", ""),
    (r"(?:channel-group|lacp|mlag|port-channel)\b", "link aggregation", ""),
    (r"spanning-tree\b", "spanning tree", ""),
    (r"interface (\S+)", "interface", "interfaces"),
    (r"ntp\b", "time servers", ""),
    (r"(?:logging|log)\b", "logging", ""),
    (r"snmp-server\b", "SNMP", ""),
    (r"lldp\b", "LLDP", ""),
    (r"banner\b", "banners", ""),
    (r"hostname\b", "host names", ""),
    (r"description\b", "descriptions", ""),
)
#: A line that none of the above knows, in a section that is known by its first words.
_WITHIN = ((r"router bgp\b", "BGP"), (r"router ospf6?\b", "OSPF"), (r"interface\b", "interface settings"))
_KNOWN = [(re.compile(pattern), one, many) for pattern, one, many in _LINES]
_OWNERS = [(re.compile(pattern), one, many) for pattern, one, many in _SECTIONS]
_ROOMS = [(re.compile(pattern), words) for pattern, words in _WITHIN]
_RANK = {words: number for number, words in enumerate(dict.fromkeys(one for _, one, _ in _KNOWN))}
_MANY = {one: many for _, one, many in _KNOWN if many}
_OTHER = "other lines"
_SESSION = "BGP to"
#: So many things of a kind, and so many devices, are told by name.
_NAMED = 2


def what(plan: ChangePlan) -> tuple[str, ...]:
    """What changes and on how many devices of which role, the gravest first; each a phrase without a full stop."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for part in plan.devices:
        for sign, kind, name in _changed(part):
            signs = found.setdefault(kind, {}).setdefault(part.device, {})
            signs[name] = signs.get(name, "") + sign
    roles = {place.device: place.role for place in plan.places}
    # What happens on the same devices is told together.
    together: dict[tuple[str, ...], list[str]] = {}
    for kind in sorted(found, key=lambda kind: (_RANK.get(kind, len(_RANK)), kind)):
        for phrase, devices in _phrases(kind, found[kind]):
            together.setdefault(devices, []).append(phrase)
    return tuple(f"{_listed(phrases)} on {_where(devices, roles)}" for devices, phrases in together.items())


def _changed(part: DevicePlan) -> Iterator[tuple[str, str, str]]:
    """Of each line that comes or goes: "+" or "-", "~" where what it is about stays; its kind; the name of what it is about."""
    path: list[tuple[int, str, str]] = []
    for entry in part.diff:
        line = entry.split("\n")[0]
        sign, text = line[:1], line[2:]
        depth, text = len(text) - len(text.lstrip()), text.strip()
        while path and path[-1][0] >= depth:
            path.pop()
        if sign in "+-" and text:
            yield _about(sign, text, [(head_sign, head) for _, head_sign, head in path])
        path.append((depth, sign, text))


def _about(sign: str, text: str, path: list[tuple[str, str]]) -> tuple[str, str, str]:
    for head_sign, head in reversed(path):
        for pattern, one, _ in _OWNERS:
            if (match := pattern.match(head)) is not None:
                stays = sign == "-" and head_sign != "-"
                return "~" if stays else sign, one, match[1]
    return _of_itself(sign, text, [head for _, head in path])


def _of_itself(sign: str, text: str, heads: list[str]) -> tuple[str, str, str]:
    for pattern, one, _ in _KNOWN:
        if (match := pattern.match(text)) is None:
            continue
        if one != _SESSION:
            return sign, one, match[1] if pattern.groups else ""
        if any(head.startswith("router bgp") for head in heads):
            # Another line about a neighbour may go, and the neighbour stays.
            stays = sign == "-" and not re.search(r" remote-as | peer-group", text)
            return "~" if stays else sign, one, match[1]
        break
    words = (words for head in reversed(heads) for pattern, words in _ROOMS if pattern.match(head))
    return sign, next(words, _OTHER), ""


def _phrases(kind: str, devices: dict[str, dict[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """One kind of thing; what only goes is told apart from what comes or changes."""
    for only_goes in (False, True):
        names: dict[str, list[str]] = {}
        for device, signs in devices.items():
            for name, sign in signs.items():
                if ("-" in sign and "+" not in sign) == only_goes:
                    names.setdefault(name, []).append(device)
        if names:
            at = tuple(device for device in devices if any(device in found for found in names.values()))
            yield ("removes " if only_goes else "") + _named(kind, list(names)), at


def _named(kind: str, names: list[str]) -> str:
    if names == [""]:
        return kind
    if len(names) <= _NAMED:
        shown = _MANY.get(kind, kind) if len(names) > 1 else kind
        return f"{shown} {' and '.join(names)}"
    return f"BGP to {len(names)} neighbours" if kind == _SESSION else f"{len(names)} {_MANY.get(kind, kind)}"


def _where(devices: tuple[str, ...], roles: dict[str, str]) -> str:
    if len(devices) <= _NAMED and not all(roles.get(device) for device in devices):
        return _listed(devices)
    counts = Counter(roles.get(device, "") or "device" for device in devices)
    if len(counts) > _NAMED:
        return f"{len(devices)} devices"
    if len(devices) == 1:
        return devices[0]
    return _listed(f"{number} {several(role, number)}" for role, number in counts.items())


def several(role: str, number: int) -> str:
    """A role as people say it: "wan-router" of two is "wan routers"."""
    words = role.replace("-", " ").replace("_", " ").strip() or "device"
    if number == 1:
        return words
    return words + ("es" if words.endswith(("s", "x", "ch", "sh")) else "s")


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
