"""What people attach to objects: contacts, pictures, notes.

An object is named by `kind` (site, location, rack, device, circuit, provider, power-panel, tenant, ...) and `object`:
its name as other records name it; "site/name" for racks and power panels, "site/slug" for locations, "provider/cid" for
circuits, "device/name" for what is on a device.
"""

from linewright.model.record import Record


class Contact(Record, frozen=True):
    """A person or a desk; name and e-mail together are its identity."""

    name: str
    email: str = ""
    title: str = ""
    phone: str = ""
    address: str = ""
    link: str = ""
    groups: tuple[str, ...] = ()
    description: str = ""


class ContactAssignment(Record, frozen=True):
    """Whom to call about an object. `contact` and `email` name the Contact; `priority` as the source says it."""

    kind: str
    object: str
    contact: str
    email: str = ""
    role: str = ""
    priority: str = ""


class ImageAttachment(Record, frozen=True):
    """A picture of an object, by reference: `path` is the one below the source's media folder. Sizes in pixels."""

    kind: str
    object: str
    path: str
    name: str = ""
    width: int = 0
    height: int = 0
    description: str = ""


class JournalEntry(Record, frozen=True):
    """A note on an object. `created` is UTC in ISO 8601 with Z, `level` info, success, warning or danger."""

    kind: str
    object: str
    created: str
    level: str = "info"
    by: str = ""
    comments: str = ""
