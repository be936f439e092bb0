"""`lw resume` where something it needs is gone: the device itself, the plan, the plan of the job that was taken back, the job."""

from typing import Any

import pytest

from linewright.change.run import Stop
from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, ExitCode, Refused
from linewright.operate.applying import apply_plan
from linewright.operate.back_out_job import Asked
from linewright.operate.backing_out import carry_out, prepare
from linewright.operate.demo import edited
from linewright.operate.going_on import go_on
from linewright.operate.jobs import Job
from linewright.operate.planning import Request, make_plan
from linewright.operate.resuming import Said, resume, which
from linewright.operate.scope import Scope
from linewright.plan.changeplan import ChangePlan, dump

DEVICE = "hq-acc1"


class Died(BaseException):
    """The process is killed here."""


def killed(*_: Any, **__: Any) -> None:
    raise Died


def quiet(*_: Any) -> None:
    pass


@pytest.fixture
def plan(twins: Any) -> ChangePlan:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    found = make_plan(twins.place, after, Request(scope=Scope(devices=(DEVICE,)), timer=60), quiet).plan
    assert found is not None
    return found


def died(twins: Any, monkeypatch: pytest.MonkeyPatch, do: Any) -> Job:
    """The job whose process died right before it would confirm."""
    with monkeypatch.context() as patched:
        patched.setattr("linewright.devices.write.confirm", killed)
        with pytest.raises(Died):
            do()
    return which(twins.place)


def test_a_device_that_was_exchanged_is_closed_when_a_person_says_so(
    twins: Any, plan: ChangePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its job would else stay open for ever, and keep every other from the device that stands there now."""
    place, box = twins.place, twins.fleet.boxes[DEVICE]
    job = died(twins, monkeypatch, lambda: apply_plan(place, plan, quiet, quiet))
    trust = Trust(place.settings.path(place.settings.trust))
    trust.accept(Identity(device=DEVICE, kind="tls", key="ab" * 32))
    told = len(box.log)
    for said in (None, Said(done=frozenset({DEVICE}))):
        (found,) = resume(place, job, quiet, said=said).settled
        assert (found.standing.state, found.outcome.result) == ("unreachable", "unknown")
        assert f"--not-done {DEVICE}" in found.outcome.hint
        assert found.outcome.armed
    resumed = resume(place, job, quiet, said=Said(not_done=frozenset({DEVICE})))
    assert [one.outcome.result for one in resumed.settled] == ["unchanged"]
    assert not resumed.job.open
    assert len(box.log) == told, "nothing is sent to what stands there now"


def test_the_file_of_a_plan_that_was_lost_is_put_back(
    twins: Any, plan: ChangePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = twins.place
    job = died(twins, monkeypatch, lambda: apply_plan(place, plan, quiet, quiet))
    file = place.state.job(job.name).plan_file
    file.unlink()
    with pytest.raises(DataError) as caught:
        resume(place, job, quiet)
    assert f"put the file of plan {plan.code} there" in caught.value.hint
    file.write_bytes(dump(plan))
    assert [one.outcome.result for one in resume(place, job, quiet).settled] == ["confirmed"]


def test_a_back_out_is_settled_without_the_plan_of_the_job_it_takes_back(
    twins: Any, plan: ChangePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, box = twins.place, twins.fleet.boxes[DEVICE]
    before = box.text(box.running, "x")
    done = apply_plan(place, plan, quiet, quiet).job
    prepared = prepare(place, Asked(job=done), quiet)
    job = died(twins, monkeypatch, lambda: carry_out(place, prepared, quiet, quiet))
    assert (job.kind, job.of) == ("rollback", done)
    place.state.job(done).plan_file.unlink()
    told: list[str] = []
    resumed = resume(place, job, lambda _device, words: told.append(words))
    assert [one.outcome.result for one in resumed.settled] == ["confirmed"]
    assert box.text(box.running, "x") == box.text(box.startup, "x") == before
    assert any("--base running" in words for words in told)
    with pytest.raises(Refused, match="has taken job"):
        prepare(place, Asked(job=job.name), quiet)


def test_a_job_that_was_taken_back_is_not_gone_on_with(twins: Any) -> None:
    place, stop = twins.place, Stop()
    after = edited(twins.snapshot)
    place.keep(after)
    scope = Scope(devices=("hq-acc1", "hq-acc2"))
    plan = make_plan(place, after, Request(scope=scope, timer=60), quiet).plan
    assert plan is not None

    def announce(stage: str, _outcomes: Any) -> None:
        if stage == "device":
            stop.ask("interrupted", ExitCode.INTERRUPTED)

    done = apply_plan(place, plan, announce, quiet, stop)
    assert (done.count("confirmed"), len(done.untouched)) == (1, 1)
    carry_out(place, prepare(place, Asked(job=done.job), quiet), quiet, quiet)
    resumed = resume(place, which(place, done.job), quiet)
    assert resumed.to_go_on == done.untouched
    with pytest.raises(Refused, match=r"was taken back by job J0002"):
        go_on(place, resumed, quiet, quiet)
    assert all(
        "vlan 240" not in twins.fleet.boxes[name].text(twins.fleet.boxes[name].running, "x")
        for name in scope.devices
    )
