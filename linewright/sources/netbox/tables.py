"""Everything that does not belong to one device, from NetBox's rows to the model. Pure."""

from linewright.model.tables import Tables
from linewright.sources.netbox import addressing, circuits, kinds, notes, overlays, places
from linewright.sources.netbox.cables import cable_bundles, cables
from linewright.sources.netbox.known import Known
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.values import CustomFields


def tables(collected: Collected, custom: CustomFields, known: Known) -> Tables:
    """All tables. Of a part of the network, they refer to devices of that part only.

    Raises:
        DataError: a value is malformed, or something refers to what was not shown.
    """
    at = places.Places(collected)
    groups = addressing.fhrp_groups(collected, known)
    return Tables(
        sites=places.sites(collected, custom),
        locations=places.locations(collected),
        racks=places.racks(collected),
        tenants=places.tenants(collected),
        power_panels=places.power_panels(collected),
        power_feeds=places.power_feeds(collected),
        tags=places.tags(collected),
        roles=kinds.roles(collected),
        device_types=kinds.device_types(collected),
        module_types=kinds.module_types(collected),
        platforms=kinds.platforms(collected),
        virtual_chassis=kinds.virtual_chassis(collected, whole=known.whole),
        config_templates=kinds.config_templates(collected),
        asns=addressing.asns(collected),
        vlans=addressing.vlans(collected),
        vrfs=addressing.vrfs(collected),
        prefixes=addressing.prefixes(collected, custom, at),
        fhrp_groups=tuple(groups.values()),
        services=addressing.services(collected, known, groups),
        providers=circuits.providers(collected),
        provider_networks=circuits.provider_networks(collected),
        circuits=circuits.circuits(collected, custom, at),
        virtual_circuits=circuits.virtual_circuits(collected, known),
        tunnels=overlays.tunnels(collected, known),
        l2vpns=overlays.l2vpns(collected, known),
        wireless_lans=overlays.wireless_lans(collected, at),
        wireless_links=overlays.wireless_links(collected, known),
        cables=cables(collected, custom, known),
        cable_bundles=cable_bundles(collected),
        contacts=notes.contacts(collected),
        contact_assignments=notes.contact_assignments(collected, known),
        images=notes.images(collected, known),
        journal=notes.journal(collected, known),
    )
