"""A page of a list from its JSON: strictly, and with the object named when something is not as it must be. Pure."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from linewright.errors import DataError, SourceError
from linewright.sources.netbox.lists import Listing, RowT

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `(?P<place>[^`]*)`)?$", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<field>\w+)`")
_LABELS = ("name", "cid", "slug", "ssid", "address", "prefix", "model", "asn", "vid", "label", "username")


@dataclass(frozen=True)
class Page:
    """One page: how many rows the whole list has, and some of them."""

    count: int
    rows: list[Any]


class _Envelope(msgspec.Struct, frozen=True):
    count: int
    results: list[msgspec.Raw]


_ENVELOPE = msgspec.json.Decoder(_Envelope)


def page(body: bytes, listing: Listing[RowT]) -> Page:
    """The page as rows of the list's shape.

    Raises:
        SourceError: it is not whole JSON, or no page of a list.
        DataError: a row is not as NetBox gives it; the message names object and field.
    """
    try:
        envelope = _ENVELOPE.decode(body)
    except msgspec.ValidationError:
        raise SourceError(
            f"NetBox's list of {listing.title} is no list", hint="is the URL that of NetBox itself?"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise SourceError(
            f"NetBox's list of {listing.title} is cut off or is not JSON",
            hint="nothing was kept of what was read; try again, and look at proxies on the way",
        ) from None
    if envelope.count < 0:
        raise SourceError(f"NetBox counts {envelope.count} {listing.title}")
    decoder = msgspec.json.Decoder(listing.row)
    return Page(envelope.count, [_row(raw, decoder, listing) for raw in envelope.results])


def _row(raw: msgspec.Raw, decoder: "msgspec.json.Decoder[RowT]", listing: Listing[RowT]) -> RowT:
    try:
        return decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"{listing.one} {_label(raw)}: {explain(str(error))}",
            hint="put it right in NetBox, or check that the token's user may see what it refers to",
        ) from None


def explain(error: str) -> str:
    """A complaint of msgspec in words for people: "role is null", "vid: Expected `int`, got `str`"."""
    match = _PLACE.match(error)
    what, place = (match["what"], match["place"] or "") if match else (error, "")
    place = place.removeprefix("$").removeprefix(".")
    if missing := _MISSING.fullmatch(what):
        return f"{'.'.join(filter(None, (place, missing['field'])))} is missing"
    place = place or "it"
    if what.endswith("got `null`"):
        return f"{place} is null"
    if "length >= 1" in what:
        return f"{place} is empty"
    if "matching regex" in what:
        return f"{place} holds a control or invisible character"
    return f"{place}: {what}"


def _label(raw: msgspec.Raw) -> str:
    """What people call the object: its name, or its id where it has none; printable and short."""
    try:
        data = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "(unreadable)"
    if not isinstance(data, dict):
        return "(unreadable)"
    number = data.get("id")
    name = next((str(data[key]) for key in _LABELS if data.get(key)), "")
    if not name and isinstance(number, int):
        name = f"#{number}"
    owner = data.get("device")
    if isinstance(owner, dict) and owner.get("name"):
        name = f"{owner['name']} {name}"
    return "".join(char if char.isprintable() else "?" for char in name)[:100] or "(without a name)"
