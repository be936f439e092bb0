"""Lines of a screen: as many words as there is room for, none wider than the screen, none lost without being counted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.model.printable import printable
from linewright.plan.columns import WIDTH, clipped, columns, fitted, folded, spread

_WORDS = st.lists(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("a \u6f22\u0301")), min_size=1, max_size=60), max_size=40
)  # fmt: skip


@given(
    words=_WORDS,
    most=st.integers(min_value=1, max_value=4),
    after=st.sampled_from(["", ": so it is", " (x)"]),
)
def test_no_line_is_wider_and_there_are_never_more_of_them(words: list[str], most: int, after: str) -> None:
    lines = spread("Label     ", words, after, "; ", most=most)
    assert 1 <= len(lines) <= most
    assert all(columns(line) <= WIDTH for line in lines)
    assert [printable(line) for line in lines] == lines
    # What stands around the names is never cut.
    assert lines[0].startswith("Label     ")
    assert "".join(lines).replace(" ", "").endswith(after.replace(" ", ""))


@given(count=st.integers(min_value=1, max_value=300), most=st.integers(min_value=1, max_value=3))
def test_none_is_lost_without_being_counted(count: int, most: int) -> None:
    names = [f"device{number:03}" for number in range(count)]
    told = " ".join(spread("On ", names, ".", most=most))
    more = re.search(r" and (\d+) more\.$", told)
    assert len(re.findall(r"device\d+", told)) + (int(more[1]) if more else 0) == count


@given(words=st.text(max_size=400))
def test_folding_keeps_every_character(words: str) -> None:
    lines = folded("Label     ", words)
    assert "".join(lines).replace(" ", "") == "Label" + printable(words).replace(" ", "")
    assert all(columns(line) <= WIDTH for line in lines)


@pytest.mark.parametrize(
    ("text", "wide"),
    [("abc", 3), ("\u6f22\u5b57", 4), ("e\u0301", 1), ("\uff21", 2), ("\u00e4", 1), ("", 0)],
)
def test_columns_are_those_of_a_terminal(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_what_is_cut_says_so() -> None:
    assert clipped("a" * 80) == "a" * 80
    assert clipped("a" * 81) == "a" * 77 + "..."
    assert clipped("\u6f22" * 41) == "\u6f22" * 38 + "..."
    assert clipped("\x1b[2J", 20) == "\\u001b[2J"
    assert fitted("On ", ["x" * 200, "y"], ": our way in") == "On " + "x" * 51 + "... and 1 more: our way in"
