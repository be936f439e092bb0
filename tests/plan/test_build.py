from collections.abc import Callable

import pytest

from linewright import configs
from linewright.errors import DataError, Refused
from linewright.plan.build import Wanted, device_plan, lay, order
from linewright.plan.changeplan import DevicePlan
from linewright.plan.way_in import OwnWay
from linewright.platforms import rules

RULES = rules("frr")
Make = Callable[..., Wanted]


def planned(want: Wanted, running: str, *, adopt: bool = False) -> DevicePlan | None:
    return device_plan(want, lay(want, running, RULES, adopt=adopt), RULES)


def test_nothing_to_do_is_no_plan(wanted: Make, running: str) -> None:
    assert planned(wanted(running), running) is None


def test_lines_lead_there_and_the_back_out_leads_back(part: DevicePlan) -> None:
    assert configs.predict(part.before, part.commands, RULES) == part.after
    assert configs.predict(part.after, part.back_out, RULES) == part.before
    assert " description to r2" in part.after


def test_one_change_leaves_older_drift_where_it_is(wanted: Make, running: str) -> None:
    drifted = running.replace(
        "ip route 192.0.2.0/24 blackhole\n",
        "ip route 192.0.2.0/24 blackhole\nip route 203.0.113.0/24 blackhole\n",
    )
    part = planned(wanted(running.replace("uplink", "to r2")), drifted)
    assert part is not None
    assert any("203.0.113.0/24" in line for line in part.drift)
    assert "ip route 203.0.113.0/24 blackhole" in part.after
    assert not [line for line in part.commands if "203.0.113.0" in line]


def test_a_wanted_line_that_meets_drift_is_refused_by_name(wanted: Make, running: str) -> None:
    drifted = running.replace("uplink", "changed by hand")
    with pytest.raises(Refused, match="r1: a wanted line meets drift") as caught:
        planned(wanted(running.replace("uplink", "to r2")), drifted)
    assert "changed by hand" in caught.value.message or "description" in caught.value.message


def test_without_a_base_it_is_said_what_to_do(wanted: Make, running: str) -> None:
    with pytest.raises(DataError, match="r1: nothing was ever applied") as caught:
        planned(wanted(running, base=None), running)
    assert "--base running" in caught.value.hint


def test_adopting_takes_all_that_differs_in_our_sections_and_carries_over_the_rest(
    wanted: Make, running: str
) -> None:
    theirs = running + "interface eth9\n description not ours\nexit\n"
    part = planned(wanted(running.replace("uplink", "to r2"), base=None), theirs, adopt=True)
    assert part is not None
    assert " description not ours" in part.after
    assert " description to r2" in part.after
    assert part.drift == ()


def test_a_change_of_our_own_way_in_is_marked(wanted: Make, running: str) -> None:
    intended = running.replace(" description uplink", " description uplink\n shutdown")
    part = planned(wanted(intended, own_way=OwnWay(ports=("eth1",))), running)
    assert part is not None
    assert part.on_own_path
    other = planned(wanted(intended, own_way=OwnWay(ports=("eth0",))), running)
    assert other is not None
    assert other.on_own_path == ()


def test_far_before_near_one_device_at_a_time(part: DevicePlan) -> None:
    import msgspec

    parts = [msgspec.structs.replace(part, device=name) for name in ("a", "b", "kit", "z")]
    assert order(parts, {"kit": 3, "z": 1}) == (("kit",), ("z",), ("a",), ("b",))


def test_mode_replace_takes_away_what_no_template_makes(wanted: Make, running: str) -> None:
    theirs = running + "interface eth9\n description not ours\nexit\nip prefix-list HAND seq 5 permit any\n"
    want = wanted(running, base=None, own_way=OwnWay(ports=("eth9",)))
    laid = lay(want, theirs, RULES, mode="replace")
    part = device_plan(want, laid, RULES)
    assert part is not None
    assert part.after == configs.normalise(running, RULES)
    assert configs.predict(part.before, part.commands, RULES) == part.after
    assert configs.predict(part.after, part.back_out, RULES) == part.before
    assert part.drift == ()
    assert any("HAND" in line for line in part.diff)
    assert part.on_own_path


def test_mode_replace_on_a_device_that_is_as_intended_is_nothing_to_do(wanted: Make, running: str) -> None:
    want = wanted(running, base=None)
    assert device_plan(want, lay(want, running, RULES, mode="replace"), RULES) is None
