from hypothesis import assume, given
from hypothesis import strategies as st

from linewright.documents.typeset import fitted, width, wrapped

NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)


def test_wider_letters_and_bold_are_wider():
    assert width("W", 10) > width("i", 10)
    assert width("hq", 10, bold=True) > width("hq", 10)
    assert width("hq", 20) == 2 * width("hq", 10)


def test_the_end_of_a_name_is_kept():
    short = fitted("headquarters-building-7-leaf-12", 9, 90)
    assert short.startswith("head")
    assert short.endswith("leaf-12")


@given(NAMES, st.floats(15, 400), st.booleans())
def test_what_is_fitted_fits(text, room, bold):
    assert width(fitted(text, 9, room, bold=bold), 9, bold=bold) <= room


@given(NAMES, st.floats(15, 400))
def test_what_fits_is_left_alone(text, room):
    assume(width(text, 9) <= room)
    assert fitted(text, 9, room) == text


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=9)))
def test_wrapping_keeps_all_words_in_order(words):
    lines = wrapped(words, 7, 120)
    assert " ".join(lines).split() == words
    assert all(width(line, 7) <= 120 for line in lines)
