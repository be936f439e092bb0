"""Branches of a NetBox with the plugin netbox-branching (1.2): found by name, read by schema id (header X-NetBox-Branch)."""

from typing import NoReturn

import msgspec

from linewright.errors import DataError, SourceError
from linewright.sources.netbox.replies import NotThere, Question
from linewright.sources.netbox.transport import Client

PATH = "plugins/branching/branches"
PERMISSION = "netbox_branching.view_branch"
_READY, _MERGED, _ARCHIVED = "ready", "merged", "archived"
_UNDER_WAY = ("new", "provisioning", "syncing", "migrating", "merging", "reverting")
_SHOWN = 8


class _Status(msgspec.Struct, frozen=True):
    value: str


class _Branch(msgspec.Struct, frozen=True):
    name: str
    schema_id: str
    status: _Status


class _Branches(msgspec.Struct, frozen=True):
    results: list[_Branch]


class Merged(DataError):  # noqa: N818 - named like its siblings in linewright.errors
    """The branch is part of the main data now."""


def schema_of(client: Client, name: str) -> str:
    """The schema id of a branch that can be read.

    Raises:
        Merged: it is merged.
        DataError: there is no such branch, or it was archived.
        SourceError: NetBox has no branches, does not show them, or is at work on this one.
    """
    found = _listed(client, (("name", name),))
    branch = next((one for one in found if one.name == name), None)
    if branch is None:
        _unknown(client, name)
    status = branch.status.value
    if status == _READY:
        return branch.schema_id
    if status == _MERGED:
        raise Merged(
            f"branch {name!r} is merged: its changes are in the main data", hint="lw snapshot, then lw plan"
        )
    if status == _ARCHIVED:
        raise DataError(
            f"branch {name!r} is archived: it cannot be read any more", hint="choose another branch"
        )
    raise SourceError(
        f"branch {name!r} is not ready: NetBox says {status}",
        hint="NetBox is at work on it; try again in a moment"
        if status in _UNDER_WAY
        else "look at it in NetBox: Plugins, Branching, Branches",
    )


def _unknown(client: Client, name: str) -> NoReturn:
    there = sorted(one.name for one in _listed(client, ()) if one.status.value == _READY)
    named = ", ".join(there[:_SHOWN]) + (f" and {len(there) - _SHOWN} more" if len(there) > _SHOWN else "")
    raise DataError(
        f"NetBox at {client.connection.base} has no branch {name!r}",
        hint=f"ready are: {named}" if there else "no branch is ready there",
    )


def _listed(client: Client, filters: tuple[tuple[str, str], ...]) -> list[_Branch]:
    query = (*filters, ("fields", "id,name,schema_id,status"), ("ordering", "id"), ("limit", "1000"))
    try:
        body = client.get(PATH, query, Question("branches", PERMISSION))
    except NotThere:
        raise SourceError(
            f"NetBox at {client.connection.base} has no branches: its plugin netbox-branching is not installed",
            hint="lw lab netbox up starts one that has it",
        ) from None
    try:
        return msgspec.json.decode(body, type=_Branches).results
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceError("NetBox's list of branches is cut off or is no list") from None
