"""The screen of a back-out: 80 columns, what was agreed to and what was not, and lines of others that stay."""

import msgspec
import pytest

from linewright.plan.changeplan import ChangePlan
from linewright.plan.undo import Undo, undo
from linewright.plan.undo_screen import lines, screen
from linewright.platforms import rules

FRR = rules("frr")


@pytest.fixture
def turned(plan: ChangePlan) -> tuple[ChangePlan, dict[str, Undo]]:
    part = plan.devices[0]
    exact = undo(part, part.after, FRR)
    others = undo(
        part, part.after + "".join(f"ip route 203.0.113.{n}/32 blackhole\n" for n in range(30)), FRR
    )
    assert exact.part is not None
    assert others.part is not None
    second = msgspec.structs.replace(others, part=msgspec.structs.replace(others.part, device="r2", timer=0))
    assert second.part is not None
    whole = msgspec.structs.replace(
        plan, base=plan.code, devices=(exact.part, second.part), batches=(("r2",), ("r1",))
    )
    return whole, {"r1": exact, "r2": second}


def shown(turned: tuple[ChangePlan, dict[str, Undo]], until: str = "2026-11-25T02:41:00Z") -> str:
    plan, undone = turned
    told = list(
        screen(
            plan,
            undone,
            job="J0007-7F3A-91C2",
            until=until,
            nothing=("r3",),
            since={"r2": ("J0009-AAAA-BBBB",)},
        )
    )
    assert all(len(line) <= 80 for line in told)
    assert len(told) <= 24
    return "\n".join(told)


def test_one_screen_says_what_was_agreed_to_and_what_was_not(
    turned: tuple[ChangePlan, dict[str, Undo]],
) -> None:
    text = shown(turned)
    assert "BACK-OUT of J0007-7F3A-91C2" in text
    assert "until 2026-11-25T02:41:00Z" in text
    assert "as agreed to with the plan on r1" in text
    assert "NOT those of the plan on r2:" in text
    assert "others have changed it since the job" in text
    assert "nothing of it is left on r3" in text
    assert "r2 changed by J0009-AAAA-BBBB" in text
    assert "auto-rollback on 1 of 2; NO auto-rollback on the others" in text
    assert "r2 | r1" in text
    assert "a time nobody knows" in shown(turned, until="")


def test_the_very_lines_and_what_of_others_stays(turned: tuple[ChangePlan, dict[str, Undo]]) -> None:
    plan, undone = turned
    text = "\n".join(lines(plan, undone))
    for line in plan.devices[0].commands:
        assert line in text
    assert "r2: changed by others since, stays" in text
    assert text.count("ip route 203.0.113.") == 20
    assert "and 10 more lines" in text
