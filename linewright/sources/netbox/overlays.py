"""Tunnels, layer 2 VPNs and radio, from NetBox's rows to the model. Keys are never read. Pure."""

from collections import defaultdict

from linewright.model.objects import (
    L2vpn,
    L2vpnEnd,
    Tunnel,
    TunnelEnd,
    WirelessEnd,
    WirelessLan,
    WirelessLink,
)
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import Known, unseen
from linewright.sources.netbox.link_rows import L2vpnEndRow, TunnelEndRow
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.places import Places
from linewright.sources.netbox.rows import VlanRow
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import address, decimal, named, names, slug, vid

_INTERFACE, _VLAN = "dcim.interface", "ipam.vlan"


def tunnels(collected: Collected, known: Known) -> tuple[Tunnel, ...]:
    """Tunnels with the ends read; left out are those all of whose ends are elsewhere, and ends at virtual machines.

    Raises:
        DataError: an end's interface or tunnel was not shown.
    """
    numbers = {row.id for row in collected.of(lists.TUNNELS)}
    ends: dict[int, list[TunnelEnd]] = defaultdict(list)
    elsewhere: set[int] = set()
    for row in collected.of(lists.TUNNEL_ENDS):
        if row.tunnel.id not in numbers:
            raise unseen(f"tunnel termination #{row.id}", "tunnel", row.tunnel.id)
        if (end := _tunnel_end(row, known)) is not None:
            ends[row.tunnel.id].append(end)
        elif row.termination_id is not None:
            elsewhere.add(row.tunnel.id)
    return tuple(
        Tunnel(
            name=row.name,
            encapsulation=chosen(row.encapsulation),
            status=chosen(row.status),
            group=slug(row.group),
            tunnel_id=row.tunnel_id or 0,
            ipsec_profile=named(row.ipsec_profile),
            ends=tuple(ends[row.id]),
            description=row.description,
        )
        for row in collected.of(lists.TUNNELS)
        if ends[row.id] or row.id not in elsewhere
    )


def _tunnel_end(row: TunnelEndRow, known: Known) -> TunnelEnd | None:
    where = f"tunnel termination #{row.id}"
    if row.termination_type != _INTERFACE or row.termination_id is None:
        return None
    port = known.interface(row.termination_id, where)
    if port is None:
        return None
    outside = address(row.outside_ip.address, where) if row.outside_ip else ""
    return TunnelEnd(device=port.owner, interface=port.name, role=chosen(row.role), outside=outside)


def l2vpns(collected: Collected, known: Known) -> tuple[L2vpn, ...]:
    """Layer 2 VPNs with the ends read; left out are those all of whose ends are elsewhere.

    Raises:
        DataError: an end's interface, VLAN or VPN was not shown.
    """
    vlans = {row.id: row for row in collected.of(lists.VLANS)}
    numbers = {row.id for row in collected.of(lists.L2VPNS)}
    ends: dict[int, list[L2vpnEnd]] = defaultdict(list)
    elsewhere: set[int] = set()
    for row in collected.of(lists.L2VPN_ENDS):
        if row.l2vpn.id not in numbers:
            raise unseen(f"L2VPN termination #{row.id}", "L2VPN", row.l2vpn.id)
        if (end := _l2vpn_end(row, known, vlans)) is not None:
            ends[row.l2vpn.id].append(end)
        else:
            elsewhere.add(row.l2vpn.id)
    return tuple(
        L2vpn(
            slug=row.slug,
            name=row.name,
            type=chosen(row.type),
            identifier=row.identifier or 0,
            status=chosen(row.status),
            import_targets=names(row.import_targets),
            export_targets=names(row.export_targets),
            ends=tuple(ends[row.id]),
            description=row.description,
        )
        for row in collected.of(lists.L2VPNS)
        if ends[row.id] or row.id not in elsewhere
    )


def _l2vpn_end(row: L2vpnEndRow, known: Known, vlans: dict[int, VlanRow]) -> L2vpnEnd | None:
    where, number = f"L2VPN termination #{row.id}", row.assigned_object_id
    if row.assigned_object_type == _VLAN:
        if (vlan := vlans.get(number)) is None:
            raise unseen(where, "VLAN", number)
        return L2vpnEnd(site=slug(vlan.site), group=slug(vlan.group), vlan=vlan.vid)
    if row.assigned_object_type == _INTERFACE and (port := known.interface(number, where)) is not None:
        return L2vpnEnd(device=port.owner, interface=port.name)
    return None


def wireless_lans(collected: Collected, places: Places) -> tuple[WirelessLan, ...]:
    """All wireless LANs; one scoped to a location counts to the location's site."""
    return tuple(
        WirelessLan(
            ssid=row.ssid,
            group=slug(row.group),
            site=places.site(row.scope_type, row.scope_id, f"wireless LAN {row.ssid}"),
            status=chosen(row.status),
            vlan=vid(row.vlan),
            auth_type=chosen(row.auth_type),
            description=row.description,
        )
        for row in collected.of(lists.WIRELESS_LANS)
    )


def wireless_links(collected: Collected, known: Known) -> tuple[WirelessLink, ...]:
    """Radio links both of whose ends were read.

    Raises:
        DataError: all devices were read, and an end was not shown.
    """
    found = []
    for row in collected.of(lists.WIRELESS_LINKS):
        where = f"wireless link #{row.id}"
        a, b = (known.interface(part.id, where) for part in (row.interface_a, row.interface_b))
        if a is None or b is None:
            continue
        found.append(
            WirelessLink(
                a=WirelessEnd(device=a.owner, interface=a.name),
                b=WirelessEnd(device=b.owner, interface=b.name),
                ssid=row.ssid,
                status=chosen(row.status),
                distance=decimal(row.distance),
                distance_unit=chosen(row.distance_unit),
                description=row.description,
            )
        )
    return tuple(found)
