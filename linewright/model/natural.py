"""The order people expect: Ethernet2 before Ethernet10."""

import re

_NUMBER = re.compile(r"(\d+)")


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key under which numbers inside a name count as numbers.

    Total and deterministic: equal keys only for equal texts, because the text itself closes the key.
    """
    parts = _NUMBER.split(text)
    key = tuple((1, int(part), "") if i % 2 else (0, 0, part) for i, part in enumerate(parts))
    return (*key, (2, 0, text))
