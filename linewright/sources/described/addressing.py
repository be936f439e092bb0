"""Addresses of a description: those written at interfaces, and those of the networks between two ports."""

from typing import NamedTuple

from linewright.model.objects import Address, Prefix
from linewright.sources.described import schema
from linewright.sources.described.devices import Draft
from linewright.sources.described.making import made
from linewright.sources.described.notation import End, address, network, single
from linewright.sources.described.parsing import Description
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.schema import Networks

Drafts = dict[str, Draft]
#: The two ends of every point-to-point network, both ways: (device, port) -> the other (device, port).
Peers = dict[End, End]


class Laid(NamedTuple):
    """What came of the addresses: the ends of point-to-point networks, their prefixes, the groups' own addresses."""

    peers: Peers
    prefixes: list[Prefix]
    shared: dict[str, tuple[Address, ...]]


def lay_addresses(document: Document, description: Description, drafts: Drafts) -> Laid:
    """Write all addresses of interfaces into the drafts."""
    giver = _Giver(document)
    for draft in drafts.values():
        for name, interface in draft.interfaces.items():
            for written in interface.addresses:
                giver.give(draft, name, written, (*draft.place, "interfaces", name))
    shared = {
        name: tuple(
            laid
            for text in group.addresses
            if (laid := giver.checked(text, "", f"FHRP group {name}", ("fhrp_groups", name))) is not None
        )
        for name, group in description.fhrp_groups.items()
    }
    peers: Peers = {}
    prefixes: list[Prefix] = []
    for index, group in enumerate(description.networks):
        for text, link in group.links.items():
            place: Place = ("networks", index, "links", text)
            try:
                a, z, _ = single(link)
                hosts = _hosts(text)
            except ValueError as error:
                document.problem(place, str(error))
                continue
            for end, far, host in ((a, z, hosts[0]), (z, a, hosts[1])):
                near = drafts.get(end.device)
                if near is None or end.port not in near.interfaces:
                    document.problem(place, f"there is no interface {end}")
                    continue
                giver.give(near, end.port, host, place)
                near.peers[end.port] = str(far)
                peers[end] = far
            prefixes.append(_prefix(group, text, (a, z), drafts))
    return Laid(peers, prefixes, shared)


class _Giver:
    """Hands out addresses, each once per VRF."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._taken: dict[tuple[str, str], str] = {}

    def give(self, draft: Draft, port: str, written: str | schema.Address, place: Place) -> None:
        vrf = draft.interfaces[port].vrf
        laid = self.checked(written, vrf, f"{draft.name} {port}", place)
        if laid is not None:
            draft.addresses.setdefault(port, []).append(laid)

    def checked(self, written: str | schema.Address, vrf: str, owner: str, place: Place) -> Address | None:
        """The address in canonical text; None with the problem noted."""
        if isinstance(written, str):
            written = schema.Address(address=written)
        try:
            canonical = address(written.address)
        except ValueError as error:
            self._document.problem(place, str(error))
            return None
        key = (vrf, str(canonical.ip))
        if (other := self._taken.get(key)) is not None and written.role != "anycast":
            self._document.problem(place, f"{canonical.ip} is given to {other} and to {owner}")
            return None
        self._taken[key] = owner
        return made(Address, written, address=canonical.with_prefixlen, vrf=vrf)


def _hosts(text: str) -> tuple[str, str]:
    """The two addresses of a /31, /30, /127 or /126 (RFC 3021, RFC 6164), lower first."""
    net = network(text)
    if net.num_addresses not in {2, 4}:
        raise ValueError("a network between two ports has two or four addresses")
    first = 0 if net.num_addresses == 2 else 1
    return f"{net[first]}/{net.prefixlen}", f"{net[first + 1]}/{net.prefixlen}"


def _prefix(group: Networks, text: str, ends: tuple[End, End], drafts: Drafts) -> Prefix:
    sites = {drafts[end.device].site for end in ends if end.device in drafts}
    return Prefix(
        prefix=str(network(text)),
        site=sites.pop() if len(sites) == 1 else "",
        role=group.role,
        tags=tuple(sorted(group.tags)),
        description=f"{ends[0]} -- {ends[1]}",
    )
