"""Jobs taken back on simulated devices: exactly, beside others, late, and when half the world is away."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.configs import normalise
from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, ExitCode, Impostor, LinewrightError, Moved, Refused, UsageError
from linewright.journal.holder import me
from linewright.journal.leases import Lease
from linewright.operate.applying import apply_plan
from linewright.operate.back_out_job import Asked
from linewright.operate.backing_out import carry_out, prepare
from linewright.operate.closing import close_over
from linewright.operate.demo import SLUG, edited
from linewright.operate.jobs import find, jobs_of
from linewright.operate.past import back_out_by
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.plan.changeplan import ChangePlan, dump
from linewright.platforms import rules

EOS = rules("eos")
SCOPE = Scope(filters=(f"platform={SLUG}",))


def quiet(*_: Any) -> None:
    pass


class Died(BaseException):
    """The process is killed here."""


class Site:
    """The twins' site after the demo's change: VLAN 240 on hq-acc1 and hq-acc2."""

    def __init__(self, twins: Any) -> None:
        self.twins = twins
        self.place = twins.place
        self.before = {name: self.text(name) for name in ("hq-acc1", "hq-acc2")}
        self.applied = {name: self.place.state.applied(name) for name in self.before}
        after = edited(twins.snapshot)
        self.place.keep(after)
        found = make_plan(self.place, after, Request(scope=SCOPE), quiet)
        assert found.plan is not None, found.problems
        self.plan: ChangePlan = found.plan
        result = apply_plan(self.place, self.plan, quiet, quiet)
        assert result.code == ExitCode.DONE, result
        self.job: str = result.job

    def text(self, name: str, what: str = "running") -> str:
        box = self.twins.fleet.boxes[name]
        return str(box.text(getattr(box, what), "x"))

    def has_it(self, name: str) -> bool:
        return "vlan 240" in self.text(name)

    def take_back(self, **asked: Any) -> Any:
        prepared = prepare(self.place, Asked(**({"job": self.job} | asked)), quiet)
        assert not prepared.back_out.problems, prepared.back_out.problems
        return carry_out(self.place, prepared, quiet, quiet)

    def entries(self) -> list[Any]:
        journal = self.place.state.journal()
        try:
            return list(journal.entries())
        finally:
            journal.close()


@pytest.fixture
def site(twins: Any) -> Site:
    return Site(twins)


def test_a_job_is_taken_back_by_the_lines_that_were_agreed_to(site: Site) -> None:
    prepared = prepare(site.place, Asked(job=site.job), quiet)
    found = prepared.back_out
    assert found.agreed
    assert found.plan is not None
    for part in found.plan.devices:
        assert part.commands == site.plan.device(part.device).back_out
    assert found.plan.batches == tuple(reversed(site.plan.batches))
    result = carry_out(site.place, prepared, quiet, quiet)
    assert result.code == ExitCode.DONE
    assert {name: site.text(name) for name in site.before} == site.before
    assert {name: site.text(name, "startup") for name in site.before} == site.before
    begun = [entry for entry in site.entries() if entry.event == "job begun"][-1]
    assert (begun.detail["kind"], begun.detail["of"], begun.job) == ("rollback", site.job, result.job)
    assert not result.told


def test_the_next_plan_starts_from_what_was_before_and_finds_the_change_again(site: Site) -> None:
    site.take_back()
    for name, former in site.applied.items():
        now = site.place.state.applied(name)
        assert now is not None
        assert former is not None
        assert normalise(now.intended, EOS) == normalise(former.intended, EOS)
    again = make_plan(site.place, site.place.snapshot(), Request(scope=SCOPE), quiet)
    assert again.plan is not None
    assert {part.device: part.commands for part in again.plan.devices} == {
        part.device: part.commands for part in site.plan.devices
    }


def test_one_device_alone_is_taken_back(site: Site) -> None:
    result = site.take_back(devices=("hq-acc2",))
    assert result.result.count("confirmed") == 1
    assert (site.has_it("hq-acc1"), site.has_it("hq-acc2")) == (True, False)


def test_a_device_names_the_newest_job_that_changed_it(site: Site) -> None:
    site.take_back(job="", devices=("hq-acc1",))
    assert (site.has_it("hq-acc1"), site.has_it("hq-acc2")) == (False, True)
    with pytest.raises(Refused, match=f"has taken job {site.job} back"):
        prepare(site.place, Asked(devices=("hq-acc1",)), quiet)


def test_taken_back_twice_finds_nothing_left(site: Site) -> None:
    site.take_back()
    found = prepare(site.place, Asked(job=site.job), quiet).back_out
    assert found.plan is None
    assert set(found.nothing) == set(site.before)
    assert found.code == ExitCode.DONE


def test_lines_of_others_stay_and_a_person_is_asked(site: Site) -> None:
    site.twins.fleet.boxes["hq-acc1"].operator("vlan 777", "name by-hand")
    prepared = prepare(site.place, Asked(job=site.job), quiet)
    found = prepared.back_out
    assert not found.agreed
    assert found.undone["hq-acc2"].agreed
    assert "others have changed it" in found.undone["hq-acc1"].why
    assert found.undone["hq-acc1"].others == ("+ vlan 777", "+    name by-hand")
    assert carry_out(site.place, prepared, quiet, quiet).code == ExitCode.DONE
    assert "vlan 777" in site.text("hq-acc1")
    assert not site.has_it("hq-acc1")
    assert site.text("hq-acc2") == site.before["hq-acc2"]


def test_where_others_changed_our_very_lines_the_device_is_named_and_nothing_is_written(site: Site) -> None:
    box = site.twins.fleet.boxes["hq-acc1"]
    box.operator("vlan 240", "name theirs")
    sessions = [line for line in box.commands() if "configure session" in line]
    found = prepare(site.place, Asked(job=site.job), quiet).back_out
    assert found.plan is None
    (problem,) = found.problems
    assert problem.device == "hq-acc1"
    assert "name theirs" in problem.message
    assert found.code == ExitCode.REFUSED
    assert set(found.undone) == {"hq-acc2"}, "what nothing stands in the way of is known"
    assert [line for line in box.commands() if "configure session" in line] == sessions


def test_a_later_job_is_named(site: Site) -> None:
    journal = site.place.state.journal()
    journal.append(
        "J0009-AAAA-BBBB", "job begun", plan="e" * 64, code="AAAA-BBBB", devices=["hq-acc1"], kind="apply"
    )
    journal.append("J0009-AAAA-BBBB", "device ended", "hq-acc1", result="confirmed", attempt=1)
    journal.close()
    assert prepare(site.place, Asked(job=site.job), quiet).back_out.since == {"hq-acc1": ("J0009-AAAA-BBBB",)}


def test_a_device_nobody_knows_about_comes_first(site: Site) -> None:
    journal = site.place.state.journal()
    journal.append(site.job, "arming", "hq-acc1", attempt=2)
    journal.close()
    (problem,) = prepare(site.place, Asked(job=site.job), quiet).back_out.problems
    assert (problem.device, problem.code) == ("hq-acc1", int(ExitCode.REFUSED))
    assert f"lw resume {site.job}" in problem.hint
    assert prepare(site.place, Asked(job=site.job, devices=("hq-acc2",)), quiet).back_out.plan is not None


@pytest.mark.parametrize("where", ["before it was looked at", "after that"])
def test_a_job_that_a_living_process_goes_on_with_is_not_taken_back(site: Site, where: str) -> None:
    """It would change the next device while the one before is taken back."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    words = Path(f"/proc/{other.pid}/stat").read_text().rpartition(")")[2].split()
    holder = msgspec.structs.replace(me(), pid=other.pid, started=int(words[19]))
    asked = Asked(job=site.job, devices=("hq-acc1",), break_glass="it cannot wait")
    prepared = prepare(site.place, asked, quiet)
    journal = site.place.state.journal()
    try:
        journal.append(site.job, "job resumed", devices=["hq-acc2"], attempt=2)
        journal.leases.take("hq-acc2", site.job, seconds=600, holder=holder)
        go: Any = prepare if where == "before it was looked at" else carry_out
        given = asked if go is prepare else prepared
        with pytest.raises(Refused, match=f"process {other.pid}: hq-acc2 is to come"):
            go(site.place, given, quiet, *([] if go is prepare else [quiet]))
        assert site.has_it("hq-acc1")
    finally:
        other.communicate()
        journal.close()
    assert site.take_back(devices=("hq-acc1",)).code == ExitCode.DONE, "its process is gone"


def test_after_its_time_it_needs_a_reason_that_is_written_down(site: Site) -> None:
    ended = find(jobs_of(site.entries()), site.job)
    assert back_out_by(ended, site.plan.back_out_within) > ended.over
    late = 4_102_444_800.0
    with pytest.raises(Refused, match="which is over") as caught:
        prepare(site.place, Asked(job=site.job), quiet, now=late)
    assert "--break-glass" in caught.value.hint
    asked = Asked(job=site.job, break_glass="site cut off")
    prepared = prepare(site.place, asked, quiet, now=late)
    assert prepared.back_out.late
    assert not prepared.back_out.agreed, "a person says yes"
    result = carry_out(site.place, prepared, quiet, quiet)
    assert result.code == ExitCode.DONE
    (noted,) = [entry for entry in site.entries() if entry.event == "break glass"]
    assert (noted.job, noted.detail["reason"], noted.detail["of"]) == (result.job, "site cut off", site.job)


def test_a_change_of_somebody_else_that_waits_there_is_not_touched(site: Site) -> None:
    from linewright.devices.connect import session
    from linewright.operate.fleet import targets
    from linewright.operate.scope import in_scope

    devices = in_scope(site.twins.snapshot, Scope(devices=("hq-acc1",)), site.place.settings).devices
    with session(targets(site.place, devices)["hq-acc1"], site.place.secrets.reveal) as driver:
        driver.begin_change("J0099-AAAA-BBBB", 1)
        driver.load_merge_candidate(config="vlan 900\n")
        driver.commit_config(revert_in=600)
    found = prepare(site.place, Asked(job=site.job, break_glass="any"), quiet).back_out
    assert found.code == ExitCode.REFUSED
    assert "J0099-AAAA-BBBB" in found.problems[0].message


def test_a_plan_that_was_exchanged_or_altered_is_refused_whatever_the_reason(site: Site) -> None:
    file = site.place.state.job(site.job).plan_file
    whole = file.read_bytes()
    other = msgspec.structs.replace(site.plan, ticket="another")
    file.write_bytes(dump(other))
    with pytest.raises(Refused, match="is not the one it was begun with"):
        prepare(site.place, Asked(job=site.job, break_glass="any"), quiet)
    file.write_bytes(whole.replace(b"vlan 240", b"vlan 241"))
    with pytest.raises(Refused, match="altered"):
        prepare(site.place, Asked(job=site.job, break_glass="any"), quiet)
    file.unlink()
    with pytest.raises(DataError, match=r"plan\.lwplan"):
        prepare(site.place, Asked(job=site.job, break_glass="any"), quiet)


def test_another_sites_job_is_refused(site: Site) -> None:
    settings = msgspec.structs.replace(site.place.settings, site_id="elsewhere")
    place = msgspec.structs.replace(site.place, settings=settings)
    with pytest.raises(Refused, match="of site 'demo'"):
        prepare(place, Asked(job=site.job, break_glass="any"), quiet)


def test_an_impostor_gets_nothing(site: Site) -> None:
    trust = Trust(site.place.settings.path(site.place.settings.trust))
    trust.accept(Identity(device="hq-acc2", kind="tls", key="ab" * 32))
    with pytest.raises(Moved, match="hq-acc2"):
        prepare(site.place, Asked(job=site.job, break_glass="any"), quiet)
    site.place.settings.path(site.place.settings.trust).joinpath("tls.json").unlink()
    with pytest.raises(Impostor):
        prepare(site.place, Asked(job=site.job, break_glass="any"), quiet)


@pytest.mark.parametrize(
    ("asked", "kind", "words"),
    [
        (Asked(), UsageError, "name a job, or one device"),
        (Asked(devices=("hq-acc1", "hq-acc2")), UsageError, "one device"),
        (Asked(job="J9999-AAAA-BBBB"), DataError, "there is no job"),
        (Asked(devices=("hq-acc3",)), DataError, "has changed hq-acc3"),
    ],
)
def test_what_was_never_done_cannot_be_taken_back(
    site: Site, asked: Asked, kind: type[LinewrightError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        prepare(site.place, asked, quiet)


def test_a_device_that_is_away_is_named_and_the_others_wait_for_a_word(site: Site) -> None:
    site.twins.fleet.servers.pop("hq-acc1").stop()
    found = prepare(site.place, Asked(job=site.job), quiet).back_out
    assert (found.plan, found.code) == (None, ExitCode.NOT_REACHED)
    assert site.take_back(devices=("hq-acc2",)).code == ExitCode.DONE
    assert not site.has_it("hq-acc2")


def test_a_change_that_still_waits_is_taken_back_at_once(twins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    place, box = twins.place, twins.fleet.boxes["hq-acc1"]
    before = box.text(box.running, "x")
    after = edited(twins.snapshot)
    place.keep(after)
    plan = make_plan(place, after, Request(scope=Scope(devices=("hq-acc1",)), timer=600), quiet).plan
    assert plan is not None

    def killed(*_: Any, **__: Any) -> None:
        raise Died

    # The process dies right before it would confirm; the change waits on the device.
    with monkeypatch.context() as patched:
        patched.setattr("linewright.devices.write.confirm", killed)
        with pytest.raises(Died):
            apply_plan(place, plan, quiet, quiet)
    assert "vlan 240" in box.text(box.running, "x")
    prepared = prepare(place, Asked(devices=("hq-acc1",)), quiet)
    found = prepared.back_out
    assert (found.waiting, found.plan, found.problems) == (("hq-acc1",), None, ())
    # Its leases are this process's own, which lives; they end with it.
    journal = place.state.journal()
    for held in journal.leases.held():
        journal.leases.release(msgspec.structs.replace(_lease(held, journal.name)))
    journal.close()
    taken = carry_out(place, prepared, quiet, quiet)
    assert taken.code == ExitCode.DONE
    assert [one.result for one in taken.waited] == ["rolled back"]
    assert box.text(box.running, "x") == box.text(box.startup, "x") == before
    assert prepare_says(place, found.of.name) == "nothing to take back"


def _lease(held: Any, journal: str) -> Lease:
    return Lease(
        device=held.device, job=held.job, holder=held.holder, token=held.token, journal=journal, seconds=1
    )


def prepare_says(place: Any, job: str) -> str:
    with pytest.raises(Refused) as caught:
        prepare(place, Asked(job=job), quiet)
    return caught.value.message.rpartition(": ")[2]


def test_the_key_of_a_job_goes_when_its_time_is_over(site: Site) -> None:
    folder = site.place.state.job(site.job)
    assert folder.key() is not None
    journal = site.place.state.journal()
    try:
        assert close_over(site.place, journal) == ()
        assert close_over(site.place, journal, now=4_102_444_800.0) == (site.job,)
        assert folder.key() is None
        assert folder.before("hq-acc1") is not None
        assert close_over(site.place, journal, now=4_102_444_800.0) == ()
        assert find(jobs_of(journal.entries()), site.job).closed
    finally:
        journal.close()


def test_a_job_with_something_open_is_not_closed(site: Site) -> None:
    journal = site.place.state.journal()
    try:
        journal.append(site.job, "arming", "hq-acc1", attempt=2)
        assert close_over(site.place, journal, now=4_102_444_800.0) == ()
    finally:
        journal.close()
    assert site.place.state.job(site.job).key() is not None


def test_a_device_that_another_job_left_open_comes_first(site: Site) -> None:
    journal = site.place.state.journal()
    journal.append(
        "J0009-AAAA-BBBB", "job begun", plan="e" * 64, code="AAAA-BBBB", devices=["hq-acc1"], kind="apply"
    )
    journal.append("J0009-AAAA-BBBB", "arming", "hq-acc1", attempt=1)
    journal.close()
    (problem,) = prepare(site.place, Asked(job=site.job), quiet).back_out.problems
    assert "lw resume J0009-AAAA-BBBB" in problem.hint


def test_who_goes_on_after_a_crash_notes_the_right_base(site: Site) -> None:
    plan = prepare(site.place, Asked(job=site.job), quiet).back_out.plan
    assert plan is not None
    for part in plan.devices:
        former = site.applied[part.device]
        assert former is not None
        assert part.intended == former.intended
