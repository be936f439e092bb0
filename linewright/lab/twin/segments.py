"""Who shares a network segment with a twin's port: through cables, switched ports and the VLANs they carry."""

from collections.abc import Iterator

from linewright.lab.twin.neighbors import Neighborhood
from linewright.lab.twin.reading import Port

#: A routed port of a twin.
End = tuple[str, Port]


def sharing(neighborhood: Neighborhood, device: str, port: Port) -> Iterator[End]:
    """The routed ports of twins that frames from a routed port reach; spanning tree is not played: nothing loops."""
    if port.name.startswith("Vlan"):
        yield from _flooded(neighborhood, device, int(port.name[4:]), besides=(device, port.name))
    elif port.physical or port.name.startswith("Port-Channel"):
        for far, other in _across(neighborhood, device, port):
            if other.routed:
                yield far, other
            else:
                yield from _flooded(neighborhood, far, other.native_vlan, besides=(device, port.name))


def _across(neighborhood: Neighborhood, device: str, port: Port) -> Iterator[End]:
    """What is at the other end of a port's cable, or of its members' cables; of a member there its aggregate."""
    reading = neighborhood.reading(device)
    number = int(port.name.removeprefix("Port-Channel")) if port.name.startswith("Port-Channel") else 0
    members = [p for p in reading.ports.values() if p.channel == number] if number else [port]
    for member in members:
        end = neighborhood.far(device, member.name) if neighborhood.is_up(device, member) else None
        if end is None:
            continue
        far, other = end
        if other.channel:
            yield far, neighborhood.reading(far).ports.get(f"Port-Channel{other.channel}", other)
            return
        yield end


def _flooded(neighborhood: Neighborhood, device: str, vlan: int, besides: tuple[str, str]) -> Iterator[End]:
    """The routed ports on a VLAN that begins at a switch, each once."""
    waiting, seen, told = [(device, vlan)], {(device, vlan)}, {besides}
    while waiting:
        here, number = waiting.pop()
        reading = neighborhood.reading(here)
        own = reading.ports.get(f"Vlan{number}")
        if own is not None and neighborhood.is_up(here, own) and (here, own.name) not in told:
            told.add((here, own.name))
            yield here, own
        for port in reading.ports.values():
            if not (port.carries(number) and neighborhood.is_up(here, port)):
                continue
            for far, other in _across(neighborhood, here, port):
                if other.routed:
                    if number == port.native_vlan and (far, other.name) not in told:
                        told.add((far, other.name))
                        yield far, other
                    continue
                there = other.native_vlan if number == port.native_vlan else number
                if other.carries(there) and (far, there) not in seen:
                    seen.add((far, there))
                    waiting.append((far, there))
