"""Rows, pages and values: whatever comes, it is read right or refused with a sentence."""

import json
import random
import typing
from decimal import Decimal
from ipaddress import ip_interface, ip_network
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import LinewrightError, SourceError, UsageError
from linewright.model.snapshot import Origin
from linewright.sources.netbox import filters, lists, paging, reading, values
from linewright.sources.netbox.decoding import Page, explain, page
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.paging import Job
from linewright.sources.netbox.rows import CustomFieldRow

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text(encoding="utf-8"))
LISTINGS = {one.key: one for one in lists.EVERY}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def result(action):
    """What an action gives, or what is said instead."""
    try:
        return action(), ""
    except LinewrightError as error:
        return None, error.message


def places(value, here=()):
    """Every place in a JSON value."""
    yield here
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*here, key))


def decoded(key: str, found: list) -> list:
    return page(json.dumps({"count": len(found), "results": found}).encode(), LISTINGS[key]).rows


ROWS = {key: decoded(key, found) for key, found in RECORDED.items()}


def digest_with(key: str, found: list) -> str:
    """The digest of the recorded network with other rows in one list."""
    rows = Collected({**ROWS, key: decoded(key, found)})
    return reading._snapshot(rows, Origin(source="test"), whole=True).digest


@given(data=st.data(), path=st.sampled_from(sorted(LISTINGS)), new=json_values, gone=st.booleans())
def test_anything_anywhere_is_read_or_refused_with_a_sentence(data, path, new, gone):
    changed = json.loads(json.dumps(RECORDED[path]))
    place = data.draw(st.sampled_from([found for found in places(changed) if found]))
    owner = changed
    for key in place[:-1]:
        owner = owner[key]
    if gone:
        del owner[place[-1]]
    else:
        owner[place[-1]] = new
    digest, message = result(lambda: digest_with(path, changed))
    assert len(digest) == 64 if digest else message.isprintable()


FIELDS = [(key, field.encode_name) for key in LISTINGS for field in msgspec.structs.fields(LISTINGS[key].row)]


@pytest.mark.parametrize("wrong", [None, "", "x", -1, 10**30, 1.5, True, [], {}, [None], {"id": None}])
@pytest.mark.parametrize("key", LISTINGS)
def test_every_field_with_every_wrong_value_is_read_or_refused_by_name(key, wrong):
    for _, field in (pair for pair in FIELDS if pair[0] == key):
        changed = json.loads(json.dumps(RECORDED[key]))
        changed[0][field] = wrong
        digest, message = result(lambda changed=changed: digest_with(key, changed))
        assert len(digest) == 64 if digest else message.isprintable(), field
        if wrong is None and not nullable(key, field):
            assert message.startswith(LISTINGS[key].one), field
            assert message.endswith(f"{field} is null"), field


def nullable(key: str, field: str) -> bool:
    return type(None) in typing.get_args(typing.get_type_hints(LISTINGS[key].row)[field])


@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_body_makes_another_error(body):
    found, message = result(lambda: page(body, lists.SITES))
    assert found.rows == [] if found else message.isprintable()


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Expected `object`, got `null` - at `$.role`", "role is null"),
        ("Object missing required field `slug` - at `$.site`", "site.slug is missing"),
        ("Object missing required field `id`", "id is missing"),
        (
            "Expected `int`, got `str` - at `$.tagged_vlans[0].vid`",
            "tagged_vlans[0].vid: Expected `int`, got `str`",
        ),
        ("Expected `str` of length >= 1 - at `$.name`", "name is empty"),
        ("Expected `object`, got `int`", "it: Expected `object`, got `int`"),
    ],
)
def test_complaints_are_told_in_words(words, shown):
    assert explain(words) == shown


class _Client:
    """As much of a client as paging needs: a list of numbers, served by a server with its own idea of a page."""

    def __init__(self, ids, most, workers=2, page_size=10, spoil=None):
        self.ids, self.most, self.spoil = ids, most, spoil
        self.connection = type("C", (), {"workers": workers, "page_size": page_size})()

    def get(self, _path, query, _question):
        wanted = dict(query)
        offset, limit = int(wanted.get("offset", 0)), min(int(wanted["limit"]), self.most)
        rows = [
            {"id": number, "slug": f"t{number}", "name": "t"} for number in self.ids[offset : offset + limit]
        ]
        answer = {"count": len(self.ids), "results": rows}
        if self.spoil is not None:
            self.spoil(answer, offset)
        return json.dumps(answer).encode()


@given(count=st.integers(0, 60), most=st.integers(1, 20), size=st.integers(1, 25), workers=st.integers(1, 4))
def test_every_row_comes_once_and_in_order(count, most, size, workers):
    ids = sorted(random.Random(count).sample(range(1, 500), count))
    told = []
    client = _Client(ids, most, workers, size)
    found = paging.read(client, [Job(lists.TAGS)], lambda *step: told.append(step))
    assert [row.id for row in found.of(lists.TAGS)] == ids
    assert told[-1] == ("tags", count, count)


@given(
    most=st.integers(1, 10),
    pages=st.integers(2, 5),
    kind=st.sampled_from(["lacks", "repeats", "miscounts", "adds"]),
    data=st.data(),
)
def test_a_later_page_that_lacks_repeats_miscounts_or_adds_is_never_taken(most, pages, kind, data):
    count = most * (pages - 1) + data.draw(st.integers(1, most))
    at = data.draw(st.integers(1, pages - 1)) * most

    def spoil(answer, offset):
        if offset == at:
            match kind:
                case "lacks":
                    answer["results"].pop()
                case "repeats":
                    answer["results"][0]["id"] = 1
                case "miscounts":
                    answer["count"] += 1
                case "adds":
                    answer["results"].append({"id": 10**6, "slug": "x", "name": "x"})

    client = _Client(list(range(1, count + 1)), most, spoil=spoil)
    with pytest.raises(SourceError):
        paging.read(client, [Job(lists.TAGS)])


@given(ids=st.lists(st.integers(1, 10**7), max_size=400, unique=True))
def test_requests_by_id_cover_every_id_once_and_stay_short(ids):
    jobs = paging.jobs_by_id(lists.INTERFACES, "device_id", ids)
    assert [int(value) for job in jobs for _, value in job.query] == sorted(ids)
    assert all(sum(len(name) + len(value) + 2 for name, value in job.query) < 2500 for job in jobs)


@given(st.ip_addresses(), st.data())
def test_addresses_are_canonical_and_stay_so(address, data):
    length = data.draw(st.integers(0, address.max_prefixlen))
    text = values.address(f"{address.exploded}/{length}", "x")
    assert values.address(text, "x") == text
    assert ip_interface(text) == ip_interface(f"{address}/{length}")
    network = ip_network(f"{address}/{length}", strict=False)
    assert ip_network(values.prefix(str(network), "x")) == network


def test_a_mapped_address_reads_alike_on_every_python():
    assert values.address("::ffff:c000:0201/128", "x") == "::ffff:192.0.2.1/128"
    assert values.prefix("::ffff:c000:0200/120", "x") == "::ffff:192.0.2.0/120"


@given(st.decimals(0, 10**6, places=2))
def test_decimals_lose_zeros_and_nothing_else(number):
    text = values.decimal(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not text.endswith(".")
    assert "." not in text or text[-1] != "0"


@given(st.integers(0, 1000))
def test_half_units(halves):
    assert values.halves(Decimal(halves) / 2, "x") == halves


def test_select_values_come_with_and_without_their_label():
    kinds = [("one", "select"), ("some", "multiselect"), ("free", "json")]
    fields = values.CustomFields(
        CustomFieldRow(id=n, name=name, type=kind, object_types=[], filter_logic="exact")
        for n, (name, kind) in enumerate(kinds)
    )
    chosen = {"value": "u", "label": "Unclassified"}
    assert fields.read({"one": chosen, "some": [chosen], "free": chosen}, "x") == {
        "one": "u",
        "some": ["u"],
        "free": chosen,  # free JSON may look like a choice
    }
    assert fields.read({"one": "u", "some": ["u"], "free": None}, "x") == {"one": "u", "some": ["u"]}


names = st.text("abcdefghij_", min_size=1, max_size=10)
texts = st.text(min_size=1, max_size=10)


@given(st.lists(st.tuples(names, texts), min_size=1, max_size=5))
def test_filters_are_parsed_without_loss(pairs):
    parsed = filters.parse(f"{name}={value}" for name, value in pairs)
    assert {(name, value) for name, found in parsed.items() for value in found} == set(pairs)
    found, message = result(lambda: filters.query(parsed))
    assert sorted(found) == sorted(pairs) if found else message.isprintable()


@pytest.mark.parametrize("text", ["", "site", "=hq"])
def test_a_filter_needs_name_and_value(text):
    with pytest.raises(UsageError, match="not of the form name=value"):
        filters.parse([text])


def test_too_many_values_are_refused():
    with pytest.raises(UsageError, match="more than NetBox takes"):
        filters.query({"name": [f"device-{number}" for number in range(300)]})


@given(name=st.text(min_size=1, max_size=12), value=texts)
def test_no_filter_that_netbox_would_ignore_passes(name, value):
    known = filters.shipped()
    try:
        filters.check({name: [value]}, known, [])
    except UsageError:
        return
    assert name in known
    assert value.strip()
    assert not known[name] or value in {"true", "false"}


def test_the_shipped_filters_leave_out_what_chooses_no_device():
    known = filters.shipped()
    assert {"site", "role", "tag", "name", "status", "q", "has_primary_ip", "name__ic"} <= known.keys()
    assert not known.keys() & {
        "limit",
        "offset",
        "fields",
        "omit",
        "brief",
        "ordering",
        "start",
        "device_role",
    }
    assert known["has_primary_ip"]
    assert not known["site"]


def test_a_page_is_its_rows_and_the_count():
    body = json.dumps({"count": 9, "next": "x", "results": [{"id": 1, "slug": "a", "name": "A", "extra": 1}]})
    assert page(body.encode(), lists.TAGS) == Page(9, [lists.TAGS.row(id=1, slug="a", name="A")])
