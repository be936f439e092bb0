"""Which VLANs a device has to know."""

import re
from collections.abc import Iterable

from linewright.errors import DataError
from linewright.model.objects import Device, Interface, Vlan
from linewright.model.snapshot import Snapshot

_SVI = re.compile(r"[Vv]lan(\d{1,4})")
#: No VLAN, and the one that every switch has without being told.
_UNNAMED = frozenset({0, 1})


def used_vlans(snapshot: Snapshot, device: Device) -> tuple[Vlan, ...]:
    """The VLANs that a device's ports carry or that it has an interface in (VlanN), in order; 1 is never among them.

    A port in mode tagged-all carries all VLANs of the site. The site's own VLAN counts before one without a site.

    Raises:
        DataError: a port uses a VLAN that the site does not have, or has twice.
    """
    known = _known(snapshot.tables.vlans, device.site)
    own = {vlan.vid for vlan in snapshot.tables.vlans if vlan.site == device.site}
    used: dict[int, str] = {}
    for interface in device.interfaces:
        for vid in _carried(interface, own) - _UNNAMED:
            used.setdefault(vid, interface.name)
    for vid in sorted(used):
        if len(found := known.get(vid, [])) != 1:
            raise DataError(
                f"device {device.name}: interface {used[vid]} uses VLAN {vid}; "
                f"site {device.site} has {'two VLANs' if found else 'no VLAN'} of that number",
                hint="add the VLAN to the site, or correct the interface",
            )
    return tuple(known[vid][0] for vid in sorted(used))


def _known(vlans: Iterable[Vlan], site: str) -> dict[int, list[Vlan]]:
    found: dict[int, list[Vlan]] = {}
    for where in (site, ""):
        here: dict[int, list[Vlan]] = {}
        for vlan in vlans:
            if vlan.site == where:
                here.setdefault(vlan.vid, []).append(vlan)
        found = here | found
    return found


def _carried(interface: Interface, own: set[int]) -> set[int]:
    vids = {interface.untagged_vlan, *interface.tagged_vlans}
    if (svi := _SVI.fullmatch(interface.name)) is not None:
        vids.add(int(svi[1]))
    return vids | own if interface.mode == "tagged-all" else vids
