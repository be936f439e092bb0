"""What comes from a device: secrets replaced before anything else sees the text."""

from linewright.errors import SecretError
from linewright.platforms import PlatformRules, walk
from linewright.redact.nets import text_without
from linewright.redact.token import TOKEN, fields, replaced, spans, token


def tokenise(text: str, rules: PlatformRules, key: bytes, device: str, *, again: bool = False) -> str:
    """A running configuration with every secret replaced by its token; the rest byte for byte.

    A device that shows a token in place of a secret was given one by somebody: taken for ours, it would pass for the
    secret it stands for. It is refused, unless `again` says that the text was tokenised before.

    Raises:
        SecretError: a token stands where a secret should; the line is named without the secret.
        DataError: the text ends inside a banner.
    """
    out: list[str] = []
    for line in walk(text, rules):
        written = line.raw.strip()
        places = spans(written, rules) if line.kind == "line" else []
        if not places:
            out.append(line.raw)
            continue
        named = fields(line, written, places, rules)

        def give(number: int, value: str, named: list[str] = named) -> str:
            if TOKEN.fullmatch(value) is None:
                return token(key, device, named[number], value)
            if again:
                return value
            raise SecretError(
                f"device {device}: {named[number]}: a linewright token stands there instead of a secret",
                hint="somebody loaded a redacted configuration; set the real secret on the device",
            )

        start = line.raw.index(written)
        head, tail = line.raw[:start], line.raw[start + len(written) :]
        out.append(head + replaced(written, places, give) + tail)
    return "\n".join(out)


def hide(text: str, rules: PlatformRules | None) -> str:
    """Any text of a device (a message, a diff, an echoed line) with whatever looks like a secret replaced by "***".

    Made for what goes into errors and logs: it finds secrets behind prompts, diff marks and "no " as well, and forms
    that give a secret away anywhere, and keeps no relation to the value. `rules` is None for a platform nobody knows.
    """
    return text_without(text, rules, lambda _net, _value: "***")
