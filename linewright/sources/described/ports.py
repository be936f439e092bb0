"""The ports of a device of a description: those of its type, of the modules in it, and its own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from linewright.sources.described import schema
from linewright.sources.described.parsing import Description, entry, front_ports, merged, ranged
from linewright.sources.described.reading import Document, Place

#: The lists of ports by their key: the entry, and the kind of a cable's end there ("" where no cable goes).
LISTS: Mapping[str, tuple[type[schema.Entry], str]] = {
    "interfaces": (schema.Interface, "interface"),
    "front_ports": (schema.FrontPort, "front-port"),
    "rear_ports": (schema.RearPort, "rear-port"),
    "console_ports": (schema.ConsolePort, "console-port"),
    "console_server_ports": (schema.ConsoleServerPort, "console-server-port"),
    "power_ports": (schema.PowerPort, "power-port"),
    "power_outlets": (schema.PowerOutlet, "power-outlet"),
    "module_bays": (schema.ModuleBay, ""),
    "device_bays": (schema.DeviceBay, ""),
}
#: Interfaces that no cable can be plugged into.
UNPLUGGABLE = ("virtual", "bridge", "lag")

#: By key of the list, then by name.
Raw = dict[str, dict[str, Any]]


class Ports(NamedTuple):
    """All ports of a device, by key of their list and name; `bays` says which module bay brought one.

    `modules` and `types` are what sits in the bays.
    """

    entries: dict[str, dict[str, schema.Entry]]
    bays: dict[tuple[str, str], str]
    modules: dict[str, schema.Module]
    types: dict[str, schema.ModuleType]

    @property
    def interfaces(self) -> dict[str, schema.Interface]:
        """The interfaces alone."""
        return {
            n: port for n, port in self.entries["interfaces"].items() if isinstance(port, schema.Interface)
        }


def expanded(document: Document, place: Place, ported: schema.Ported) -> Raw:
    """The ports of a type, each by its own name."""
    return {
        key: (front_ports if key == "front_ports" else ranged)(
            document, (*place, key), getattr(ported, key, {})
        )
        for key in LISTS
    }


def ports_of(
    document: Document, description: Description, place: Place, device: schema.Device, of_type: Raw
) -> Ports:
    """The ports of a device whose type has the ports `of_type`; problems are noted in the document."""
    raw = {key: dict(table) for key, table in of_type.items()}
    own = expanded(document, place, device)
    for key, table in own.items():
        for name, value in table.items():
            raw[key][name] = merged(raw[key].get(name, {}), value)
    modules, bays = _plugged(document, description, (*place, "modules"), device, raw)
    entries: dict[str, dict[str, schema.Entry]] = {}
    for key, (kind, _) in LISTS.items():
        found = {name: entry(document, (*place, key, name), value, kind) for name, value in raw[key].items()}
        entries[key] = {name: port for name, port in found.items() if port is not None}
    ports = Ports(
        _numbered(entries), bays, modules, {b: description.module_types[m.type] for b, m in modules.items()}
    )
    _check(document, place, ports)
    return ports


def _plugged(
    document: Document, description: Description, place: Place, device: schema.Device, raw: Raw
) -> tuple[dict[str, schema.Module], dict[tuple[str, str], str]]:
    """The modules by bay, and the bay behind each of their ports, which are laid into `raw`.

    Modules may bring bays for more modules.
    """
    waiting, found = dict(device.modules), dict[str, schema.Module]()
    bays: dict[tuple[str, str], str] = {}
    while ready := [bay for bay in waiting if bay in raw["module_bays"]]:
        for bay in ready:
            value = waiting.pop(bay)
            here = (*place, bay)
            module = entry(
                document, here, {"type": value} if isinstance(value, str) else value, schema.Module
            )
            if module is None or (kind := description.module_types.get(module.type)) is None:
                continue
            found[bay] = module
            position = str(raw["module_bays"][bay].get("position") or bay)
            for key, table in expanded(document, ("module_types", module.type), kind).items():
                for name, port in table.items():
                    called = name.replace("{module}", position)
                    texts = {
                        k: v.replace("{module}", position) for k, v in port.items() if isinstance(v, str)
                    }
                    raw[key][called] = merged({**port, **texts}, raw[key].get(called, {}))
                    bays[key, called] = bay
    for bay in waiting:
        document.problem((*place, bay), f"there is no module bay {bay!r}")
    return found, bays


def _numbered(entries: dict[str, dict[str, schema.Entry]]) -> dict[str, dict[str, schema.Entry]]:
    """Channels without a number get the free ones in their order."""
    interfaces = entries["interfaces"]
    taken: dict[str, set[int]] = {}
    for port in interfaces.values():
        if isinstance(port, schema.Interface) and port.channel_id:
            taken.setdefault(port.parent, set()).add(port.channel_id)
    for name, port in interfaces.items():
        if not isinstance(port, schema.Interface) or port.channel_id or port.type in UNPLUGGABLE:
            continue
        parent = interfaces.get(port.parent)
        if isinstance(parent, schema.Interface) and parent.channels:
            used = taken.setdefault(port.parent, set())
            number = next(i for i in range(1, len(used) + 2) if i not in used)
            used.add(number)
            interfaces[name] = msgspec.structs.replace(port, channel_id=number)
    return entries


def _check(document: Document, place: Place, ports: Ports) -> None:
    """References from one port to another of the same device."""
    interfaces = ports.interfaces
    for name, port in interfaces.items():
        here = (*place, "interfaces", name)
        for what in ("lag", "parent", "bridge"):
            if (other := getattr(port, what)) and other not in interfaces:
                document.problem(here, f"{what}: there is no interface {other!r}")
        if port.lag in interfaces and interfaces[port.lag].type != "lag":
            document.problem(here, f"{port.lag} is no interface of type lag")
        split = interfaces[port.parent].channels if port.parent in interfaces else 0
        if port.channel_id > split:
            document.problem(
                here, f"channel {port.channel_id}: {port.parent or 'its parent'} has {split} channels"
            )
    for name, outlet in ports.entries["power_outlets"].items():
        inlet = getattr(outlet, "power_port", "")
        if inlet and inlet not in ports.entries["power_ports"]:
            document.problem((*place, "power_outlets", name), f"there is no power port {inlet!r}")
