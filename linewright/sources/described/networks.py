"""What runs over ports: shared gateways, circuits and what they carry, tunnels, L2VPNs, radio."""

from collections.abc import Iterator

from linewright.model import objects
from linewright.sources.described import schema
from linewright.sources.described.addressing import Drafts
from linewright.sources.described.making import made
from linewright.sources.described.notation import End, end, length, link
from linewright.sources.described.parsing import Description
from linewright.sources.described.reading import Document, Place


def circuit(
    document: Document, description: Description, key: str, written: schema.Circuit
) -> objects.Circuit:
    """A circuit with both its ends."""
    provider, _, cid = key.partition("/")
    ends = {}
    for side, found in (("a", written.a), ("z", written.z)):
        if bool(found.site) == bool(found.network):
            document.problem(("circuits", key), f"{side}: say its site, or the provider's network it ends in")
        elif found.network and f"{provider}/{found.network}" not in description.provider_networks:
            document.problem(
                ("circuits", key), f"{side}: provider network {provider}/{found.network} is not described"
            )
        ends[side] = made(objects.CircuitEnd, found, provider_network=found.network)
    return made(objects.Circuit, written, cid=cid, provider=provider, **ends)


class Laid:
    """Lays what has virtual ends onto interfaces that are there."""

    def __init__(self, document: Document, drafts: Drafts) -> None:
        self._document = document
        self._drafts = drafts

    def virtual_circuits(self, description: Description) -> Iterator[objects.VirtualCircuit]:
        """Virtual circuits, "provider/network/number"."""
        for key, written in description.virtual_circuits.items():
            place: Place = ("virtual_circuits", key)
            network, _, cid = key.rpartition("/")
            provider, _, name = network.partition("/")
            if network not in description.provider_networks:
                self._document.problem(place, f"provider network {network!r} is not described")
            ends = tuple(
                made(
                    objects.VirtualCircuitEnd,
                    schema.VirtualCircuitEnd(role=value) if isinstance(value, str) else value,
                    device=at.device,
                    interface=at.port,
                )
                for text, value in written.ends.items()
                for at in self._interface(place, text)
            )
            yield made(objects.VirtualCircuit, written, cid=cid, provider=provider, network=name, ends=ends)

    def tunnels(self, description: Description) -> Iterator[objects.Tunnel]:
        """Tunnels; the outer address gets the prefix length it has on its device."""
        for name, written in description.tunnels.items():
            ends = []
            for text, value in written.ends.items():
                part = schema.TunnelEnd(role=value) if isinstance(value, str) else value
                for at in self._interface(("tunnels", name), text):
                    outside = self._outside(("tunnels", name), at, part.outside)
                    ends.append(
                        objects.TunnelEnd(
                            device=at.device, interface=at.port, role=part.role, outside=outside
                        )
                    )
            yield made(objects.Tunnel, written, name=name, ends=tuple(ends))

    def l2vpns(self, description: Description) -> Iterator[objects.L2vpn]:
        """L2VPNs with interfaces and VLANs."""
        for slug, written in description.l2vpns.items():
            place: Place = ("l2vpns", slug)
            ends = []
            for text in written.ends:
                site, _, vid = text.partition(" vlan ")
                if vid and site in description.sites:
                    if not vid.isdigit() or int(vid) not in description.sites[site].vlans:
                        self._document.problem(place, f"site {site} has no VLAN {vid}")
                    else:
                        ends.append(objects.L2vpnEnd(site=site, vlan=int(vid)))
                else:
                    ends += [
                        objects.L2vpnEnd(device=at.device, interface=at.port)
                        for at in self._interface(place, text)
                    ]
            yield made(objects.L2vpn, written, slug=slug, ends=tuple(ends))

    def fhrp_groups(
        self, description: Description, addresses: dict[str, tuple[objects.Address, ...]]
    ) -> Iterator[objects.FhrpGroup]:
        """Shared gateways; a group's name is its key."""
        for name, written in description.fhrp_groups.items():
            members = tuple(
                objects.FhrpMember(device=at.device, interface=at.port, priority=priority)
                for text, priority in written.members.items()
                for at in self._interface(("fhrp_groups", name), text)
            )
            yield made(
                objects.FhrpGroup, written, key=name, name=name, addresses=addresses[name], members=members
            )

    def wireless_links(self, description: Description) -> Iterator[objects.WirelessLink]:
        """Radio links."""
        for index, group in enumerate(description.wireless_links):
            for number, text in enumerate(group.links):
                place: Place = ("wireless_links", index, "links", number)
                try:
                    written = link(text)
                    size, unit = length(written.length)
                    (a,), (b,) = written.a, written.z
                except ValueError as error:
                    self._document.problem(place, str(error))
                    continue
                sides = [at for end_ in (a, b) for at in self._interface(place, str(end_))]
                if len(sides) == 2:
                    yield made(
                        objects.WirelessLink,
                        group,
                        a=objects.WirelessEnd(device=a.device, interface=a.port),
                        b=objects.WirelessEnd(device=b.device, interface=b.port),
                        distance=size,
                        distance_unit=unit,
                    )

    def _interface(self, place: Place, text: str) -> tuple[End, ...]:
        """The interface as one end; () with the problem noted."""
        try:
            at = end(text)
        except ValueError as error:
            self._document.problem(place, str(error))
            return ()
        if at.device not in self._drafts or at.port not in self._drafts[at.device].interfaces:
            self._document.problem(place, f"there is no interface {at}")
            return ()
        return (at,)

    def _outside(self, place: Place, at: End, text: str) -> str:
        if not text:
            return ""
        for laid in self._drafts[at.device].addresses.values():
            for found in laid:
                if found.address.partition("/")[0] == text:
                    return found.address
        self._document.problem(place, f"{at}: {at.device} has no address {text}")
        return ""
