"""The token that stands for a secret, and the places a platform knows secrets at."""

import hmac
import re
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256

from linewright.errors import SecretError
from linewright.platforms import Line, PlatformRules

#: A token as a whole word: 128 bits in hexadecimal, so that two different secrets never share one by accident.
TOKEN = re.compile(r"lw-secret-[0-9a-f]{32}")
_HEX_DIGITS = 32
_SHORTEST_KEY = 16


def token(key: bytes, device: str, field: str, value: str) -> str:
    """The token of a value at a field of a device: "lw-secret-" and 32 hexadecimal digits; one configuration word.

    HMAC-SHA256 (RFC 2104, FIPS 180-4), each part preceded by its length in eight bytes, so that no two triples give
    the same message. `field` is the section path and the line with "*" for the secret, joined by " / ".

    Raises:
        SecretError: the key has fewer than 16 bytes.
    """
    if len(key) < _SHORTEST_KEY:
        raise SecretError(
            "the site's key is shorter than 16 bytes", hint="make a new one with `linewright init`"
        )
    mac = hmac.new(key, digestmod=sha256)
    for part in (device, field, value):
        data = part.encode("utf-8", "surrogatepass")
        mac.update(len(data).to_bytes(8, "big"))
        mac.update(data)
    return f"lw-secret-{mac.hexdigest()[:_HEX_DIGITS]}"


@lru_cache(maxsize=64)
def _patterns(forms: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form) for form in forms)


def spans(line: str, rules: PlatformRules) -> list[tuple[int, int]]:
    """Where secrets stand in a stripped line, in order, without overlap (of two that overlap the longer one)."""
    return spans_by(line, rules.secrets)


def spans_by(line: str, forms: tuple[str, ...]) -> list[tuple[int, int]]:
    """The same by these forms."""
    found = sorted(
        {match.span("secret") for pattern in _patterns(forms) if (match := pattern.match(line)) is not None},
        key=lambda span: (span[0] - span[1], span[0]),
    )
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if all(end <= other_start or start >= other_end for other_start, other_end in kept):
            kept.append((start, end))
    return sorted(kept)


def replaced(line: str, places: list[tuple[int, int]], give: Callable[[int, str], str]) -> str:
    """The line with each span replaced by what `give(number, old text)` returns."""
    parts: list[str] = []
    done = 0
    for number, (start, end) in enumerate(places):
        parts += [line[done:start], give(number, line[start:end])]
        done = end
    return "".join((*parts, line[done:]))


def fields(line: Line, written: str, places: list[tuple[int, int]], rules: PlatformRules) -> list[str]:
    """The field of each secret of a line: section path and line, "*" for every secret, joined by " / ".

    Of a line with several secrets the second and later ones are told apart by " #2", " #3". The spelling is the one
    the device shows, so that intended and running text name it alike.
    """
    shown = spans(line.text, rules)
    text, places = (line.text, shown) if len(shown) == len(places) else (written, places)
    path = (replaced(head, spans(head, rules), _star) for head in line.path)
    field = " / ".join((*path, replaced(text, places, _star)))
    return [field if number == 0 else f"{field} #{number + 1}" for number in range(len(places))]


def _star(_number: int, _value: str) -> str:
    return "*"
