"""A whole job on simulated switches: what lies on disk before anything is written, who may begin, what is told."""

import gc
import threading
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.change.dispatch import Step
from linewright.change.record import unsettled
from linewright.errors import ExitCode, LinewrightError, Refused
from linewright.journal.progress import News, progress_file
from linewright.operate.applying import apply_plan, carried, new_job, targets_of
from linewright.operate.demo import edited
from linewright.operate.fleet import targets
from linewright.operate.keeping import Keeping, backup_recipients
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope, in_scope
from linewright.plan.changeplan import ChangePlan, load
from linewright.runner.nornir import nornir
from linewright.seal import age
from linewright.settings import Backup

FIRST, SECOND = "hq-acc1", "hq-acc2"


def quiet(*_: Any) -> None:
    pass


def plan_of(twins: Any, *devices: str) -> ChangePlan:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    found = make_plan(twins.place, after, Request(scope=Scope(devices=devices or (FIRST, SECOND))), quiet)
    assert found.plan is not None, found.problems
    return found.plan


def text_of(twins: Any, device: str) -> str:
    box = twins.fleet.boxes[device]
    return str(box.text(box.running, "x"))


def wrote(twins: Any, device: str) -> bool:
    return any(line.strip() == "vlan 240" for line in twins.fleet.boxes[device].commands())


def at_stage(word: str, action: Callable[[str], None]) -> Callable[[str, str], None]:
    due = [True]

    def watch(device: str, stage: str) -> None:
        if word in stage and due:
            due.pop()
            action(device)

    return watch


def test_before_the_first_device_is_written_to_all_texts_and_the_plan_are_kept(twins: Any) -> None:
    plan = plan_of(twins)
    before = {name: text_of(twins, name) for name in (FIRST, SECOND)}
    seen: dict[str, set[str]] = {}

    def announce(stage: str, _outcomes: Any) -> None:
        if stage == "checked":
            (folder,) = (twins.place.state.folder / "jobs").iterdir()
            seen["files"] = {path.name for path in folder.iterdir()}
            assert not wrote(twins, FIRST)
            assert not wrote(twins, SECOND)

    result = apply_plan(twins.place, plan, announce, quiet)
    assert result.code == ExitCode.DONE
    assert {"plan.lwplan", "key", f"{FIRST}.before.age", f"{SECOND}.before.age"} <= seen["files"]
    kept = twins.place.state.job(result.job)
    assert load(kept.plan_file) == plan
    key = kept.key().decode()
    for name, text in before.items():
        opened = age.decrypt(kept.before(name), key).decode()
        assert [line for line in opened.splitlines() if "hostname" in line] == [f"hostname {name}"]
        assert "vlan 240" not in opened
        assert len(opened.splitlines()) >= len(text.splitlines()) - 3
    for path in kept.path.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert path.read_bytes().startswith(age.MAGIC) or path.suffix != ".age"


def test_the_sites_recipients_open_what_was_kept_when_the_job_is_closed(twins: Any) -> None:
    pairs = [age.new_identity() for _ in range(2)]
    backup = Backup(recipients=tuple(recipient for _, recipient in pairs))
    settings = msgspec.structs.replace(twins.place.settings, backup=backup)
    place = msgspec.structs.replace(twins.place, settings=settings)
    result = apply_plan(place, plan_of(twins, FIRST), quiet, quiet)
    kept = place.state.job(result.job)
    kept.close()
    assert kept.key() is None
    for identity, _ in pairs:
        assert b"hostname hq-acc1" in age.decrypt(kept.before(FIRST), identity)


def test_certificates_as_recipients_open_the_jobs_key(tmp_path: Any) -> None:
    from linewright.journal.jobs import JobFolder
    from linewright.seal.recipients import Recipients

    class Sealed(Recipients, frozen=True):
        def encrypt(self, data: bytes) -> bytes:
            return data[::-1]

    folder = JobFolder(tmp_path, "J1")
    keeping = Keeping(Sealed(kind="cms", names=("a", "b")))
    keeping.begin(folder)
    keeping.keep("r1", keeping.seal(b"hostname r1"))
    identity = (folder.path / "key.p7m").read_bytes()[::-1].decode()
    folder.close()
    found = folder.before("r1")
    assert found is not None
    assert age.decrypt(found, identity) == b"hostname r1"


def test_recipients_that_nothing_can_be_encrypted_to_stop_a_change_before_it_begins(twins: Any) -> None:
    plan = plan_of(twins)
    settings = msgspec.structs.replace(twins.place.settings, backup=Backup(recipients=("age1only",)))
    place = msgspec.structs.replace(twins.place, settings=settings)
    with pytest.raises(LinewrightError, match=r"age1only|keys that can open"):
        apply_plan(place, plan, quiet, quiet)
    assert not wrote(twins, FIRST)
    assert backup_recipients(twins.place) is None


def test_another_device_at_the_same_address_is_refused(twins: Any) -> None:
    plan = plan_of(twins)
    twins.fleet.boxes[SECOND].serial = "TWINOTHER"
    result = apply_plan(twins.place, plan, quiet, quiet)
    assert result.code == ExitCode.REFUSED
    (outcome,) = result.outcomes
    assert (outcome.device, outcome.result) == (SECOND, "refused")
    assert "TWINOTHER" in outcome.message
    assert not wrote(twins, FIRST)


def test_what_a_job_tells_is_read_by_somebody_else(twins: Any) -> None:
    result = apply_plan(twins.place, plan_of(twins), quiet, quiet)
    told = list(News(progress_file(twins.place.state.job(result.job))).read())
    assert [one.what for one in told if one.what != "stage"] == [
        "begun", "checked", "batch", "device", "batch", "device", "ended"
    ]  # fmt: skip
    assert [one.text for one in told if one.what == "batch"] == ["1 of 2", "2 of 2"]
    assert any("committed, rollback in" in one.text for one in told if one.what == "stage")
    assert (told[-1].text, told[-1].result, told[-1].total) == ("", "DONE", 0)


def test_of_two_who_apply_one_plan_at_once_one_does(twins: Any) -> None:
    """Two processes have a journal of their own each, open on the same file."""
    plan = plan_of(twins)
    together, ends = threading.Barrier(2), []

    def applier() -> None:
        together.wait(60)
        try:
            ends.append(apply_plan(twins.place, plan, quiet, quiet).code)
        except Refused as error:
            ends.append(error.code)

    threads = [threading.Thread(target=applier) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == [ExitCode.DONE, ExitCode.REFUSED]
    for name in (FIRST, SECOND):
        told = [line.strip() for line in twins.fleet.boxes[name].commands()]
        assert told.count("vlan 240") == 1


def test_another_job_at_a_device_is_named_and_nothing_is_given_back_that_is_not_ours(twins: Any) -> None:
    plan = plan_of(twins)
    journal = twins.place.state.journal()
    try:
        journal.leases.take(SECOND, "J0099-AAAA-BBBB", seconds=300)
        with pytest.raises(Refused, match="J0099-AAAA-BBBB"):
            apply_plan(twins.place, plan, quiet, quiet)
        assert [held.device for held in journal.leases.held()] == [SECOND]
        assert not [entry for entry in journal.entries() if entry.event == "job begun"]
    finally:
        journal.close()
    assert not wrote(twins, FIRST)


def test_after_a_job_nothing_is_held_and_nothing_is_open(twins: Any) -> None:
    apply_plan(twins.place, plan_of(twins), quiet, quiet)
    journal = twins.place.state.journal()
    try:
        assert journal.leases.held() == ()
        assert unsettled(journal.entries()) == {}
        ended = [
            (entry.device, entry.detail["result"])
            for entry in journal.entries()
            if entry.event == "device ended"
        ]
        assert sorted(ended) == [(FIRST, "confirmed"), (SECOND, "confirmed")]
    finally:
        journal.close()


def test_a_device_that_a_dead_job_left_open_is_not_written_to(twins: Any) -> None:
    plan = plan_of(twins)
    journal = twins.place.state.journal()
    journal.append("J0009-AAAA-BBBB", "arming", SECOND, attempt=1, timer=60, lines=1)
    journal.close()
    with pytest.raises(Refused, match="J0009-AAAA-BBBB") as caught:
        apply_plan(twins.place, plan, quiet, quiet)
    assert "lw resume" in caught.value.hint
    assert not wrote(twins, FIRST)


def test_the_name_of_a_job_is_given_once_even_when_the_journal_is_gone(twins: Any) -> None:
    plan = plan_of(twins)
    journal = twins.place.state.journal()
    try:
        assert new_job(twins.place, journal, plan) != new_job(twins.place, journal, plan)
    finally:
        journal.close()


def test_a_neighbour_that_goes_down_with_the_change_keeps_it_from_being_confirmed(
    twins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linewright.change.watching import Watching

    monkeypatch.setattr(Watching, "faults", lambda *_: ("hq-acc2: port Ethernet14 is down",))
    plan = plan_of(twins, FIRST)
    # It is given no time to come back: nothing is waited for here.
    monkeypatch.setattr("linewright.change.proof._CONFIRM_WITHIN", 0.0)
    result = apply_plan(twins.place, plan, quiet, quiet)
    assert result.count("rolled back") == 1
    assert "port Ethernet14" in result.outcomes[0].message
    assert "vlan 240" not in text_of(twins, FIRST)


def test_the_same_change_sent_again_while_it_waits_and_a_second_nornir_revert_nothing(twins: Any) -> None:
    """NAPALM's own driver takes the waiting change back here: tests/devices/eos/test_stock_driver.py."""
    plan = plan_of(twins, FIRST)
    again: list[Any] = []

    def in_the_window(device: str) -> None:
        place = twins.place
        journal = place.state.journal()
        try:
            second = targets_of(place, plan)
            with carried(place, plan, second, journal, quiet) as dispatch:
                work = Step(kind="change", job="J0099-AAAA-BBBB", attempt=1, plan=plan.device(device))
                again.append(dispatch.outcome(dispatch.submit(work)))
            devices = in_scope(twins.snapshot, Scope(devices=(device,)), place.settings).devices
            other = nornir(devices, targets(place, devices), place.secrets.credential, {})
            other.inventory.hosts[device].get_connection("linewright", other.config)
            other.close_connections(on_failed=True)
            del other, dispatch
            gc.collect()
        finally:
            journal.close()
        assert twins.fleet.boxes[device].sessions.timer, "it still waits"

    result = apply_plan(twins.place, plan, quiet, at_stage("committed", in_the_window))
    assert [outcome.result for outcome in again] == ["refused"]
    assert "waits there for its confirmation" in again[0].message
    assert result.code == ExitCode.DONE
    assert "vlan 240" in text_of(twins, FIRST)
