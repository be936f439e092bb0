"""What a device says outside its configuration: answers to show commands, texts heard from neighbours.

No grammar says where a secret stands there, so three nets are laid one over the other: the platform's own forms at
every word, forms that give a secret away anywhere (password hashes, keys in PEM, logins in addresses), and the values
that the device's own configuration shows to be secrets. What falls through all three is text nobody can tell from
a secret; docs/limits.md says so.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

from linewright.errors import DataError
from linewright.platforms import PlatformRules, walk
from linewright.redact.arrive import tokenise
from linewright.redact.nets import line_without, text_without
from linewright.redact.token import TOKEN, spans, token

#: A shorter value is too common a word to be looked for everywhere.
SHORTEST_KNOWN = 6


class Screen:
    """The nets for one device: equal texts stay equal, different ones different. Its own text form says nothing."""

    def __init__(self, rules: PlatformRules, key: bytes, device: str, running: str = "") -> None:
        """`running` is the configuration as the device sent it; only its secrets are kept, in memory.

        Raises:
            DataError: it ends inside a banner.
        """
        self._rules, self._key, self._device = rules, key, device
        values = {value for value in secrets_of(running, rules) if TOKEN.search(value) is None}
        found = sorted(
            {word for value in values for word in _spellings(value)}, key=lambda word: (-len(word), word)
        )
        self._known = (
            re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in found)) if found else None
        )

    def __repr__(self) -> str:
        return "Screen(...)"

    def configuration(self, text: str) -> str:
        """An answer that may be a configuration, or a part of one; equal secrets keep the token `tokenise` gives.

        Raises:
            SecretError: a token stands where a secret should.
        """
        with suppress(DataError):  # half a banner: no whole configuration, so the other nets have to do
            text = tokenise(text, self._rules, self._key, self._device)
        return self.words(text)

    def words(self, text: str) -> str:
        """Free text: everything the nets catch replaced by a token."""
        text = text_without(text, self._rules, self._token)
        if self._known is not None:
            text = self._known.sub(lambda match: self._token("known", match[0]), text)
        return text

    def name(self, line: str) -> str:
        """A line that names something: only what has the form of a secret is replaced.

        A neighbour whose name happens to be somebody's community has to keep it, or no cable is ever confirmed.
        """
        return line_without(line, self._rules, self._token)

    def _token(self, field: str, value: str) -> str:
        return token(self._key, self._device, field, value)


def secrets_of(text: str, rules: PlatformRules) -> Iterator[str]:
    """The secrets of a configuration, as they stand there.

    Raises:
        DataError: the text ends inside a banner.
    """
    for line in walk(text, rules):
        if line.kind == "line":
            written = line.raw.strip()
            for start, end in spans(written, rules):
                yield written[start:end]


def _spellings(value: str) -> Iterator[str]:
    """A value as it may be shown elsewhere: whole, and without the quotes around it."""
    for word in {value, value.strip("\"'")}:
        if len(word) >= SHORTEST_KNOWN:
            yield word
