"""Known secret values out of texts. Pure, but for the set of values, which only grows."""

import base64
import json
import threading
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

#: What stands in the place of a secret.
MASK = "***"
#: Of a shorter value every occurrence would be masked, which tells it; the whole text goes instead.
_SHORT = 4
#: A base64 text (RFC 4648) shorter than this is found everywhere.
_SHORTEST_ENCODED = 8


class Masker:
    """Replaces every value it was told, however it is written; safe to use from several threads."""

    def __init__(self) -> None:
        self._forms: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    def conceal(self, value: str) -> None:
        """Add a value. The lines of a value of several lines, such as a private key, count alone too."""
        forms = {form for part in _parts(value) for form in spellings(part)}
        with self._lock:
            if not forms <= self._forms:
                self._forms |= forms

    def masked(self, text: str) -> str:
        """The text without the values, also where white space was put between their characters."""
        places = [place for place, char in enumerate(text) if not char.isspace()]
        bare = "".join(text[place] for place in places)
        found = [form for form in self._forms if form in bare]
        if not found:
            return text
        if any(len(form) < _SHORT for form in found):
            return MASK
        return _without(text, sorted(_spans(found, bare, places)))


def spellings(value: str) -> Iterator[str]:
    """How a value may be written in a message: as it is, escaped for Python, JSON or a URL, in base64 at any offset."""
    data = value.encode(errors="surrogatepass")
    forms = [value, repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    forms += [quote(data, safe=""), quote(data), quote_plus(data)]
    for form in forms:
        if bare := "".join(form.split()):
            yield bare
    for offset in range(3):
        # The characters at both ends depend on what stands beside the value; those between do not.
        encoded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
        middle = encoded[(0, 2, 3)[offset] : len(encoded) - bool((offset + len(data)) % 3)]
        if len(middle) >= _SHORTEST_ENCODED:
            yield middle
            yield middle.replace("+", "-").replace("/", "_")


def _parts(value: str) -> Iterator[str]:
    yield value
    if "\n" in value.strip():
        yield from (line for line in value.splitlines() if len(line.strip()) >= _SHORTEST_ENCODED)
    if (
        value.startswith("nbt_") and "." in value
    ):  # a NetBox token of version 2: the half behind the point is the secret
        yield value.partition(".")[2]


def _spans(forms: Iterable[str], bare: str, places: list[int]) -> Iterator[tuple[int, int]]:
    """Where the forms stand in the text that `bare` is without white space, overlapping ones too."""
    for form in forms:
        at = bare.find(form)
        while at >= 0:
            yield places[at], places[at + len(form) - 1] + 1
            at = bare.find(form, at + 1)


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with one mask in the place of each run of overlapping spans, which come in order."""
    pieces: list[str] = []
    done = 0
    for begin, end in spans:
        if begin >= done:
            pieces += [text[done:begin], MASK]
        done = max(done, end)
    return "".join([*pieces, text[done:]])
