"""Free data in the one form that every reader of JSON prints alike (RFC 8785)."""

import math
from typing import Any

from linewright.errors import DataError

_MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 section 3.2.2.3 (I-JSON)


def plain(value: Any, where: str) -> Any:
    """Free JSON in the one form that every reader prints alike.

    Integral floats become integers; numbers that RFC 8785 would print with an exponent, that are not finite or that
    do not fit into 53 bits are refused.

    Raises:
        DataError: naming `where` the value stands.
    """
    match value:
        case None | bool() | str():
            return value
        case int():
            if abs(value) > _MAX_SAFE_INTEGER:
                raise DataError(
                    f"{where}: {value} is too large for JSON that every reader agrees on",
                    hint="keep it as text",
                )
            return value
        case float():
            if value.is_integer() and abs(value) <= _MAX_SAFE_INTEGER:
                return int(value)
            if not math.isfinite(value) or value.is_integer() or "e" in repr(value):
                raise DataError(
                    f"{where}: the number {value!r} has no single text form", hint="keep it as text"
                )
            return value
        case list() | tuple():
            return [plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
        case dict():
            if astral := [key for key in value if max(str(key), default="") > "\uffff"]:
                # RFC 8785 orders keys by UTF-16 code units; beyond this plane that is not the order of code points.
                raise DataError(
                    f"{where}: the key {astral[0]!r} has a character outside the basic multilingual plane"
                )
            return {str(key): plain(item, f"{where}.{key}") for key, item in value.items()}
    raise DataError(f"{where}: a value of type {type(value).__name__} is not JSON")
