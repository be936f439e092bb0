"""Cable profiles as data: every strand that goes in comes out, and comes back the same way."""

import pytest

from linewright.trace.profiles import PROFILES, opposite, shapes


def places(shape):
    return [(c, p) for c in range(1, shape.connectors + 1) for p in range(1, shape.positions + 1)]


@pytest.mark.parametrize("profile", PROFILES)
def test_every_strand_comes_out_once_and_leads_back(profile):
    a, b = shapes(profile)
    assert a.connectors * a.positions == b.connectors * b.positions
    assert sorted(opposite(profile, "A", place) for place in places(a)) == places(b)
    assert all(opposite(profile, "B", opposite(profile, "A", place)) == place for place in places(a))
    assert opposite(profile, "A", (a.connectors + 1, 1)) is None
    assert opposite(profile, "B", (1, b.positions + 1)) is None


def test_there_are_26():
    assert len(set(PROFILES)) == 26


def test_what_is_crossed():
    assert opposite("trunk-2c4p", "A", (1, 3)) == (1, 3)
    assert opposite("trunk-2c4p-shuffle", "A", (1, 3)) == (2, 1)
    assert opposite("trunk-4c4p-shuffle", "B", (4, 2)) == (2, 4)
    assert opposite("breakout-1c4p-4c1p", "A", (1, 3)) == (3, 1)
    assert opposite("breakout-1c4p-4c1p", "B", (3, 1)) == (1, 3)
    # Direction matters: connector 3 of side B is not where strand 3 of side A comes out.
    assert opposite("breakout-2c4p-8c1p-shuffle", "A", (1, 3)) == (5, 1)
    assert opposite("breakout-2c4p-8c1p-shuffle", "B", (3, 1)) == (2, 1)


def test_another_name_is_not_guessed():
    with pytest.raises(KeyError):
        shapes("trunk-16c1p")
