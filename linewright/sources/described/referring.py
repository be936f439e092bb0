"""References of a description to things that are not described: every field that its entry's class says refers."""

from collections.abc import Container, Iterator
from typing import Any

from linewright.sources.described.parsing import Description
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.schema import ContactFor, Entry

#: Tables that stand in each site; a field names something of its own site.
_OF_SITE = ("locations", "racks", "vlans", "wireless_lans", "power_panels")
#: What people call a thing of a table.
_WORDS = {"asns": "AS", "vlans": "VLAN", "vrfs": "VRF"}


def refer(document: Document, description: Description) -> None:
    """Note every reference that leads nowhere in the document."""
    tables = _tables(description)
    for place, found in document.entries:
        for entry in _with_inner(found):
            for table, value in _lost(entry, place, tables):
                document.problem(place, f"{_word(table)} {value!r} is not described")
    for key in description.circuits:
        _provider(document, description, ("circuits", key), key)
    for key in description.provider_networks:
        _provider(document, description, ("provider_networks", key), key)
    for name, contact in description.contacts.items():
        for answered in contact.answers_for:
            if sum(bool(getattr(answered, field)) for field in ContactFor.OBJECTS) != 1:
                document.problem(("contacts", name), f"for: name one of {', '.join(ContactFor.OBJECTS)}")


def _lost(entry: Entry, place: Place, tables: dict[str, Container[Any]]) -> Iterator[tuple[str, Any]]:
    for field, table in entry.REFERS.items():
        known = tables[f"{place[1]}/{table}" if table in _OF_SITE else table]
        yield from ((table, value) for value in _values(getattr(entry, field)) if value not in known)


def _tables(description: Description) -> dict[str, Container[Any]]:
    tables: dict[str, Container[Any]] = {
        field: table for field, table in description._asdict().items() if isinstance(table, dict)
    }
    sites = description.sites
    tables["devices"] = {name for entries in sites.values() for name in entries.devices}
    for table in _OF_SITE:
        for slug, entries in sites.items():
            tables[f"{slug}/{table}"] = getattr(entries, table)
        tables[f"sites/{table}"] = {
            f"{slug}/{name}" for slug, entries in sites.items() for name in getattr(entries, table)
        }
    return tables


def _with_inner(entry: Entry) -> Iterator[Entry]:
    yield entry
    for field in entry.__struct_fields__:
        value = getattr(entry, field)
        if isinstance(value, Entry):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Entry))


def _values(value: Any) -> tuple[Any, ...]:
    if isinstance(value, tuple | dict):
        return tuple(value)
    return (value,) if value else ()


def _word(table: str) -> str:
    name = table.rpartition("/")[2]
    return _WORDS.get(
        name, "virtual chassis" if name == "virtual_chassis" else name.replace("_", " ").removesuffix("s")
    )


def _provider(document: Document, description: Description, place: Place, key: str) -> None:
    provider, _, name = key.partition("/")
    if provider not in description.providers or not name:
        document.problem(place, f"provider {provider!r} is not described (write it as provider/name)")
