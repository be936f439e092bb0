"""From entries to the objects of a snapshot."""

from typing import Any, NamedTuple

from linewright.model import objects
from linewright.model.tables import Tables
from linewright.sources.described import schema
from linewright.sources.described.addressing import lay_addresses
from linewright.sources.described.cabling import lay_cables
from linewright.sources.described.devices import Draft, draft_devices
from linewright.sources.described.notation import color, network
from linewright.sources.described.parsing import Description, SiteEntries
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.referring import refer
from linewright.sources.described.routing import full_context, lay_sessions


class Built(NamedTuple):
    """What a description means: tables and devices of a snapshot, and each device's own config context."""

    tables: Tables
    devices: tuple[objects.Device, ...]
    contexts: dict[str, dict[str, Any]]


def build(document: Document, description: Description) -> Built:
    """The objects; what is wrong is noted in the document."""
    drafts = draft_devices(document, description)
    peers, link_prefixes = lay_addresses(document, description, drafts)
    lay_sessions(document, description, drafts, peers)
    cables = lay_cables(document, description, drafts)
    refer(document, description)
    prefixes = [p for slug, entries in description.sites.items() for p in _prefixes(document, slug, entries)]
    return Built(
        tables=Tables(
            sites=tuple(_site(slug, entries.site) for slug, entries in description.sites.items()),
            locations=tuple(
                objects.Location(
                    slug=slug,
                    name=place.name,
                    site=site,
                    parent=place.parent,
                    status=place.status,
                    description=place.description,
                )
                for site, entries in description.sites.items()
                for slug, place in entries.locations.items()
            ),
            racks=tuple(
                objects.Rack(
                    name=name, site=site, location=rack.location, u_height=rack.units, status=rack.status
                )
                for site, entries in description.sites.items()
                for name, rack in entries.racks.items()
            ),
            roles=tuple(
                objects.Role(slug=slug, name=role.name, color=_color(document, slug, role.color))
                for slug, role in description.roles.items()
            ),
            device_types=tuple(
                objects.DeviceType(
                    slug=slug,
                    model=kind.model,
                    manufacturer=kind.manufacturer,
                    half_units=round(kind.units * 2),
                    part_number=kind.part_number,
                )
                for slug, kind in description.device_types.items()
            ),
            platforms=tuple(
                objects.Platform(slug=slug, name=platform.name, manufacturer=platform.manufacturer)
                for slug, platform in description.platforms.items()
            ),
            asns=tuple(objects.Asn(asn=asn, description=text) for asn, text in description.asns.items()),
            vlans=tuple(
                objects.Vlan(
                    vid=vid, name=vlan.name, site=site, status=vlan.status, description=vlan.description
                )
                for site, entries in description.sites.items()
                for vid, vlan in entries.vlans.items()
            ),
            vrfs=tuple(objects.Vrf(name=name, rd=vrf.rd) for name, vrf in description.vrfs.items()),
            prefixes=(*prefixes, *link_prefixes),
            providers=tuple(
                objects.Provider(slug=slug, name=name) for slug, name in description.providers.items()
            ),
            circuits=tuple(_circuit(key, circuit) for key, circuit in description.circuits.items()),
            tags=tuple(objects.Tag(slug=slug, name=name) for slug, name in description.tags.items()),
            cables=cables,
        ),
        devices=tuple(_device(document, description, draft) for draft in drafts.values()),
        contexts={name: draft.context for name, draft in drafts.items() if draft.context},
    )


def _site(slug: str, site: schema.Site) -> objects.Site:
    return objects.Site(
        slug=slug,
        name=site.name,
        status=site.status,
        facility=site.facility,
        description=site.description,
        physical_address=site.physical_address,
        asns=tuple(sorted(site.asns)),
        tags=tuple(sorted(site.tags)),
        custom=site.custom,
    )


def _prefixes(document: Document, site: str, entries: SiteEntries) -> list[objects.Prefix]:
    found = []
    for text, prefix in entries.prefixes.items():
        place: Place = ("sites", site, "prefixes", text)
        try:
            canonical = str(network(text))
        except ValueError as error:
            document.problem(place, str(error))
            continue
        found.append(
            objects.Prefix(
                prefix=canonical,
                site=site,
                vrf=prefix.vrf,
                vlan=prefix.vlan,
                status=prefix.status,
                role=prefix.role,
                description=prefix.description,
                tags=tuple(sorted(prefix.tags)),
                custom=prefix.custom,
            )
        )
    return found


def _circuit(key: str, circuit: schema.Circuit) -> objects.Circuit:
    provider, _, cid = key.partition("/")
    a, z = (
        objects.CircuitEnd(
            site=end.site,
            port_speed=end.port_speed,
            cross_connect=end.cross_connect,
            patch_panel=end.patch_panel,
            description=end.description,
        )
        for end in (circuit.a, circuit.z)
    )
    return objects.Circuit(
        cid=cid,
        provider=provider,
        type=circuit.type,
        status=circuit.status,
        description=circuit.description,
        commit_rate=circuit.commit_rate,
        a=a,
        z=z,
        tags=tuple(sorted(circuit.tags)),
        custom=circuit.custom,
    )


def _device(document: Document, description: Description, draft: Draft) -> objects.Device:
    device = draft.device
    for what, port in (("primary", device.primary), ("oob", device.oob), ("loopback", device.loopback)):
        if port and not draft.addresses.get(port):
            document.problem(draft.place, f"{what}: interface {port} has no address")
    return objects.Device(
        name=draft.name,
        site=draft.site,
        role=device.role,
        type=device.type,
        status=device.status,
        platform=device.platform,
        location=draft.location,
        rack=draft.rack,
        half_unit=draft.half_unit,
        face=draft.face,
        serial=device.serial,
        asset_tag=device.asset_tag,
        primary_ip4=draft.first(device.primary, 4),
        primary_ip6=draft.first(device.primary, 6),
        oob_ip=draft.first(device.oob, 4),
        description=device.description,
        tags=device.tags,
        custom=device.custom,
        context=full_context(description, draft),
        interfaces=tuple(_interface(draft, name, port) for name, port in draft.interfaces.items()),
        front_ports=draft.front_ports,
        rear_ports=draft.rear_ports,
    )


def _interface(draft: Draft, name: str, port: schema.Interface) -> objects.Interface:
    return objects.Interface(
        name=name,
        type=port.type,
        label=port.label,
        enabled=port.enabled,
        description=port.description or draft.peers.get(name, ""),
        mtu=port.mtu,
        speed=port.speed,
        mgmt_only=port.mgmt_only,
        mark_connected=port.mark_connected,
        mode=port.mode,
        untagged_vlan=port.untagged,
        tagged_vlans=port.tagged,
        vrf=port.vrf,
        lag=port.lag,
        parent=port.parent,
        addresses=tuple(
            objects.Address(address=text, vrf=port.vrf) for text in draft.addresses.get(name, ())
        ),
        tags=port.tags,
        custom=port.custom,
    )


def _color(document: Document, slug: str, name: str) -> str:
    try:
        return color(name)
    except ValueError as error:
        document.problem(("roles", slug), str(error))
        return ""
