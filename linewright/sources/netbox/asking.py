"""Small questions to NetBox: its version, where its change log stands, how many devices match."""

import re
from dataclasses import dataclass

import msgspec

from linewright.errors import SourceError
from linewright.sources.netbox.replies import Question
from linewright.sources.netbox.transport import Client

#: Below this there are no cable bundles, no channels and one protocol per service; 4.7 is what is tested.
OLDEST = (4, 7)
_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})[\w.+-]{0,40}")


@dataclass(frozen=True)
class Position:
    """NetBox's own mark: the newest object change and how many there are.

    The count as well, because ids are given when a transaction begins and seen when it ends: an older id may turn
    up after a newer one.
    """

    newest: int
    count: int


class _Changes(msgspec.Struct, frozen=True):
    count: int
    results: list["_Change"]


class _Change(msgspec.Struct, frozen=True):
    id: int


class _Status(msgspec.Struct, frozen=True):
    version: str = msgspec.field(name="netbox-version")


def version(client: Client) -> str:
    """NetBox's version, such as "4.7.3".

    Raises:
        SourceError: it is older than OLDEST, or what answers is no NetBox.
    """
    body = client.get("status", (), Question("its version"))
    try:
        found = msgspec.json.decode(body, type=_Status).version
        match = _VERSION.fullmatch(found)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        match = None
    if match is None:
        raise SourceError(
            f"what answers at {client.connection.base} does not say which NetBox it is",
            hint="is the URL that of NetBox itself?",
        )
    if (int(match[1]), int(match[2])) < OLDEST:
        raise SourceError(
            f"NetBox at {client.connection.base} is {found}; linewright reads 4.7 and later and is tested with 4.7",
            hint="upgrade NetBox",
        )
    return found


def position(client: Client) -> Position:
    """Where NetBox stands now.

    Raises:
        SourceError: it was not reached or does not show its object changes.
    """
    body = client.get(
        "core/object-changes",
        (("limit", "1"), ("ordering", "-id"), ("fields", "id")),
        Question("object changes", "core.view_objectchange"),
    )
    try:
        changes = msgspec.json.decode(body, type=_Changes)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceError("NetBox's list of object changes is cut off or is no list") from None
    return Position(changes.results[0].id if changes.results else 0, changes.count)


def count(client: Client, pairs: tuple[tuple[str, str], ...]) -> int:
    """How many devices match the given filters.

    Raises:
        UsageError: NetBox does not accept a value.
        SourceError: it was not reached or answered wrongly.
    """
    question = Question("devices", "dcim.view_device", tuple(f"{name}={value}" for name, value in pairs))
    body = client.get(
        "dcim/devices", (*pairs, ("limit", "1"), ("ordering", "id"), ("fields", "id")), question
    )
    try:
        return msgspec.json.decode(body, type=_Changes).count
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceError("NetBox's list of devices is cut off or is no list") from None
