"""Whom to call."""

from typing import ClassVar

import msgspec

from linewright.sources.described.schema.base import Entry, Refers


class ContactFor(Entry, frozen=True, kw_only=True):
    """One object that a contact answers for; `role` is a slug, `priority` primary, secondary, tertiary or inactive.

    Locations, racks and power panels are written "site/name", circuits "provider/number".
    """

    REFERS: ClassVar[Refers] = {
        "site": "sites",
        "tenant": "tenants",
        "provider": "providers",
        "circuit": "circuits",
        "device": "devices",
        "location": "sites/locations",
        "rack": "sites/racks",
        "power_panel": "sites/power_panels",
    }
    #: The fields of which exactly one is given.
    OBJECTS: ClassVar[Refers] = REFERS

    site: str = ""
    location: str = ""
    rack: str = ""
    power_panel: str = ""
    device: str = ""
    tenant: str = ""
    provider: str = ""
    circuit: str = ""
    role: str = ""
    priority: str = ""


class Contact(Entry, frozen=True, kw_only=True):
    """A person or a desk; `groups` are slugs."""

    email: str = ""
    title: str = ""
    phone: str = ""
    address: str = ""
    link: str = ""
    groups: tuple[str, ...] = ()
    description: str = ""
    answers_for: tuple[ContactFor, ...] = msgspec.field(name="for", default=())
