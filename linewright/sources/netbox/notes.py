"""Contacts, pictures and journal, from NetBox's rows to the model. Pure.

What is attached to an object that was not read, or of a kind that is left out, is left out too.
"""

from urllib.parse import unquote, urlsplit

from linewright.errors import DataError
from linewright.model.objects import Contact, ContactAssignment, ImageAttachment, JournalEntry
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import Known, unseen
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import moment, slug, slugs

#: Where NetBox keeps attached pictures below its media folder; what stands before is the server's business.
_FOLDER = "image-attachments/"


def contacts(collected: Collected) -> tuple[Contact, ...]:
    """All contacts."""
    return tuple(
        Contact(
            name=row.name,
            email=row.email,
            title=row.title,
            phone=row.phone,
            address=row.address,
            link=row.link,
            groups=slugs(row.groups),
            description=row.description,
        )
        for row in collected.of(lists.CONTACTS)
    )


def contact_assignments(collected: Collected, known: Known) -> tuple[ContactAssignment, ...]:
    """Whom to call about what was read.

    Raises:
        DataError: a contact was not shown, or all devices were read and the object was not shown.
    """
    people = {row.id: row for row in collected.of(lists.CONTACTS)}
    found = []
    for row in collected.of(lists.CONTACT_ASSIGNMENTS):
        where = f"contact assignment #{row.id}"
        contact = people.get(row.contact.id)
        if contact is None:
            raise unseen(where, "contact", row.contact.id)
        if (about := known.thing(row.object_type, row.object_id, where)) is not None:
            found.append(
                ContactAssignment(
                    kind=about[0],
                    object=about[1],
                    contact=contact.name,
                    email=contact.email,
                    role=slug(row.role),
                    priority=chosen(row.priority),
                )
            )
    return tuple(found)


def images(collected: Collected, known: Known) -> tuple[ImageAttachment, ...]:
    """Pictures of what was read, by reference.

    Raises:
        DataError: all devices were read, and the object was not shown.
    """
    found = []
    for row in collected.of(lists.IMAGES):
        where = f"image attachment #{row.id}"
        if (about := known.thing(row.object_type, row.object_id, where)) is not None:
            found.append(
                ImageAttachment(
                    kind=about[0],
                    object=about[1],
                    path=_media_path(row.image, where),
                    name=row.name,
                    width=row.image_width,
                    height=row.image_height,
                    description=row.description,
                )
            )
    return tuple(found)


def _media_path(url: str, where: str) -> str:
    """The path below the media folder. A query is dropped: object stores put signatures there."""
    try:
        _, folder, name = unquote(urlsplit(url).path).partition(_FOLDER)
    except ValueError:
        folder = name = ""
    if not folder or not name.isprintable() or ".." in name.split("/"):
        raise DataError(f"{where}: {url!a:.80} is not where NetBox keeps attached images")
    return folder + name


def journal(collected: Collected, known: Known) -> tuple[JournalEntry, ...]:
    """Journal entries about what was read.

    Raises:
        DataError: an author was not shown, a time is none, or all devices were read and the object was not shown.
    """
    users = {row.id: row.username for row in collected.of(lists.USERS)}
    found = []
    for row in collected.of(lists.JOURNAL):
        where = f"journal entry #{row.id}"
        if row.created_by is not None and row.created_by not in users:
            raise unseen(where, "user", row.created_by)
        about = known.thing(row.assigned_object_type, row.assigned_object_id, where)
        if about is not None:
            found.append(
                JournalEntry(
                    kind=about[0],
                    object=about[1],
                    created=moment(row.created, where),
                    level=chosen(row.kind),
                    by=users[row.created_by] if row.created_by is not None else "",
                    comments=row.comments,
                )
            )
    return tuple(found)
