"""Canonical JSON (RFC 8785) and digests over it."""

from hashlib import sha256
from typing import Any

import msgspec
import rfc8785

from linewright.errors import DataError


def canonical(value: Any) -> bytes:
    """The one byte form of a value (RFC 8785); frozen records are taken by their fields.

    Raises:
        DataError: the value holds something JSON has no agreed form for (NaN, an integer over 53 bits, a lone surrogate).
    """
    try:
        return rfc8785.dumps(msgspec.to_builtins(value))
    except rfc8785.CanonicalizationError as error:
        raise DataError(f"cannot be written as canonical JSON: {error}") from None


def digest(value: Any) -> str:
    """SHA-256 (64 hex digits) over the canonical form."""
    return sha256(canonical(value)).hexdigest()


def code(of: str) -> str:
    """A digest as people read it to each other: its first eight digits, 7F3A-91C2."""
    return f"{of[:4]}-{of[4:8]}".upper()
