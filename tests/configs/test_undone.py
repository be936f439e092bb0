"""Whatever was done, the way back leads back; whatever others did, theirs stays or it is refused."""

from hypothesis import assume, given
from hypothesis import strategies as st

from linewright import configs
from linewright.errors import Refused
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.plan.changeplan import DevicePlan
from linewright.plan.undo import undo
from linewright.platforms import PlatformRules, rules

FRR = rules("frr")
#: A line of somebody else on each platform, of a kind no case touches.
FOREIGN = {
    "frr": "ip route 203.0.113.99/32 blackhole 77\n",
    "eos": "ip route 203.0.113.99/32 Null0 77\n",
}


def part_of(before: str, after: str, known: PlatformRules) -> DevicePlan | None:
    wanted = Wanted(device="r1", host="h", port=1, identity="x", timer=60, intended=after, slots=())
    laid = Laid(before=configs.normalise(before, known), after=configs.normalise(after, known))
    return device_plan(wanted, laid, known)


def planned(case) -> tuple[DevicePlan | None, PlatformRules]:
    known = rules(case.platform)
    return part_of(case.text("before"), case.text("after"), known), known


def test_what_was_done_is_undone_by_the_lines_that_were_agreed_to(case):
    part, known = planned(case)
    if part is None:
        return
    found = undo(part, part.after, known)
    assert found.part is not None
    assert found.agreed
    assert found.part.commands == part.back_out
    assert configs.predict(part.after, found.part.commands, known) == part.before
    assert (found.part.before, found.part.after) == (part.after, part.before)
    assert undo(part, part.before, known).part is None
    assert undo(found.part, part.before, known).part is not None, "and it can be undone itself"


def test_lines_of_others_stay_byte_for_byte(case):
    part, known = planned(case)
    if part is None:
        return
    line = FOREIGN[case.platform]
    with_theirs = configs.normalise(part.after + line, known)
    found = undo(part, with_theirs, known)
    assert found.part is not None
    assert not found.agreed
    assert "others have changed it" in found.why
    assert [one[2:].strip() for one in found.others] == [line.strip()]
    assert found.part.after == configs.normalise(part.before + line, known)
    assert configs.predict(with_theirs, found.part.commands, known) == found.part.after
    assert line.strip() not in found.part.commands


@given(data=st.data())
def test_whatever_was_changed_it_is_undone(frr_configs, data):
    before, after = data.draw(frr_configs), data.draw(frr_configs)
    part = part_of(before, after, FRR)
    if part is None:
        return
    found = undo(part, part.after, FRR)
    assert found.part is not None
    assert configs.predict(part.after, found.part.commands, FRR) == part.before


@given(data=st.data())
def test_whatever_others_did_ours_goes_theirs_stays_or_it_is_refused(frr_configs, data):
    before, after, running = data.draw(frr_configs), data.draw(frr_configs), data.draw(frr_configs)
    part = part_of(before, after, FRR)
    if part is None:
        return
    now = configs.normalise(running, FRR)
    try:
        found = undo(part, now, FRR)
    except Refused:
        assume(False)
    if found.part is None:
        return
    assert configs.predict(now, found.part.commands, FRR) == found.part.after
    theirs = set(now.splitlines()) - set(part.after.splitlines())
    ours_back = set(part.before.splitlines())
    assert theirs - set(found.part.after.splitlines()) <= ours_back, "a line of others went"
