"""Nets for secrets in any words of a device. Pure; every line costs a bounded time, whoever wrote it.

One net has the platform's forms, looked for behind any word; the other has forms that give a secret away anywhere.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from linewright.platforms import PlatformRules
from linewright.redact.token import TOKEN, replaced, spans_by

#: Characters. A longer line is not looked through but replaced whole: what a search costs grows with the square of it.
LONGEST_LINE = 4096
#: What stands in the place of a secret: given the kind of net that caught it, and the secret.
Give = Callable[[str, str], str]

_WORDS = (
    r"pass(?:word|wd|phrase)|pwd|secret(?:[-_ ]?key)?|community(?: name| string)?|key[- ]?string|psk"
    r"|(?:pre-?)?shared[- ](?:key|secret)|auth(?:entication)?[- ]key|api[-_ ]?key|token"
)
_GIVEN_AWAY = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<secret>\$(?:1|5|6|8|9|y|2[aby]?|sha1|argon2id?)\$[^\s\"',;]+)",  # crypt(5) and vendors' own
        r"(?i:(?P<secret>AGE-SECRET-KEY-1[0-9a-z]+))",
        # RFC 3986 section 3.2.1: what stands before the last "@" of the authority. Behind http a lone word there is a
        # token; elsewhere it is a user's name. A password with a "/" in it ends the authority too early: the third.
        r"(?<=://)(?P<secret>[^\s/\"<>:]*:[^\s/\"<>]*)@",
        r"(?i:(?<=http://)|(?<=https://))(?P<secret>[^\s/\"<>]+)@",
        r"(?<=://)(?P<secret>[^\s/@\"<>:]+:(?!\d{1,5}[/?#])[^\s@\"<>]*)@",
        rf"(?i:{_WORDS})[\"']?\s*(?:is\s+|[:=]\s*)\"(?P<secret>[^\"]+)\"",
        rf"(?i:{_WORDS})[\"']?\s*(?:is\s+|[:=]\s*)'(?P<secret>[^']+)'",
        rf"(?i:{_WORDS})[\"']?\s*(?:is\s+|[:=]\s*)[\"']?(?P<secret>[^\s\"',;]+)",
        r"(?i:key[- ]?string|password|passphrase|secret)\s+[\"'](?P<secret>[^\"']+)[\"']",
        rf"(?i:<(?:{_WORDS})>)(?P<secret>[^<]+)</",
        r"(?i:authorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token)\s+)(?P<secret>[^\s\"',;]+)",
        r"(?<=\s)(?:-u|--user|--proxy-user)[\s=]\s*[\"']?[^\s:\"']+:(?P<secret>[^\s\"']+)",  # curl(1)
    )
)
#: One search instead of a dozen, for the many lines that hold nothing.
_GIVEN_AWAY_AT_ALL = re.compile(
    "|".join(pattern.pattern.replace("(?P<secret>", "(?:") for pattern in _GIVEN_AWAY)
)
_PEM = re.compile(
    r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----)(?s:.*?)"
    r"(-----END [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)"
)
#: A token that an earlier net left, with a user's name before it.
_DONE = re.compile(rf"(?:[^\s:@]*:)?{TOKEN.pattern}\s*")
#: What a form may begin with that lets it match behind any words: exceptions for free text, then anything.
_UNANCHORED = re.compile(r"(?:\(\?!(?:[^()]|\([^()]*\))*\))?\.\*\??(?=\S)")


def text_without(text: str, rules: PlatformRules | None, give: Give) -> str:
    """Free text with everything that a net catches replaced by what `give` returns."""
    text = _PEM.sub(lambda found: f"{found[1]} {give('pem', found[0])} {found[2]}", text)
    return "\n".join(line_without(line, rules, give) for line in text.split("\n"))


def line_without(line: str, rules: PlatformRules | None, give: Give) -> str:
    """One line likewise; of one that is too long only its length is told."""
    if len(line) > LONGEST_LINE:
        return f"{give('long', line)} (a line of {len(line)} characters)"
    # First what is sure of where the secret is: a form may take the sign before it ("shared-key = X") for the secret.
    if _GIVEN_AWAY_AT_ALL.search(line) is not None:
        for pattern in _GIVEN_AWAY:
            line = _each(line, pattern, give)
    if rules is not None and at_any_word(rules).search(line) is not None:
        line = by_forms(line, rules, give)
    return line


def by_forms(line: str, rules: PlatformRules, give: Give) -> str:
    """A line without what the platform's forms find behind any word."""
    anchored, anywhere = _forms(rules)
    for start in _starts(line):
        tail = line[start:]
        if places := [(a, b) for a, b in spans_by(tail, anchored) if _DONE.fullmatch(tail, a, b) is None]:
            line = line[:start] + replaced(tail, places, lambda _number, value: give("shown", value))
    for pattern in anywhere:
        line = _each(line, pattern, give)
    return line


@lru_cache(maxsize=64)
def at_any_word(rules: PlatformRules) -> re.Pattern[str]:
    """Matches where a line holds any of the platform's forms behind any word: one search instead of hundreds."""
    anchored, anywhere = _forms(rules)
    at_words = "|".join(f"(?:{_plain(form)})" for form in anchored) or "(?!)"
    rest = "".join(f"|(?:{_plain(pattern.pattern)})" for pattern in anywhere)
    return re.compile(rf"(?<![^\W_])(?=\S)(?:{at_words}){rest}")


@lru_cache(maxsize=64)
def _forms(rules: PlatformRules) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """The platform's forms that begin with a word of their own, and what the others look for behind any words.

    Those others would be looked for from every word to the end of the line; without their beginning once is enough.
    """
    bare = [
        (form, _UNANCHORED.sub("", form, count=1) if _UNANCHORED.match(form) else "")
        for form in rules.secrets
    ]
    return (
        tuple(form for form, core in bare if not core),
        tuple(re.compile(core) for core in dict.fromkeys(core for _, core in bare) if core),
    )


def _plain(form: str) -> str:
    return form.replace("(?P<secret>", "(?:")


def _each(line: str, pattern: re.Pattern[str], give: Give) -> str:
    places = [match.span("secret") for match in pattern.finditer(line)]
    places = [(a, b) for a, b in places if _DONE.fullmatch(line, a, b) is None]
    return replaced(line, places, lambda _number, value: give("shown", value))


def _starts(line: str) -> Iterator[int]:
    """Where words begin, last first, so that a replacement does not move what is still to be looked at."""
    for i in range(len(line) - 1, -1, -1):
        if not line[i].isspace() and (i == 0 or not line[i - 1].isalnum()):
            yield i
