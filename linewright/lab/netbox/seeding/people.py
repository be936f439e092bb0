"""Contacts, and what they answer for."""

from linewright.lab.netbox.seeding.bodies import said, slugged
from linewright.lab.netbox.seeding.names import Names
from linewright.sources.description import Described

#: The kinds of objects that have contacts: NetBox's name for each.
_OBJECT_TYPES = {
    "site": "dcim.site",
    "location": "dcim.location",
    "rack": "dcim.rack",
    "power-panel": "dcim.powerpanel",
    "device": "dcim.device",
    "tenant": "tenancy.tenant",
    "provider": "circuits.provider",
    "circuit": "circuits.circuit",
}


def seed_people(names: Names, described: Described) -> None:
    """Groups, roles, contacts, assignments."""
    tables = described.snapshot.tables
    names.create(
        "contact group",
        "tenancy/contact-groups",
        {group: slugged(group) for contact in tables.contacts for group in contact.groups},
    )
    names.create(
        "contact role",
        "tenancy/contact-roles",
        {answer.role: slugged(answer.role) for answer in tables.contact_assignments if answer.role},
    )
    names.create(
        "contact",
        "tenancy/contacts",
        {
            (contact.name, contact.email): {
                **said(contact, "name", "email", "title", "phone", "address", "link", "description"),
                "groups": [names.id("contact group", group) for group in contact.groups],
            }
            for contact in tables.contacts
        },
    )
    names.create(
        "contact assignment",
        "tenancy/contact-assignments",
        {
            answer: {
                **said(answer, "priority"),
                "object_type": _OBJECT_TYPES[answer.kind],
                "object_id": names.id(answer.kind, _key(answer.kind, answer.object)),
                "contact": names.id("contact", (answer.contact, answer.email)),
                "role": names.maybe("contact role", answer.role),
            }
            for answer in tables.contact_assignments
        },
    )


def _key(kind: str, name: str) -> object:
    """The name under which an object was created."""
    return tuple(name.split("/", 1)) if kind in ("location", "rack") else name
