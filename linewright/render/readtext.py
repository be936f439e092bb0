"""The texts of a read set taken apart and put together; readset.py has their grammar."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import msgspec

from linewright.errors import DataError

#: Steps from an object to a place in it; at each the possible ones, None for any.
Steps = tuple[frozenset[str] | None, ...]
WHICH = "which there are"
ALL = "all"
ANY = "*"
_WORD = r"[A-Za-z0-9_](?:[A-Za-z0-9_./:-]*[A-Za-z0-9_./-])?"
_STEP = re.compile(_WORD)
_TOKEN = re.compile(rf'"(?:[^"\\]|\\.)*"|[{{}},*]|:(?= )|{_WORD}')
_RESERVED = frozenset({"all", "with", "which", "and", "no", "of"})


class Field(NamedTuple):
    """A place in an object that was read; `deep`: with all below it."""

    path: Steps
    deep: bool


class Read(NamedTuple):
    """One text of a read set, taken apart.

    Either `objects` are named, or those meant that fulfil `conditions`: field and its possible values, the empty set
    for a field that is empty. `which`: objects that come or go count.
    """

    table: str
    objects: frozenset[str] | None
    conditions: tuple[tuple[str, frozenset[str] | None], ...]
    fields: tuple[Field, ...]
    which: bool


@lru_cache(maxsize=10_000)
def step(text: str) -> str:
    """A step as it stands in a read."""
    if _STEP.fullmatch(text) and text not in _RESERVED:
        return text
    # Only ASCII, so that nothing in a name of the source of truth moves the cursor of whoever reads this.
    return json.dumps(text)


def members(names: Iterable[str]) -> str:
    """One step or several, as they stand in a read."""
    shown = [step(name) for name in names]
    return shown[0] if len(shown) == 1 else f"{{{', '.join(shown)}}}"


def parsed(text: str) -> Read:
    """A text of a read set, taken apart.

    Raises:
        DataError: it is none.
    """
    try:
        return _Parser(text).read()
    except (IndexError, ValueError, msgspec.DecodeError):
        raise DataError(f"{text!a:.80} is no text of a read set") from None


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(text)
        self._at = 0
        if "".join(self._tokens).replace(" ", "") != text.replace(" ", ""):
            raise ValueError(text)

    def read(self) -> Read:
        table = self._next()
        objects, conditions = None, []
        if self._peek() == "with":
            self._next()
            conditions.append(self._condition())
            while self._peek() == "and":
                self._next()
                conditions.append(self._condition())
        else:
            objects = self._members()
        path: list[frozenset[str] | None] = []
        while self._peek() != ":":
            path.append(self._members())
        self._next()
        fields, which = [], False
        while True:
            if self._peek() == "which":
                self._at += len(WHICH.split())
                which = True
            else:
                fields.append(self._field(tuple(path)))
            if self._at >= len(self._tokens):
                return Read(table, objects, tuple(conditions), tuple(fields), which)
            self._expect(",")

    def _field(self, path: Steps) -> Field:
        if self._peek() != ALL:
            return Field((*path, self._members()), deep=False)
        self._next()
        if self._at < len(self._tokens) and self._peek() == "of":
            self._next()
            return Field((*path, self._members()), deep=True)
        return Field(path, deep=True)

    def _condition(self) -> tuple[str, frozenset[str] | None]:
        if self._peek() == "no":
            self._next()
            return self._step(), frozenset()
        return self._step(), self._members()

    def _members(self) -> frozenset[str] | None:
        if self._peek() == "*":
            self._next()
            return None
        if self._peek() != "{":
            return frozenset({self._step()})
        self._next()
        found = {self._step()}
        while self._peek() == ",":
            self._next()
            found.add(self._step())
        self._expect("}")
        return frozenset(found)

    def _step(self) -> str:
        word = self._next()
        if word.startswith('"'):
            return msgspec.json.decode(word, type=str)
        if word in "{},:*" or word in _RESERVED:
            raise ValueError(word)
        return word

    def _peek(self) -> str:
        return self._tokens[self._at]

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._next() != sign:
            raise ValueError(sign)
