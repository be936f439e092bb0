import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.printable import printable


@given(st.text())
def test_printable_keeps_what_is_harmless(words):
    assert printable(words).isprintable()
    if words.isprintable():
        assert printable(words) == words


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [("\x1b[2J", "\\u001b[2J"), ("a\nb", "a\\u000ab"), ("\u202egnp", "\\u202egnp"), ("\ud800", "\\ud800")],
)
def test_what_steers_is_shown(hostile, shown):
    assert printable(hostile) == shown
