from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.printable import printable


@given(st.text())
def test_printable_keeps_what_is_harmless(words):
    shown = printable(words)
    assert shown.isprintable()
    assert printable(shown) == shown
    if words.isprintable() and not any(category(char).startswith("M") for char in words):
        assert shown == words or any(char not in shown for char in words)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2J", "\\u001b[2J"),
        ("a\nb", "a\\u000ab"),
        ("\u202egnp", "\\u202egnp"),
        ("\ud800", "\\ud800"),
        ("e\u0301", "e\u0301"),
        ("a" + "\u0301" * 5, "a" + "\u0301" * 3 + "\\u0301" * 2),
        ("\u0301a", "\\u0301a"),
        (" \u0301", " \\u0301"),
    ],
)
def test_what_steers_is_shown(hostile, shown):
    assert printable(hostile) == shown
