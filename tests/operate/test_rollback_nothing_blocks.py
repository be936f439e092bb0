"""What keeps nobody from taking a job back at three in the morning: everything but the device, its text and the plan."""

import errno
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright import files
from linewright.devices import read
from linewright.errors import DataError, ExitCode, FacilityError, Refused
from linewright.journal.holder import Holder, me
from linewright.journal.journal import Journal
from linewright.journal.opening import Keeping
from linewright.journal.state import State
from linewright.operate import back_out_start
from linewright.operate.applying import apply_plan
from linewright.operate.back_out_job import Asked
from linewright.operate.backing_out import carry_out, prepare
from linewright.operate.demo import SLUG, edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import dump
from linewright.settings import Apply, Backup, NetBox

SCOPE = Scope(filters=(f"platform={SLUG}",))
GLASS = "site cut off, 0241Z"


def quiet(*_: Any) -> None:
    pass


class Done:
    """A site whose job has given hq-acc1 and hq-acc2 VLAN 240."""

    def __init__(self, twins: Any) -> None:
        self.place: Workplace = twins.place
        self.boxes = {name: twins.fleet.boxes[name] for name in ("hq-acc1", "hq-acc2")}
        self.before = self.now()
        after = edited(twins.snapshot)
        self.place.keep(after)
        self.snapshot = after
        plan = make_plan(self.place, after, Request(scope=SCOPE), quiet).plan
        assert plan is not None
        self.plan = plan
        result = apply_plan(self.place, plan, quiet, quiet)
        assert result.code == ExitCode.DONE, result
        self.job = result.job

    def now(self) -> dict[str, tuple[str, str]]:
        return {
            name: (box.text(box.running, "x"), box.text(box.startup, "x")) for name, box in self.boxes.items()
        }

    def with_settings(self, **other: Any) -> Workplace:
        settings = msgspec.structs.replace(self.place.settings, **other)
        return msgspec.structs.replace(self.place, settings=settings)

    def goes_back(self, place: Workplace | None = None, *, glass: str = "") -> tuple[Any, list[str]]:
        """All of it, exactly; how it went, and what was told."""
        told: list[str] = []
        where = place or self.place
        prepared = prepare(where, Asked(job=self.job, break_glass=glass), quiet)
        assert not prepared.back_out.problems, prepared.back_out.problems
        assert prepared.back_out.plan is not None
        for part in prepared.back_out.plan.devices:
            assert part.commands == self.plan.device(part.device).back_out
        taken = carry_out(where, prepared, quiet, lambda *words: told.append(" ".join(words)))
        assert taken.code == ExitCode.DONE, taken
        assert self.now() == self.before
        return taken, told


@pytest.fixture
def done(twins: Any) -> Done:
    return Done(twins)


def test_the_source_of_truth_is_away(done: Done) -> None:
    done.goes_back(done.with_settings(netbox=NetBox(url="https://127.0.0.1:1")))


def test_every_snapshot_is_gone(done: Done) -> None:
    for file in (done.place.state.folder / "snapshots").iterdir():
        file.unlink()
    done.goes_back()


def test_every_snapshot_is_damaged(done: Done) -> None:
    for file in (done.place.state.folder / "snapshots").glob("*.lwsnap"):
        file.write_bytes(b"\0damaged")
    done.goes_back()


def test_the_newest_snapshot_is_another_one(done: Done) -> None:
    devices = [
        msgspec.structs.replace(device, status="offline") if device.name == "hq-acc1" else device
        for device in done.snapshot.devices.values()
    ]
    done.place.keep(type(done.snapshot).build(done.snapshot.tables, devices, done.snapshot.origin))
    done.goes_back()


def test_templates_are_broken(done: Done, checkout: Path) -> None:
    for template in (checkout / "templates").rglob("*.j2"):
        mine = Path(done.place.settings.root) / template.relative_to(checkout)
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text("{% this is no template")
    assert make_plan(done.place, done.snapshot, Request(scope=SCOPE), quiet).problems
    done.goes_back()


def test_settings_that_decide_changes_are_others(done: Done) -> None:
    done.goes_back(done.with_settings(apply=Apply(timer=45, settle=3600), marking="SECRET"))


def test_linewright_is_another_one_than_the_plan_was_made_with(done: Done) -> None:
    aged = msgspec.structs.replace(
        done.plan,
        contents={"linewright": "f" * 64},
        versions={"linewright": "0.0"},
        policies={"apply": "e" * 64},
    )
    job = f"J0050-{aged.code}"
    journal = done.place.state.journal()
    journal.append(
        job, "job begun", plan=aged.digest, code=aged.code, devices=list(done.before), kind="apply", of=""
    )
    for name in done.before:
        journal.append(job, "device ended", name, result="confirmed", attempt=1)
    journal.append(
        job, "job ended", results=dict.fromkeys(done.before, "confirmed"), untouched=[], stopped=""
    )
    journal.close()
    done.place.state.job(job).keep_plan(dump(aged))
    done.job = job
    done.goes_back()


def test_recipients_of_backups_are_wrong(done: Done) -> None:
    _, told = done.goes_back(done.with_settings(backup=Backup(recipients=("no-such-certificate.pem",))))
    assert any("not for the site's recipients" in words for words in told)


def test_a_text_that_cannot_be_shown_without_secrets(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any, **__: Any) -> str:
        raise DataError("nobody can tell what of it is secret")

    monkeypatch.setattr(read, "shown", fails)
    monkeypatch.setattr(read.Screen, "words", fails)
    monkeypatch.setattr(read.Screen, "configuration", fails)
    taken, _ = done.goes_back()
    kept = done.place.state.job(taken.job)
    assert (kept.before("hq-acc1") or b"").startswith(b"age-encryption.org/v1"), "kept, and encrypted"


def test_what_was_noted_of_the_devices_is_damaged(done: Done) -> None:
    for file in (done.place.state.folder / "applied").iterdir():
        file.write_bytes(b"{")
    (done.place.state.job(done.job).path / "bases.json").write_bytes(b"\xff")
    _, told = done.goes_back()
    assert any("--base running" in words for words in told)


def test_the_log_cannot_be_written(
    done: Done, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from linewright.cli import rollback as command
    from linewright.cli.ending import ended
    from linewright.cli.root import root

    site = Path(done.place.settings.root)
    (site / ".linewright" / "log").write_text("a file where the folder should be")
    monkeypatch.setenv("LINEWRIGHT_LOG_LEVEL", "info")
    monkeypatch.setattr(command, "here", lambda _: done.place)
    assert ended(root, ["--site-folder", str(site), "rollback", done.job, "--yes"]) == 0
    assert "2 taken back" in capsys.readouterr().out
    assert done.now() == done.before


class Away(State):
    """A state folder whose journal is away."""

    def journal(self) -> Journal:
        raise FacilityError("the journal at db.example cannot be reached: connection refused")


def away(done: Done, *, shared: bool) -> Workplace:
    keeping = Keeping(url="postgresql://db.example/lw" if shared else "")
    return msgspec.structs.replace(done.place, state=Away(done.place.state.folder, keeping))


def test_a_shared_journal_that_is_away_is_waited_for_unless_somebody_says_why_not(done: Done) -> None:
    place = away(done, shared=True)
    with pytest.raises(FacilityError) as caught:
        prepare(place, Asked(job=done.job), quiet)
    assert "--break-glass" in caught.value.hint
    taken, told = done.goes_back(place, glass=GLASS)
    assert any("db.example" in words for words in told)
    local = place.state.local_journal()
    assert local is not None
    entries = list(local.entries())
    local.close()
    events = [entry.event for entry in entries if entry.job == taken.job]
    assert events[0] == "break glass", "why, before anything else"
    assert entries[0].detail["reason"] == GLASS
    assert {"job begun", "arming", "confirmed", "job ended"} <= set(events)


def test_without_a_journal_a_job_has_to_be_named_and_its_plan_be_the_one(done: Done) -> None:
    place = away(done, shared=True)
    with pytest.raises(Exception, match="name the job"):
        prepare(place, Asked(devices=("hq-acc1",), break_glass=GLASS), quiet)
    folder = place.state.job(done.job)
    other = msgspec.structs.replace(done.plan, ticket="another")
    folder.keep_plan(dump(other))
    with pytest.raises(Refused, match="is not the one it was begun with"):
        prepare(place, Asked(job=done.job, break_glass=GLASS), quiet)


def test_the_disk_of_the_state_folder_takes_nothing(
    done: Done, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = away(done, shared=False)
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(back_out_start, "_LAST_RESORTS", ("/proc/no-such-place", str(elsewhere)))
    write = files.os.fsync

    def no_space(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").resolve().is_relative_to(done.place.state.folder):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(handle)

    monkeypatch.setattr(files.os, "fsync", no_space)
    with pytest.raises(FacilityError):
        prepare(place, Asked(job=done.job), quiet)
    taken, told = done.goes_back(place, glass=GLASS)
    assert str(elsewhere) in taken.told
    assert any(str(elsewhere) in words for words in told)
    assert any("--base running" in words or "cannot be written" in words for words in told), (
        "the base could not be put back, and that is told"
    )
    (made,) = elsewhere.iterdir()
    journal = State(made).journal()
    assert next(entry.event for entry in journal.entries()) == "break glass"
    journal.close()
    assert made.stat().st_mode & 0o077 == 0


def test_nowhere_at_all_says_what_is_left_to_do(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    place = away(done, shared=False)
    prepared = prepare(place, Asked(job=done.job, break_glass=GLASS), quiet)
    monkeypatch.setattr(back_out_start, "_LAST_RESORTS", ("/proc/no-such-place",))
    with pytest.raises(FacilityError, match="cannot be written down anywhere"):
        carry_out(place, prepared, quiet, quiet)
    assert done.now() != done.before


def held_by(done: Done, holder: Holder) -> None:
    journal = done.place.state.journal()
    journal.leases.take("hq-acc1", "J0099-AAAA-BBBB", seconds=3600, holder=holder)
    journal.close()


ELSEWHERE = Holder(host="hq-ops2", user="kim", pid=7, started=7, boot="another")


def test_a_holder_elsewhere_is_waited_for_unless_somebody_says_why_not(done: Done) -> None:
    held_by(done, ELSEWHERE)
    prepared = prepare(done.place, Asked(job=done.job), quiet)
    with pytest.raises(Refused, match="kim on hq-ops2"):
        carry_out(done.place, prepared, quiet, quiet)
    _, told = done.goes_back(glass=GLASS)
    assert any("taken from job J0099-AAAA-BBBB of kim on hq-ops2" in words for words in told)


def test_a_living_process_of_this_machine_is_never_passed_by(done: Done) -> None:
    held_by(done, me())
    before = done.now()
    prepared = prepare(done.place, Asked(job=done.job, break_glass=GLASS), quiet)
    with pytest.raises(Refused, match="its process lives"):
        carry_out(done.place, prepared, quiet, quiet)
    assert done.now() == before


def test_breaking_the_glass_passes_no_foreign_line(done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    """What moved between the look and the commit is still found."""
    prepared = prepare(done.place, Asked(job=done.job, break_glass=GLASS), quiet)
    done.boxes["hq-acc1"].operator("vlan 777")
    taken = carry_out(done.place, prepared, quiet, quiet)
    assert taken.code == ExitCode.REFUSED
    assert taken.result is not None
    assert not taken.result.wrote
