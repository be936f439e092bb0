"""Every case folder: the lines are exactly those, and they lead where they should, both ways."""

from linewright.configs import commands, diff, normalise, predict
from linewright.platforms import rules


def test_the_lines_are_those_of_the_case(case):
    found = commands(case.text("before"), case.text("after"), rules(case.platform))
    assert list(found) == case.text("commands").splitlines()


def test_the_back_out_is_that_of_the_case(case):
    found = commands(case.text("after"), case.text("before"), rules(case.platform))
    assert list(found) == case.text("back").splitlines()


def test_the_lines_lead_from_before_to_after(case):
    platform = rules(case.platform)
    found = predict(case.text("before"), case.text("commands").splitlines(), platform)
    assert found == normalise(case.text("after"), platform)


def test_the_back_out_leads_to_before(case):
    platform = rules(case.platform)
    found = predict(case.text("after"), case.text("back").splitlines(), platform)
    assert found == normalise(case.text("before"), platform)


def test_a_difference_is_shown_exactly_where_there_is_one(case):
    platform = rules(case.platform)
    before, after = case.text("before"), case.text("after")
    shown = diff(before, after, platform)
    assert bool(shown) == (normalise(before, platform) != normalise(after, platform))
    if case.has("diff"):
        assert list(shown) == case.text("diff").splitlines()


def test_the_canonical_text_is_its_own_canonical_text(case):
    platform = rules(case.platform)
    for name in ("before", "after"):
        once = normalise(case.text(name), platform)
        assert normalise(once, platform) == once
