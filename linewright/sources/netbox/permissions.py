"""Which permissions a token's user lacks: found all at once, so that an administrator is asked once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from linewright.errors import SourceError
from linewright.sources.netbox import asking, lists
from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.replies import NotShown, Question
from linewright.sources.netbox.transport import Client

#: What the position in time is read from (`asking.position`).
_CHANGES = ("core.view_objectchange", "object changes")
_SHOWN = 6


def needed(*, journal: bool = True) -> tuple[str, ...]:
    """Every permission that reading needs, in order of name."""
    return tuple(sorted({permission for permission, _ in _wanted(journal=journal)}))


def missing(connection: Connection, *, journal: bool = True) -> tuple[str, ...]:
    """The permissions that the token's user lacks, in order of name; one small question per list.

    Raises:
        SourceError: NetBox was not reached, or does not accept the token.
    """
    with Client(connection) as client:
        return tuple(sorted({permission for permission, _ in lacking(client, journal=journal)}))


def lacking(client: Client, *, journal: bool) -> list[tuple[str, str]]:
    """Permission and title of every kind of objects that is not shown.

    Raises:
        SourceError: NetBox was not reached, or does not accept the token.
    """
    with ThreadPoolExecutor(client.connection.workers, thread_name_prefix="netbox") as pool:
        questions = [(one, pool.submit(_hidden, client, one)) for one in _read(journal=journal)]
        found = [(one.permission, one.title) for one, hidden in questions if hidden.result()]
    try:
        asking.position(client)
    except NotShown:
        found.append(_CHANGES)
    return found


def refusal(base: str, lacks: list[tuple[str, str]]) -> SourceError:
    """The refusal to read less than everything: what would be lost, and what to add."""
    titles = list(dict.fromkeys(title for _, title in lacks))
    permissions = sorted({permission for permission, _ in lacks})
    shown = ", ".join(titles[:_SHOWN]) + (f" and {len(titles) - _SHOWN} more" if len(titles) > _SHOWN else "")
    notes = {lists.JOURNAL.permission, lists.USERS.permission}
    return SourceError(
        f"NetBox at {base} does not show {shown}: the token's user lacks the permission"
        f"{'s' * (len(permissions) > 1)} {', '.join(permissions)}",
        hint="a snapshot without them would miss a part of the network, so none was taken; add them to the user in NetBox "
        "(Admin, Permissions, action view; docs/netbox.md lists all)"
        + ("; or leave the journal out: netbox.journal: false" if notes & set(permissions) else ""),
    )


def _wanted(*, journal: bool) -> list[tuple[str, str]]:
    return [_CHANGES, *((one.permission, one.title) for one in _read(journal=journal))]


def _read(*, journal: bool) -> list[lists.Listing[Any]]:
    return [one for one in lists.EVERY if journal or one not in lists.NOTES]


def _hidden(client: Client, listing: lists.Listing[Any]) -> bool:
    query = (*listing.query, ("fields", "id"), ("ordering", "id"), ("limit", "1"))
    try:
        client.get(listing.path, query, Question(listing.title, listing.permission))
    except NotShown:
        return True
    return False
