"""Secrets of an intended text: references while rendered, tokens while planned, values in memory at the load."""

import hmac
import re
from collections.abc import Callable, Iterable

from linewright.errors import SecretError
from linewright.model.objects import Record
from linewright.platforms import PlatformRules, walk
from linewright.redact.token import TOKEN, fields, replaced, spans, token

#: Gives the value of a secret reference; lives in memory only.
Reveal = Callable[[str], str]

# Control characters: `finalize` refuses them in everything that comes from data, so that only `secret(ref)` in a
# template can make a marker.
_OPEN, _CLOSE = "\x02", "\x03"
_MARKER = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./:@#-]{0,199}")
_VALUE = re.compile(r"[\x21-\x7e]{1,512}")


class Slot(Record, frozen=True):
    """Where a secret goes: `token` stands in the text for the value of `ref` at `field` of `device`."""

    token: str
    ref: str
    field: str
    device: str


def marker(ref: str) -> str:
    """What `secret(ref)` renders inside a template; `fill` turns it into a token.

    Raises:
        SecretError: the reference is not letters, digits and "_./:@#-" (at most 200).
    """
    if _REFERENCE.fullmatch(ref) is None:
        raise SecretError(
            f"{ref!r} is no secret reference", hint="letters, digits and _ . / : @ # - only, 200 at most"
        )
    return f"{_OPEN}{ref}{_CLOSE}"


def fill(
    text: str, rules: PlatformRules, key: bytes, device: str, reveal: Reveal
) -> tuple[str, tuple[Slot, ...]]:
    """A rendered text with markers -> the text with tokens, and a slot for each different token.

    Raises:
        SecretError: a marker stands where the platform knows no secret; a secret (or somebody else's token) stands
            there in clear; or a value holds anything but 1 to 512 printable ASCII characters without space.
            No message holds a value.
    """
    out: list[str] = []
    slots: dict[str, Slot] = {}
    for line in walk(text, rules):
        written = line.raw.strip()
        places = spans(written, rules) if line.kind == "line" else []
        named = fields(line, written, places, rules)

        def give(number: int, found: str, named: list[str] = named) -> str:
            where = f"device {device}: {named[number]}"
            if (match := _MARKER.fullmatch(found)) is None:
                raise SecretError(
                    f"{where}: a secret stands in clear in the intended text",
                    hint='render it with {{ secret("NAME") }}',
                )
            ref = match[1]
            made = token(key, device, named[number], checked(reveal(ref), ref))
            slots[made] = Slot(token=made, ref=ref, field=named[number], device=device)
            return made

        start = line.raw.index(written) if written else 0
        new = line.raw[:start] + replaced(written, places, give) + line.raw[start + len(written) :]
        if _OPEN in new or _CLOSE in new:
            raise SecretError(
                f"device {device}: {_MARKER.sub('*', line.text)!r}: {rules.title} has no secret there",
                hint="secret() may stand only where the platform keeps a password or key, as one word",
            )
        out.append(new)
    return "\n".join(out), tuple(slots.values())


def restore(text: str, slots: Iterable[Slot], key: bytes, reveal: Reveal) -> str:
    """Tokens -> values, for the moment of loading; called by `devices` only, the result is never kept.

    Each token is recomputed from the value that its reference has now, and stands on the line it was made for (or on
    the one that takes this line away).

    Raises:
        SecretError: a token without a slot, on another line than its slot names, or whose value changed; nothing is
            given out then. No message holds a value.
    """
    known = {slot.token: slot for slot in slots}
    return "\n".join(_restored(line, known, key, reveal) for line in text.split("\n"))


def checked(value: str, ref: str) -> str:
    """A secret's value, fit to be one word of a configuration line.

    Raises:
        SecretError: it is empty, too long, holds space or control characters, or looks like a token.
    """
    if _VALUE.fullmatch(value) is None or TOKEN.search(value) is not None:
        raise SecretError(
            f"the value of secret {ref!r} cannot be one word of a configuration line",
            hint="1 to 512 printable ASCII characters, no space, no line end",
        )
    return value


def _restored(line: str, known: dict[str, Slot], key: bytes, reveal: Reveal) -> str:
    if TOKEN.search(line) is None:
        return line
    written = TOKEN.sub("*", line.strip())

    def give(match: re.Match[str]) -> str:
        slot = known.get(match[0])
        if slot is None:
            raise SecretError(
                f"{written!r}: no secret is known for the token there",
                hint="the text is not the planned one, or the secret of an old line is not in the backup",
            )
        field = re.sub(r" #\d+$", "", slot.field)
        if not any(
            field == shown or field.endswith(f" / {shown}")
            for shown in (written, written.removeprefix("no "))
        ):
            raise SecretError(f"{written!r}: the token there belongs to another line ({slot.field})")
        value = checked(reveal(slot.ref), slot.ref)
        if not hmac.compare_digest(token(key, slot.device, slot.field, value), slot.token):
            raise SecretError(
                f"device {slot.device}: the value of secret {slot.ref!r} is not the one that was planned with",
                hint="make a new plan, or put the old value back",
            )
        return value

    return TOKEN.sub(give, line)
