"""Single values from NetBox's form to the model's: addresses, MACs, decimals, custom fields. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface, ip_network
from typing import Any

from linewright.errors import DataError
from linewright.model.objects import FreeData
from linewright.sources.netbox.rows import CustomFieldRow
from linewright.sources.netbox.shapes import Named, Slugged, Tagged, chosen

_MAC = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}")
#: What names an object that a custom field refers to, best first.
_NAMES = ("slug", "name", "cid", "prefix", "address", "model", "label", "display")


def address(text: str, where: str) -> str:
    """An address with its prefix length, in canonical text (RFC 5952 for IPv6).

    Raises:
        DataError: it is none; the message begins with `where`.
    """
    try:
        return _canonical(ip_interface(text))
    except ValueError:
        raise DataError(f"{where}: {text!r} is not an address with a prefix length") from None


def prefix(text: str, where: str) -> str:
    """A prefix in canonical text.

    Raises:
        DataError: it is none, or has host bits set.
    """
    try:
        return _canonical(ip_network(text))
    except ValueError as error:
        raise DataError(f"{where}: {text!r} is not a prefix: {error}") from None


def _canonical(value: IPv4Interface | IPv6Interface | IPv4Network | IPv6Network) -> str:
    if isinstance(value, IPv6Interface | IPv6Network):
        host = value.ip if isinstance(value, IPv6Interface) else value.network_address
        if host.ipv4_mapped is not None:
            # RFC 5952 section 5; Python prints it so from 3.13 only, and the digest must not depend on that.
            return f"::ffff:{host.ipv4_mapped}/{str(value).rpartition('/')[2]}"
    return str(value)


def mac(text: str | None, where: str) -> str:
    """A MAC address as six upper-case pairs with colons, "" for none.

    Raises:
        DataError: it is not one.
    """
    upper = (text or "").upper().replace("-", ":")
    if upper and not _MAC.fullmatch(upper):
        raise DataError(f"{where}: {text!r} is not a MAC address")
    return upper


def halves(units: Decimal | None, where: str) -> int:
    """Rack units as half units: 1.5 as 3, nothing as 0.

    Raises:
        DataError: not a multiple of a half, or negative, or beyond any rack.
    """
    doubled = (units or Decimal(0)) * 2
    if doubled != doubled.to_integral_value() or not 0 <= doubled <= 1000:
        raise DataError(f"{where}: {units} is no number of rack units")
    return int(doubled)


def decimal(number: Decimal | None) -> str:
    """A number as text without needless zeros: 12.50 as "12.5", nothing as ""."""
    return "" if number is None else f"{number.normalize():f}"


def slug(part: Slugged | None) -> str:
    """The slug, "" for none."""
    return part.slug if part is not None else ""


def named(part: Named | None) -> str:
    """The name, "" for none."""
    return part.name if part is not None else ""


def names(parts: Iterable[Named]) -> tuple[str, ...]:
    """The names in given order."""
    return tuple(part.name for part in parts)


def vid(part: Tagged | None) -> int:
    """The VLAN's number (IEEE 802.1Q), 0 for none."""
    return part.vid if part is not None else 0


def moment(text: str, where: str) -> str:
    """A time as UTC in ISO 8601 with Z; NetBox writes its own time zone.

    Raises:
        DataError: it is none, or says no time zone.
    """
    try:
        found = datetime.fromisoformat(text)
        shown = found.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        raise DataError(f"{where}: {text!r:.80} is not a time") from None
    if found.tzinfo is None:
        raise DataError(f"{where}: {text!r:.80} does not say its time zone")
    return shown


def slugs(parts: Iterable[Slugged]) -> tuple[str, ...]:
    """The slugs in given order."""
    return tuple(part.slug for part in parts)


class CustomFields:
    """How to read the values of custom fields, by the type each is defined with."""

    def __init__(self, rows: Iterable[CustomFieldRow]) -> None:
        self._kinds = {row.name: chosen(row.type) for row in rows}

    def read(self, values: Mapping[str, Any], where: str) -> FreeData:
        """The values that are set. A choice becomes its value, a referenced object its slug or name.

        Raises:
            DataError: a value does not fit the field's type; the message names object and field.
        """
        return {
            name: self._value(name, value, f"{where}: custom field {name}")
            for name, value in values.items()
            if value is not None
        }

    def _value(self, name: str, value: Any, where: str) -> Any:
        match self._kinds.get(name):
            case None:
                raise DataError(
                    f"{where} is not among the custom fields shown",
                    hint="may the token's user see every custom field (extras.view_customfield)?",
                )
            case "select":
                return _choice(value, where)
            case "multiselect":
                return [_choice(item, where) for item in _items(value, where)]
            case "object":
                return _reference(value, where)
            case "multiobject":
                return [_reference(item, where) for item in _items(value, where)]
        return value


def _items(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise DataError(f"{where}: a list is wanted, not {type(value).__name__}")
    return value


def _choice(value: Any, where: str) -> str:
    match value:
        case str() | {"value": str()}:  # up to NetBox 4.6 the bare value
            return value if isinstance(value, str) else str(value["value"])
    raise DataError(f"{where}: {value!r:.80} is not a choice")


def _reference(value: Any, where: str) -> str:
    if isinstance(value, dict):
        for key in _NAMES:
            if isinstance(value.get(key), str) and value[key]:
                return str(value[key])
    raise DataError(f"{where}: {value!r:.80} names no object")
