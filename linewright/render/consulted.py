"""What is read of the snapshot before a template runs: by context.py, and by what it asks."""

from collections.abc import Iterable

from linewright.model.objects import Device, Interface, Vlan
from linewright.model.routing import Routing
from linewright.render.reading import Reading
from linewright.render.readtext import WHICH, members, step

#: Keys of the config context that are decoded and checked for every device, whatever its templates write.
KEYS = (*Routing.__struct_fields__, "services")


def note(reading: Reading) -> None:
    """Note what is read of the device itself."""
    reading.note(Device, "name", "platform", "site", "interfaces", "context")
    # vlans.py asks what each carries, references.py and service_references.py what they are called.
    reading.note(Interface, "name", "mode", "tagged_vlans", "untagged_vlan")


def tables(device: Device, vlans: Iterable[Vlan], *, announces: bool) -> tuple[str, ...]:
    """What is read of the tables: its site, which VLANs there are of the numbers used, which prefixes are announced."""
    site = f"site {step(device.site)}"
    found = [f"sites with slug {step(device.site)}: {WHICH}"]
    if used := sorted({vlan.vid for vlan in vlans}):
        vids = members(str(vid) for vid in used)
        found += [f"vlans with {where} and vid {vids}: {WHICH}" for where in (site, "no site")]
    if any(interface.mode == "tagged-all" for interface in device.interfaces):
        found.append(f"vlans with {site}: {WHICH}")
    if announces:
        found.append(f"prefixes with {site} and no vrf: role, status, {WHICH}")
    return tuple(found)
