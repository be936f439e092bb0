"""From entries to the objects of a snapshot."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from linewright.model import objects
from linewright.model.tables import Tables
from linewright.sources.described import schema
from linewright.sources.described.addressing import Drafts, lay_addresses
from linewright.sources.described.cabling import lay_cables
from linewright.sources.described.devices import draft_devices
from linewright.sources.described.hardware import device, services
from linewright.sources.described.making import made
from linewright.sources.described.networks import Laid, circuit
from linewright.sources.described.notation import network
from linewright.sources.described.parsing import Description, SiteEntries
from linewright.sources.described.places import of_site
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.referring import refer
from linewright.sources.described.routing import lay_sessions


class Built(NamedTuple):
    """What a description means: tables and devices of a snapshot, and each device's own config context."""

    tables: Tables
    devices: tuple[objects.Device, ...]
    contexts: dict[str, dict[str, Any]]


def build(document: Document, description: Description) -> Built:
    """The objects; what is wrong is noted in the document."""
    drafts = draft_devices(document, description)
    addresses = lay_addresses(document, description, drafts)
    lay_sessions(document, description, drafts, addresses.peers)
    cables = lay_cables(document, description, drafts)
    laid = Laid(document, drafts)
    devices = tuple(device(document, description, draft) for draft in drafts.values())
    tables = Tables(
        **_kinds(description),
        **of_site(description),
        prefixes=(*_prefixes(document, description), *addresses.prefixes),
        fhrp_groups=tuple(laid.fhrp_groups(description, addresses.shared)),
        services=tuple(_services(document, description, drafts)),
        circuits=tuple(
            circuit(document, description, key, written) for key, written in description.circuits.items()
        ),
        virtual_circuits=tuple(laid.virtual_circuits(description)),
        tunnels=tuple(laid.tunnels(description)),
        l2vpns=tuple(laid.l2vpns(description)),
        wireless_links=tuple(laid.wireless_links(description)),
        cables=cables,
        contacts=tuple(
            made(objects.Contact, contact, name=name) for name, contact in description.contacts.items()
        ),
        contact_assignments=tuple(_assignments(description)),
    )
    # Last, because interfaces and modules are entries only by now.
    refer(document, description)
    return Built(
        tables=tables,
        devices=devices,
        contexts={name: draft.context for name, draft in drafts.items() if draft.context},
    )


def _kinds(description: Description) -> dict[str, Any]:
    """The tables that need nothing but their own entries."""
    return {
        "tenants": tuple(made(objects.Tenant, t, slug=slug) for slug, t in description.tenants.items()),
        "roles": tuple(made(objects.Role, role, slug=slug) for slug, role in description.roles.items()),
        "device_types": tuple(
            made(
                objects.DeviceType,
                kind,
                slug=slug,
                half_units=round(kind.units * 2),
                subdevice_role="parent" if kind.device_bays else "child" if kind.child else "",
            )
            for slug, kind in description.device_types.items()
        ),
        "module_types": tuple(made(objects.ModuleType, kind) for kind in description.module_types.values()),
        "platforms": tuple(
            made(objects.Platform, platform, slug=slug) for slug, platform in description.platforms.items()
        ),
        "virtual_chassis": tuple(
            made(objects.VirtualChassis, chassis, name=name)
            for name, chassis in description.virtual_chassis.items()
        ),
        "asns": tuple(objects.Asn(asn=asn, description=text) for asn, text in description.asns.items()),
        "vrfs": tuple(made(objects.Vrf, vrf, name=name) for name, vrf in description.vrfs.items()),
        "providers": tuple(
            objects.Provider(slug=slug, name=name) for slug, name in description.providers.items()
        ),
        "provider_networks": tuple(
            made(objects.ProviderNetwork, entry, provider=key.partition("/")[0], name=key.partition("/")[2])
            for key, entry in description.provider_networks.items()
        ),
        "tags": tuple(objects.Tag(slug=slug, name=name) for slug, name in description.tags.items()),
        "cable_bundles": tuple(
            objects.CableBundle(name=name, description=text)
            for name, text in description.cable_bundles.items()
        ),
    }


def _prefixes(document: Document, description: Description) -> Iterator[objects.Prefix]:
    for site, entries in description.sites.items():
        yield from _of_site(document, site, entries)


def _of_site(document: Document, site: str, entries: SiteEntries) -> Iterator[objects.Prefix]:
    for text, prefix in entries.prefixes.items():
        place: Place = ("sites", site, "prefixes", text)
        try:
            canonical = str(network(text))
        except ValueError as error:
            document.problem(place, str(error))
            continue
        yield made(objects.Prefix, prefix, prefix=canonical, site=site)


def _services(document: Document, description: Description, drafts: Drafts) -> Iterator[objects.Service]:
    for name, draft in drafts.items():
        yield from services(document, draft.place, "device", name, draft.device.services)
    for name, group in description.fhrp_groups.items():
        yield from services(document, ("fhrp_groups", name), "fhrp-group", name, group.services)


def _assignments(description: Description) -> Iterator[objects.ContactAssignment]:
    for name, contact in description.contacts.items():
        for answered in contact.answers_for:
            for field in schema.ContactFor.OBJECTS:
                if value := getattr(answered, field):
                    yield objects.ContactAssignment(
                        kind=field.replace("_", "-"),
                        object=value,
                        contact=name,
                        email=contact.email,
                        role=answered.role,
                        priority=answered.priority,
                    )
