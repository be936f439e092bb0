"""What a plan says of its logins: nothing where they cost nothing, all of it where they do."""

from collections.abc import Callable

import msgspec
import pytest

from linewright.plan.build import Wanted, device_plan, lay
from linewright.plan.changeplan import ChangePlan
from linewright.plan.logins import NO_NEW_LOGIN, Logins, logins
from linewright.plan.screen import logins as said
from linewright.plan.screen import summary
from linewright.platforms import rules


def test_a_device_plan_carries_what_its_logins_cost(wanted: Callable[..., Wanted], running: str) -> None:
    rule = rules("frr")
    want = wanted(running.replace("uplink", "to r2"), running)
    want = msgspec.structs.replace(want, logins=logins(single=True, codes_each=2))
    part = device_plan(want, lay(want, running, rule), rule)
    assert part is not None
    assert (part.logins, part.codes, part.weakened) == (1, 2, (NO_NEW_LOGIN,))


def test_nothing_is_said_where_there_is_nothing_to_say(plan: ChangePlan) -> None:
    assert list(said(plan)) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [(logins(codes_each=1), "4 one-time codes"), (Logins(count=1, codes=1), "1 one-time code ")],
)
def test_codes_are_told_with_the_devices_they_are_for(plan: ChangePlan, found: Logins, words: str) -> None:
    part = msgspec.structs.replace(
        plan.devices[0], logins=found.count, codes=found.codes, weakened=found.weakened
    )
    text = "\n".join(summary(msgspec.structs.replace(plan, devices=(part, *plan.devices[1:]))))
    assert words in text
    assert f"{part.device} {found.codes}" in text
    assert "WEAKER" not in text


def test_the_proof_that_is_left_out_is_told_on_one_screen(plan: ChangePlan) -> None:
    weak = logins(single=True, codes_each=1)
    parts = tuple(
        msgspec.structs.replace(
            plan.devices[0], device=f"r{number}", logins=weak.count, codes=weak.codes, weakened=weak.weakened
        )
        for number in range(40)
    )
    lines = list(summary(msgspec.structs.replace(plan, devices=parts)))
    assert any("WEAKER on r0 r1" in line for line in lines)
    assert any(NO_NEW_LOGIN in line for line in lines)
    assert len(lines) <= 24
    assert max(len(line) for line in lines) <= 80
