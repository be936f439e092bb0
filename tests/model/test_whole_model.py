"""Every kind of object: order, defaults and identity, whatever the order and the text objects they came with."""

import random
import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.model.arranging import PORT_LISTS
from linewright.model.canonical import record_bytes
from linewright.model.objects import Device, Record, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import IDENTITY, Tables

_ORIGIN = Origin(source="test")


def sample(kind: type[Record], number: int) -> Any:
    """An object with every field set, texts equal to the defaults among them, and no text shared with the class."""
    values: dict[str, Any] = {}
    hints = typing.get_type_hints(kind)
    for field in msgspec.structs.fields(kind):
        values[field.name] = value_of(hints[field.name], field, number)
    return msgspec.json.decode(msgspec.json.encode(kind(**values)), type=kind)


def value_of(hint: Any, field: Any, number: int) -> Any:
    if typing.get_origin(hint) is tuple:
        inner = typing.get_args(hint)[0]
        return tuple(value_of(inner, field, number * 10 + i) for i in (2, 1))
    if type(None) in typing.get_args(hint):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if isinstance(hint, type) and issubclass(hint, Record):
        return sample(hint, number)
    if hint is str:
        # A new text object equal to the default: what a reader of a file or of NetBox has in hand.
        return (
            "".join(list(field.default)) if isinstance(field.default, str) and field.default else f"t{number}"
        )
    return {bool: True, int: number, float: 1.5}.get(hint, {"k": [number]})


def whole(order: random.Random) -> Snapshot:
    hints = typing.get_type_hints(Tables)
    tables = {}
    for name in IDENTITY:
        kind = typing.get_args(hints[name])[0]
        items = [sample(kind, number) for number in (1, 2, 11)]
        order.shuffle(items)
        tables[name] = tuple(items)
    tables["cables"] = ()
    tables["sites"] = (*tables["sites"], Site(slug="hq", name="HQ"))
    device = sample(Device, 7)
    ports = {name: tuple(order.sample(getattr(device, name), 2)) for name in PORT_LISTS}
    return Snapshot.build(Tables(**tables), [msgspec.structs.replace(device, site="hq", **ports)], _ORIGIN)


@given(st.integers(0, 10_000))
@settings(max_examples=25)
def test_the_order_of_reading_says_nothing(seed: int):
    assert whole(random.Random(seed)).digest == whole(random.Random(0)).digest


def test_texts_equal_to_a_default_are_left_out_all_the_way_down():
    snapshot = whole(random.Random(3))
    text = b"".join(
        record_bytes(item) for name in IDENTITY for item in getattr(snapshot.tables, name)
    ) + record_bytes(snapshot.devices["t7"])
    for default in (b'"status":"active"', b'"role":"peer"', b'"phase"', b'"status":"enabled"', b'"level"'):
        assert default not in text


def test_a_record_read_back_is_the_record():
    snapshot = whole(random.Random(5))
    again = msgspec.json.decode(record_bytes(snapshot.tables), type=Tables)
    assert again == snapshot.tables
    assert record_bytes(again) == record_bytes(snapshot.tables)


@pytest.mark.parametrize("table", [name for name in IDENTITY if name != "cables"])
def test_two_of_one_identity_are_refused(table: str):
    kind = typing.get_args(typing.get_type_hints(Tables)[table])[0]
    twice = Tables(**{table: (sample(kind, 1), sample(kind, 1))})
    with pytest.raises(DataError, match=f"{table}: two objects with "):
        Snapshot.build(twice, [], _ORIGIN)
