"""What a device says outside its configuration: answers to show commands, texts heard from neighbours.

No grammar says where a secret stands there, so three nets are laid one over the other: the platform's own forms at
every word, forms that give a secret away anywhere (password hashes, keys in PEM, logins in addresses), and the values
that the device's own configuration shows to be secrets. What falls through all three is text nobody can tell from
a secret; docs/limits.md says so.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache

from linewright.errors import DataError
from linewright.platforms import PlatformRules, walk
from linewright.redact.arrive import tokenise
from linewright.redact.token import TOKEN, replaced, spans, token

#: A shorter value is too common a word to be looked for everywhere.
SHORTEST_KNOWN = 6

_WORDS = (
    r"pass(?:word|phrase)|secret|community(?: name| string)?|key[- ]?string|pre-?shared[- ]key"
    r"|auth(?:entication)?[- ]key|token"
)
_GIVEN_AWAY = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<secret>\$(?:1|5|6|8|9|y|2[aby]?|sha1|argon2id?)\$[^\s\"',;]+)",  # crypt(5) and vendors' own
        r"[A-Za-z][A-Za-z0-9+.-]*://(?P<secret>[^/\s@:]+:[^/\s@]+)@",  # RFC 3986 section 3.2.1
        rf"(?i:{_WORDS})[\"']?\s*(?:is\s+|[:=]\s*)[\"']?(?P<secret>[^\s\"',;]+)",
        r"(?i:key[- ]?string|password|passphrase|secret)\s+[\"'](?P<secret>[^\"']+)[\"']",
    )
)
#: One search instead of four, for the many lines that hold nothing.
_GIVEN_AWAY_AT_ALL = re.compile(
    "|".join(pattern.pattern.replace("(?P<secret>", "(?:") for pattern in _GIVEN_AWAY)
)
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?s:.*?)(-----END [A-Z ]*PRIVATE KEY-----|\Z)")


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
        text = _PEM.sub(lambda found: f"{found[1]} {self._token('pem', found[0])} {found[2]}", text)
        text = "\n".join(map(self.name, text.split("\n")))
        if self._known is not None:
            text = self._known.sub(lambda match: self._token("known", match[0]), text)
        return text

    def name(self, line: str) -> str:
        """A line that names something: only what has the form of a secret is replaced.

        A neighbour whose name happens to be somebody's community has to keep it, or no cable is ever confirmed.
        """
        if _anywhere(self._rules).search(line) is not None:
            line = self._by_forms(line)
        if _GIVEN_AWAY_AT_ALL.search(line) is None:
            return line
        for pattern in _GIVEN_AWAY:
            places = [match.span("secret") for match in pattern.finditer(line)]
            places = [(a, b) for a, b in places if TOKEN.search(line[a:b]) is None]
            line = replaced(line, places, lambda _number, value: self._token("shown", value))
        return line

    def _by_forms(self, line: str) -> str:
        for start in _starts(line):
            tail = line[start:]
            if places := [(a, b) for a, b in spans(tail, self._rules) if TOKEN.match(tail, a) is None]:
                line = line[:start] + replaced(
                    tail, places, lambda _number, value: self._token("shown", value)
                )
        return line

    def _token(self, field: str, value: str) -> str:
        return token(self._key, self._device, field, value)


@lru_cache(maxsize=64)
def _anywhere(rules: PlatformRules) -> re.Pattern[str]:
    """Matches where a line holds any of the platform's forms behind any word: one search instead of hundreds."""
    forms = "|".join(f"(?:{form.replace('(?P<secret>', '(?:')})" for form in rules.secrets)
    return re.compile(rf"(?<![^\W_])(?=\S)(?:{forms or '(?!)'})")


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


def _starts(line: str) -> list[int]:
    """Where words begin, last first, so that a replacement does not move what is still to be looked at."""
    return [
        i
        for i in range(len(line) - 1, -1, -1)
        if not line[i].isspace() and (i == 0 or not line[i - 1].isalnum())
    ]
