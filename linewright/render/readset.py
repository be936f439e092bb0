"""What a rendering read of the snapshot, as texts that people can read and that are matched against what changed.

One text says what was read of one object, or of several alike:

    devices hq-wan1: interfaces, name, platform, site
    devices hq-wan1 interfaces {eth1, eth2}: addresses, description, enabled
    devices hq-wan1 interfaces * addresses *: address, role, status
    devices hq-wan1 context: all of bgp, all of services
    vlans {"site hq, vid 10", "site hq, vid 20"}: name
    vlans with site hq and vid {10, 20}: which there are
    vlans with no site and vid {10, 20}: which there are

    READ    = TABLE " " ( MEMBERS | "with " COND *( " and " COND ) ) *( " " MEMBERS ) ": " FIELD *( ", " FIELD )
    MEMBERS = STEP | "{" STEP *( ", " STEP ) "}" | "*"
    COND    = STEP " " MEMBERS | "no " STEP
    FIELD   = STEP | "*" | "all of " STEP | "all" | "which there are"
    STEP    = a word of letters, digits and ._/:- , or a JSON string

TABLE is devices or a table of the snapshot, the first MEMBERS are objects as model.difference names them, the steps
behind lead to a place inside as in FieldChange.path; "*" is any step.

* A field means its value. A field that is a list or a mapping means which members it has and their order, also that it
  has none or is not there; what is in a member is read only where the member is named, or with "all of".
* "which there are" means that objects came or went: "no VLAN 210 in site hq" is read by
  `vlans with site hq and vid 210: which there are`. The conditions are on what identifies an object.

A read says no less than what was read; it may say more: a field of one interface stands for that of all interfaces of
the device, and what is checked before a template runs (the routing in the config context) counts as read as a whole.
"""

from collections.abc import Iterable

import msgspec

from linewright.model.difference import FieldChange, ObjectChange
from linewright.render.readtext import Field, Read, parsed


def touched(reads: Iterable[str], changes: Iterable[ObjectChange]) -> tuple[ObjectChange, ...]:
    """Of the changes of a snapshot (model.difference.difference) those that a rendering had read, in their order.

    An object that changed is given with the fields that were read, and no others; nothing when none was. Whoever asks
    for many devices may give the changes as a list: they are gone through once for each call.

    Raises:
        DataError: a text is none of a read set.
    """
    by_table: dict[str, list[Read]] = {}
    for text in reads:
        read = parsed(text)
        by_table.setdefault(read.table, []).append(read)
    found = (
        _seen(change, [read for read in by_table[change.table] if _concerns(read, change.object)])
        for change in changes
        if change.table in by_table
    )
    return tuple(change for change in found if change is not None)


def _concerns(read: Read, name: str) -> bool:
    if read.objects is not None:
        return name in read.objects
    # The text of an identity is "site hq, group g, vid 10", without what is empty. A value may hold such a piece itself,
    # so that more may be concerned than fulfil the conditions, never fewer.
    padded = f", {name}, "
    return all(
        any(f", {field} {value}, " in padded for value in values) if values else _may_lack(field, name)
        for field, values in read.conditions
        if values is not None
    )


def _may_lack(field: str, name: str) -> bool:
    """Whether the field may be empty in an object of that identity."""
    return not name.startswith(f"{field} ")


def _seen(change: ObjectChange, reads: list[Read]) -> ObjectChange | None:
    if change.kind != "changed":
        there = any(read.which or read.objects is not None for read in reads)
        return change if there else None
    fields = tuple(field for field in change.fields if any(_reached(read, field) for read in reads))
    return msgspec.structs.replace(change, fields=fields) if fields else None


def _reached(read: Read, change: FieldChange) -> bool:
    return any(_covers(field, change) for field in read.fields)


def _covers(field: Field, change: FieldChange) -> bool:
    for wanted, found in zip(field.path, change.path, strict=False):
        if wanted is not None and found not in wanted:
            return False
    below = change.path[len(field.path) :]
    if not below or field.deep:
        return True
    came_or_went = change.before is None or change.after is None or below == ("(order)",)
    return len(below) == 1 and came_or_went
