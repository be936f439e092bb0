"""What is wrong with a file that should be a plan, in words. Pure.

Only asked when the file is refused already: it reads slowly and carefully what the quick reader would not take.
"""

import json
from typing import Any, NoReturn

#: Beyond it readers of JSON disagree (RFC 8785 section 3.2.2.3, I-JSON).
LARGEST_NUMBER = 2**53 - 1
_SHOWN = 60


class _Found(Exception):  # noqa: N818 - what was found is no error of ours
    pass


def found_in(data: bytes) -> str:
    """What is wrong with these bytes as strict JSON; "" when nothing is, or when it is only their spelling."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"byte {error.start} is not UTF-8"
    try:
        json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole, parse_float=_no_number
        )
    except _Found as found:
        return str(found)
    except RecursionError:
        return "it is nested too deeply"
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return f"something stands behind its end, at character {error.pos}"
        return f"it is cut off or broken at character {error.pos}"
    return ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise _Found(f"the key {key[:_SHOWN]!r} stands there twice")
        seen.add(key)
    return dict(pairs)


def _whole(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > LARGEST_NUMBER:
        raise _Found(f"the number {text[:_SHOWN]} is too large")
    return number


def _no_number(text: str) -> NoReturn:
    raise _Found(f"{text[:_SHOWN]} is no number that a plan holds")
