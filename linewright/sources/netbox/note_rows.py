"""The rows of what people attach to objects; see `rows`."""

from linewright.sources.netbox.shapes import (
    Choice,
    Count,
    Identified,
    Label,
    MaybeChoice,
    Name,
    Row,
    Slugged,
)


class ContactRow(Row, frozen=True):
    """A person or a desk."""

    name: Name
    email: Label
    title: str
    phone: str
    address: str
    link: str
    groups: list[Slugged]
    description: str


class ContactAssignmentRow(Row, frozen=True):
    """Whom to call about an object."""

    object_type: str
    object_id: int
    contact: Identified
    role: Slugged | None
    priority: MaybeChoice


class ImageRow(Row, frozen=True):
    """A picture; `image` is the URL it is served from. Sizes in pixels."""

    object_type: str
    object_id: int
    image: str
    name: Label
    image_width: Count
    image_height: Count
    description: str


class JournalRow(Row, frozen=True):
    """A journal entry; `created_by` is the id of a user, null for one that is gone."""

    assigned_object_type: str
    assigned_object_id: int
    created: str
    created_by: int | None
    kind: Choice
    comments: str


class UserRow(Row, frozen=True):
    """A user, as far as journal entries name one."""

    username: Name
