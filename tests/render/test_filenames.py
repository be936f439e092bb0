import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.render import file_name

NAMES = ("../x", "a/b", "a\\b", "CON", "con", "com1.txt", "", ".", "..", "x" * 5000, "hq-wan1", "HQ-WAN1", "a\x00b", "a ", "a.", "é", "e\u0301", "-rf")  # fmt: skip


def test_a_plain_name_stays():
    assert file_name("hq-wan1.example", ".conf") == "hq-wan1.example.conf"


@pytest.mark.parametrize("name", NAMES)
def test_odd_names_are_safe(name):
    safe(file_name(name, ".conf"))


def safe(made):
    assert made.isascii()
    assert made.isprintable()
    assert not set(made) & set('/\\:*?"<>| ')
    assert made.strip(".") == made
    assert made[0].isalnum() or made[0] == "_"
    assert 0 < len(made) <= 120
    assert made.partition(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1"}


names = st.text() | st.sampled_from(NAMES) | st.text(alphabet="abAB-./\\ 0:")


@given(names, names)
def test_distinct_names_give_distinct_files_also_where_case_does_not_count(one, other):
    for name in (one, other):
        safe(file_name(name, ".conf"))
    if one != other:
        assert file_name(one).casefold() != file_name(other).casefold()


def test_a_name_cannot_pose_as_another_ones_file():
    assert file_name(file_name("A/B")) != file_name("A/B")
