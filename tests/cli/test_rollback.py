"""What `lw rollback` asks and tells: the lines first, a person where they were not agreed to, the network's state last."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linewright.cli import rollback as command
from linewright.cli import status
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.operate.applying import apply_plan
from linewright.operate.demo import demo_site, edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope

Typed = Callable[..., tuple[int, str, str]]


def quiet(*_: Any) -> None:
    pass


@pytest.fixture
def done(tmp_path: Path) -> Iterator[Any]:
    with demo_site(tmp_path) as (place, snapshot, fleet):
        after = edited(snapshot)
        place.keep(after)
        plan = make_plan(place, after, Request(scope=Scope(devices=("hq-acc1", "hq-acc2"))), quiet).plan
        assert plan is not None
        result = apply_plan(place, plan, quiet, quiet)
        yield place, fleet, result.job, plan


@pytest.fixture
def types(done: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    for module in (command, status):
        monkeypatch.setattr(module, "here", lambda _: done[0])

    def typed(*words: str, answer: str | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(command, "on_terminal", lambda: answer is not None)
        monkeypatch.setattr(command, "agreed", lambda _question, word: answer in ("code", word))
        capsys.readouterr()
        code = ended(root, words)
        said = capsys.readouterr()
        return code, " ".join(said.out.split()), " ".join(said.err.split())

    return typed


def has_it(done: Any, name: str) -> bool:
    box = done[1].boxes[name]
    return "vlan 240" in box.text(box.running, "x")


def test_a_machine_takes_back_what_was_agreed_to(done: Any, types: Typed) -> None:
    job, plan = done[2], done[3]
    code, out, _ = types("status", job)
    assert code == 0
    assert f"lw rollback {job}" in out
    code, out, err = types("rollback", job, "--yes")
    assert code == 0, err
    assert f"BACK-OUT of {job}" in out
    assert f"Agreed with plan {plan.code}, until" in out
    assert "Lines as agreed to with the plan on hq-acc" in out
    assert "Batches hq-acc2 | hq-acc1" in out
    for line in plan.device("hq-acc1").back_out:
        assert line.strip() in out
    assert "hq-acc1 TAKEN BACK" in out
    assert "2 taken back 0 not taken back 0 not touched 0 unknown" in out
    assert not has_it(done, "hq-acc1")
    code, out, _ = types("rollback", job)
    assert (code, "nothing to take back" in out) == (0, True)


def test_nobody_is_there_and_nobody_said_yes(done: Any, types: Typed) -> None:
    code, _, err = types("rollback", done[2])
    assert code == 2
    assert "--yes" in err
    assert has_it(done, "hq-acc1")


def test_a_person_types_the_code_or_nothing_is_written(done: Any, types: Typed) -> None:
    code, out, _ = types("rollback", done[2], answer="no")
    assert (code, "Nothing was written." in out) == (2, True)
    assert has_it(done, "hq-acc1")
    assert types("rollback", done[2], answer="code")[0] == 0
    assert not has_it(done, "hq-acc1")


def test_a_machine_says_no_yes_to_lines_that_were_not_agreed_to(done: Any, types: Typed) -> None:
    done[1].boxes["hq-acc1"].operator("vlan 777", "name by-hand")
    code, out, err = types("rollback", done[2], "--yes")
    assert code == 2
    assert "Lines NOT those of the plan on hq-acc1: others have changed it since the job" in out
    assert "changed by others since, stays + vlan 777" in out
    assert "not all of it is known to be agreed to with the plan" in err
    assert has_it(done, "hq-acc1")
    assert types("rollback", done[2], answer="code")[0] == 0
    box = done[1].boxes["hq-acc1"]
    assert "vlan 777" in box.text(box.running, "x")


def test_what_stands_in_the_way_is_told_with_what_can_be_done_now(done: Any, types: Typed) -> None:
    done[1].boxes["hq-acc1"].operator("vlan 240", "name theirs")
    code, _, err = types("rollback", done[2], "--yes")
    assert code == 3
    assert "name theirs" in err
    assert f"Nothing was written. The others alone: lw rollback {done[2]} --device hq-acc2" in err
    assert types("rollback", done[2], "--device", "hq-acc2", "--yes")[0] == 0
    assert (has_it(done, "hq-acc1"), has_it(done, "hq-acc2")) == (True, False)


def test_a_reason_is_one_line_of_text(done: Any, types: Typed) -> None:
    assert types("rollback", done[2], "--break-glass", "site\ncut  off", "--yes")[0] == 0
    journal = done[0].state.journal()
    (noted,) = [entry for entry in journal.entries() if entry.event == "break glass"]
    journal.close()
    assert noted.detail["reason"] == "site cut off"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "name a job, or one device"),
        (("J9999-AAAA-BBBB",), 2, "no job"),
        (("--device", "hq-acc3"), 2, "has changed hq-acc3"),
    ],
)
def test_what_is_not_there(types: Typed, words: tuple[str, ...], code: int, said: str) -> None:
    found, _, err = types("rollback", *words, "--yes")
    assert (found, said in err) == (code, True), err
