"""The parts NetBox's rows are made of: names, choices, references.

Whatever identifies an object is refused when it is empty, endless or holds characters that change what a screen or a
file name shows.
"""

import sys
from typing import Annotated, Any

import msgspec

# C0 and C1 controls, soft hyphen, zero-width and bidirectional controls, line separators, byte order mark.
_VISIBLE = "^[^\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]*\\Z"

#: What identifies an object.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_VISIBLE)]
#: The same, may be empty.
Label = Annotated[str, msgspec.Meta(max_length=200, pattern=_VISIBLE)]
Count = Annotated[int, msgspec.Meta(ge=0)]
Vid = Annotated[int, msgspec.Meta(ge=1, le=4094)]  # IEEE 802.1Q
AsNumber = Annotated[int, msgspec.Meta(ge=1, le=2**32 - 1)]  # RFC 6793
Free = dict[str, Any]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all rows. Fields that were not asked for are passed over."""

    id: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is nested in a row."""


class Identified(Part, frozen=True):
    """A reference of which only the id is needed."""

    id: int


class Slugged(Part, frozen=True):
    """A reference to an object with a slug."""

    slug: Name


class Named(Part, frozen=True):
    """A reference to an object without a slug."""

    name: Name


class Owner(Part, frozen=True):
    """A reference to a device; NetBox allows one without a name."""

    id: int
    name: Name | None


class InBay(Part, frozen=True):
    """The module that something came with, of which only the bay matters."""

    module_bay: Named


class Product(Part, frozen=True):
    """A reference to a module type."""

    model: Name
    manufacturer: Slugged


class Chosen(Part, frozen=True):
    """A choice with the words NetBox shows for it."""

    value: str


class ChosenNumber(Part, frozen=True):
    """A choice of numbers, such as a console port's speed."""

    value: Count


class Numbered(Part, frozen=True):
    """A reference to an AS number."""

    asn: AsNumber


class Tagged(Part, frozen=True):
    """A reference to a VLAN."""

    vid: Vid


class Radio(Part, frozen=True):
    """A reference to a wireless network."""

    ssid: Name


class Addressed(Part, frozen=True):
    """A reference to an IP address; `nat_inside` is what it is translated to, where NetBox says so."""

    address: str
    nat_inside: "Addressed | None" = None


class Mapped(Part, frozen=True):
    """One position of a front port and where it leads (NetBox 4.5 and later); `rear_port` is a row id."""

    position: int
    rear_port: int
    rear_port_position: int


MaybeNumber = ChosenNumber | int | None

#: NetBox gives most choices as {value, label} and some (a cable's type) as the bare value.
Choice = Chosen | str
MaybeChoice = Chosen | str | None


def chosen(choice: MaybeChoice) -> str:
    """The value of a choice, "" for none.

    Interned: msgspec leaves out what *is* its field's default, and "active" from the network is another object than
    the default "active" until it is interned; equal data must give equal bytes.
    """
    return sys.intern(choice.value if isinstance(choice, Chosen) else choice or "")


def chosen_number(choice: MaybeNumber) -> int:
    """The number chosen, 0 for none."""
    return choice.value if isinstance(choice, ChosenNumber) else choice or 0
