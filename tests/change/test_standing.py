"""The ten states: every combination of what can be seen has one, and none says more than was seen."""

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright import configs
from linewright.change.standing import Away, Known, Reading, Standing, of_job, stand
from linewright.change.states import State
from linewright.change.whose import of_ours, whose
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules

FRR = rules("frr")
JOB = "J0001-7F3A-91C2"
BEFORE = (
    "hostname r1\ninterface eth1\n description old\nexit\ninterface eth2\n description x\nexit\n"
    "access-list A seq 5 permit 192.0.2.1/32\naccess-list A seq 10 deny any\n"
)
AFTER = (
    "hostname r1\ninterface eth1\n description new\nexit\ninterface eth2\n description x\nexit\n"
    "ip route 198.51.100.0/24 blackhole\nip route 203.0.113.0/24 blackhole\n"
    "access-list A seq 5 permit 192.0.2.1/32\naccess-list A seq 10 deny any\n"
)


def text(raw: str) -> str:
    return configs.normalise(raw, FRR)


def part(before: str = BEFORE, after: str = AFTER, **more: object) -> DevicePlan:
    facts = {
        "device": "r1", "platform": "frr", "host": "192.0.2.1", "port": 22, "identity": "x", "order": "sent",
        "timer": 60, "before": text(before), "after": text(after), "intended": text(after), "commands": (),
        "back_out": (), "diff": (), **more,
    }  # fmt: skip
    return DevicePlan(**facts)  # type: ignore[arg-type]  # a plan in few words


PLAN = part()
ALIKE = part(BEFORE, BEFORE)
SENT, ANSWERED = Known(attempt=1, timer=60), Known(attempt=1, timer=60, answered=True)


def seen(running: str, startup: str | None = "", **more: object) -> Reading:
    where = text(running)
    return Reading(running=where, startup=where if startup == "" else startup, **more)  # type: ignore[arg-type]  # as part


def at_rest(reading: Reading, known: Known = SENT, plan: DevicePlan = PLAN) -> Standing:
    return stand(plan, JOB, known, (reading, reading), FRR)


HALF = AFTER.replace("ip route 203.0.113.0/24 blackhole\n", "")
OTHERS = AFTER + "ip route 10.9.9.0/24 blackhole\n"


@pytest.mark.parametrize(
    ("reading", "known", "state"),
    [
        (seen(BEFORE), SENT, "before"),
        (seen(BEFORE), ANSWERED, "reverted"),
        (seen(BEFORE), Known(attempt=1, confirming=True), "reverted"),
        (seen(BEFORE, word="reverted"), SENT, "reverted"),
        (seen(AFTER), SENT, "after"),
        (seen(AFTER, text(BEFORE)), ANSWERED, "confirmed, not saved"),
        (seen(AFTER, None, unread="no answer"), ANSWERED, "unreachable"),
        (seen(BEFORE, text(AFTER)), ANSWERED, "mixed"),
        (seen(HALF), SENT, "mixed"),
        (seen(OTHERS), SENT, "foreign"),
        (seen(BEFORE + "ip route 10.9.9.0/24 blackhole\n"), SENT, "foreign"),
        (seen(BEFORE, busy=True), SENT, "unreachable"),
        (seen(AFTER, pending=JOB), SENT, "pending"),
        (seen(BEFORE, pending=JOB), SENT, "pending"),
        (seen(AFTER, pending="J0009-AAAA-BBBB"), SENT, "foreign"),
    ],
)
def test_what_was_seen_decides(reading: Reading, known: Known, state: State) -> None:
    assert at_rest(reading, known).state == state


def test_one_look_decides_nothing_and_neither_do_two_that_differ() -> None:
    assert stand(PLAN, JOB, SENT, (), FRR).state == "unreachable"
    assert stand(PLAN, JOB, SENT, (seen(BEFORE),), FRR).state == "unreachable"
    assert stand(PLAN, JOB, SENT, (seen(BEFORE), seen(AFTER)), FRR).state == "unreachable"
    assert stand(PLAN, JOB, SENT, (seen(AFTER), Away(why="no route")), FRR).why == "no route"
    assert stand(PLAN, JOB, SENT, (Away(why="x"), seen(AFTER), seen(AFTER)), FRR).state == "after"


@pytest.mark.parametrize(
    ("word", "state"), [("", "undecidable"), ("confirmed", "after"), ("reverted", "reverted")]
)
def test_a_text_that_reads_alike_proves_nothing_but_the_devices_own_record_does(
    word: str, state: State
) -> None:
    assert at_rest(seen(BEFORE, word=word), ANSWERED, ALIKE).state == state


def test_the_lines_are_named_with_their_sections() -> None:
    found = at_rest(seen(OTHERS.replace("description new", "description other")))
    assert found.state == "foreign"
    assert found.ours == (
        "+ ip route 198.51.100.0/24 blackhole",
        "+ ip route 203.0.113.0/24 blackhole",
        "- interface eth1 / description old",
    )
    assert found.theirs == ("+ interface eth1 / description other", "+ ip route 10.9.9.0/24 blackhole")
    half = at_rest(seen(HALF))
    assert half.missing == ("+ ip route 203.0.113.0/24 blackhole",)
    assert half.theirs == ()


def test_our_own_line_in_another_place_of_an_ordered_list_is_not_ours() -> None:
    eos = rules("eos")
    lists = "ip access-list A\n   10 permit ip any any\n   20 deny ip any any\n"
    plan = msgspec.structs.replace(
        PLAN,
        platform="eos",
        before=configs.normalise("ntp server 192.0.2.1\nntp server 192.0.2.2\n" + lists, eos),
        after=configs.normalise("ntp server 192.0.2.1\nntp server 192.0.2.2\nvlan 5\n" + lists, eos),
    )
    assert not whose(plan, plan.after, eos).theirs
    assert whose(plan, plan.after.replace("10 permit", "15 permit"), eos).theirs


def test_a_line_that_startup_never_had_is_no_sign_of_the_change() -> None:
    plan = part(
        BEFORE, BEFORE.replace(" description old\n", ""), unsaved=("+ interface eth1", "+  description old")
    )
    assert of_ours(plan, text(BEFORE.replace(" description old\n", "")), FRR) == ()
    assert of_ours(part(BEFORE, BEFORE.replace(" description old\n", "")), plan.after, FRR) != ()


ROUTES = [f"ip route 10.0.{number}.0/24 blackhole" for number in range(8)]
lines = st.lists(st.sampled_from(ROUTES), unique=True)


@given(before=lines, after=lines, running=lines)
def test_mixed_only_where_every_line_that_differs_is_ours(
    before: list[str], after: list[str], running: list[str]
) -> None:
    plan = part(*("\n".join(["hostname r1", *rows, ""]) for rows in (before, after)))
    found = at_rest(seen("\n".join(["hostname r1", *running, ""])), plan=plan)
    here, old, new = set(running), set(before), set(after)
    differing = (here ^ old) - (old ^ new)
    expected = {
        True: "undecidable" if old == new else "before",
        False: "foreign" if differing else "mixed",
    }[here == old]
    assert found.state == ("after" if here == new != old else expected)
    assert bool(found.theirs) == bool(differing)


texts = st.sampled_from([text(one) for one in (BEFORE, AFTER, HALF, OTHERS)])
readings = st.builds(
    Reading,
    running=texts,
    startup=st.none() | texts,
    pending=st.sampled_from(["", JOB, "J0002-1111-2222"]),
    seconds_left=st.integers(-1, 60),
    timer=st.sampled_from(["running", "dead", "stale", "unknown"]),
    busy=st.booleans(),
    word=st.sampled_from(["", "confirmed", "reverted"]),
)
looks = st.lists(readings | st.builds(Away, why=st.just("away")), max_size=3)
knowns = st.builds(
    Known,
    attempt=st.integers(1, 3),
    answered=st.booleans(),
    confirming=st.booleans(),
    taken_back=st.booleans(),
)


@given(looks=looks, known=knowns, alike=st.booleans(), again=st.booleans())
def test_every_look_has_one_state_and_none_says_more_than_was_seen(
    looks: list[Reading | Away], known: Known, alike: bool, again: bool
) -> None:
    seen_twice = (*looks, looks[-1]) if looks and again else tuple(looks)
    found = stand(ALIKE if alike else PLAN, JOB, known, seen_twice, FRR)
    assert found.state in set(get_args(State)) - {"split"}
    last = seen_twice[-1] if seen_twice else Away(why="")
    if isinstance(last, Away):
        assert found.state == "unreachable"
        return
    if last.pending:
        assert found.state == ("pending" if last.pending == JOB else "foreign")
    if last.busy and not last.pending:
        assert found.state == "unreachable"
    if found.state in ("before", "after", "reverted", "confirmed, not saved", "mixed", "undecidable"):
        assert not last.pending
        assert not last.busy
        assert seen_twice[-2] == last
    if found.state == "after":
        assert last.running == last.startup
        assert last.running == PLAN.after or (alike and last.word == "confirmed")
    if found.state in ("before", "reverted"):
        assert last.running == PLAN.before
        assert last.startup != PLAN.after or alike
    if found.state == "mixed":
        assert not found.theirs
    if found.state == "undecidable":
        assert alike


@given(st.lists(st.sampled_from(sorted(set(get_args(State)) - {"split"}))))
def test_a_job_is_split_when_some_have_the_change_and_some_are_back(states: list[State]) -> None:
    there = any(state in ("after", "confirmed, not saved") for state in states)
    back = any(state in ("before", "reverted") for state in states)
    assert (of_job(states) == "split") == (there and back)
