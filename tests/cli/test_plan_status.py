"""`lw plan status`, `lw plan refresh` and a branch on the first screen, as people and programs meet them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.model.snapshot import Snapshot
from linewright.operate.demo import demo_site, edited
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import load
from linewright.plan.screen import cautions, summary


class Made(NamedTuple):
    """A site in a folder, and a plan of it in a file."""

    place: Workplace
    folder: Path
    file: Path

    def lw(self, *words: object) -> int:
        return int(ended(root, ["--site-folder", str(self.folder), *map(str, words)]))

    def described(self, device: str, text: str) -> Snapshot:
        """The newest snapshot with another description of one port, kept as the newest."""
        now = self.place.snapshot()
        found = now.devices[device]
        ports = tuple(
            msgspec.structs.replace(port, description=text) if port.name == "Ethernet9" else port
            for port in found.interfaces
        )
        devices = {**now.devices, device: msgspec.structs.replace(found, interfaces=ports)}
        made = Snapshot.build(now.tables, devices.values(), now.origin)
        self.place.keep(made)
        return made


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Made]:
    folder, file = tmp_path / "site", tmp_path / "change.lwplan"
    with demo_site(folder) as (place, before, _fleet):
        (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": {
            "site_id": "demo",
            "trust": ".linewright/trust",
            "login": {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}},
            "secrets": {"key_file": ".linewright/secrets/site.key", "values_file": ".linewright/secrets/values.yaml"},
            "endpoints": {n: {"host": at.host, "port": at.port} for n, at in place.settings.endpoints.items()},
        }}}))  # fmt: skip
        place.keep(edited(before))
        site = Made(place, folder, file)
        assert (
            site.lw("plan", "--device", "hq-acc1", "--device", "hq-acc2", "--ticket", "CHG-7", "-o", file)
            == 0
        )
        capsys.readouterr()
        yield site


def test_a_current_plan_says_so_and_exits_0(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    assert made.lw("plan", "status", made.file) == 0
    told = capsys.readouterr().out
    assert "Current: all 2 devices as planned" in told
    assert "no device was read" in told
    assert "Applied   never" in told
    made.described("hq-acc3", "elsewhere")
    assert made.lw("plan", "status", made.file) == 0


def test_an_out_of_date_plan_says_which_device_and_field_and_exits_1(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    made.described("hq-acc2", "camera")
    assert made.lw("plan", "status", made.file) == 1
    told = capsys.readouterr().out
    assert "1 of 2 devices out of date: hq-acc2 changed" in told
    assert "+    description camera" in told
    assert "because hq-acc2 interfaces Ethernet9 description: video endpoint -> camera" in told
    assert f"Next: lw plan refresh {made.file} -o NEW.lwplan" in told
    assert all(len(line) <= 200 for line in told.splitlines())
    assert made.lw("plan", "status", made.file, "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["out_of_date"]) == ("linewright.plan-status/1", ["hq-acc2"])
    (cause,) = document["devices"][1]["causes"]
    assert (cause["object"], cause["path"][-1], cause["after"]) == ("hq-acc2", "description", "camera")


def test_what_apply_would_refuse_for_what_lies_here_is_told(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = made.folder / "nornir.yaml"
    document = yaml.safe_load(settings.read_text())
    document["user_defined"]["linewright"]["apply"] = {"settle": 7}
    settings.write_text(yaml.safe_dump(document))
    assert made.lw("plan", "status", made.file) == 1
    told = capsys.readouterr().out
    assert "lw apply would refuse it: plan " in told
    assert "settings not as" in told


def test_a_snapshot_can_be_named_and_not_together_with_a_new_one(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    then = made.place.snapshot().code
    made.described("hq-acc1", "camera")
    assert made.lw("plan", "status", made.file) == 1
    assert made.lw("plan", "status", made.file, "--snapshot", then) == 0
    capsys.readouterr()
    assert made.lw("plan", "status", made.file, "--snapshot", then, "--now") == 2
    assert "exclude each other" in capsys.readouterr().err


def test_apply_refuses_what_is_out_of_date_before_anybody_is_asked(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    made.described("hq-acc1", "camera")
    assert made.lw("apply", made.file) == 3
    told = capsys.readouterr().err
    assert "REFUSED, nothing written" in told
    assert "hq-acc1 interfaces Ethernet9 description: video endpoint -> camera" in told
    assert "lw plan refresh" in told


def test_a_refreshed_plan_is_a_new_file_and_can_be_carried_out(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    old = made.file.read_bytes()
    new = made.file.with_name("new.lwplan")
    made.described("hq-acc1", "camera")
    assert made.lw("plan", "refresh", made.file, "-o", made.file) == 2
    assert made.lw("plan", "refresh", made.file, "-o", new) == 0
    told = capsys.readouterr().out
    assert "Other lines than before" in told
    assert "hq-acc1: other lines" in told
    assert made.file.read_bytes() == old
    found = load(new)
    assert (found.ticket, [part.device for part in found.devices]) == ("CHG-7", ["hq-acc1", "hq-acc2"])
    assert made.lw("plan", "status", new) == 0
    assert made.lw("apply", "--yes", new) == 0
    capsys.readouterr()
    assert made.lw("plan", "status", new) == 0
    told = capsys.readouterr().out
    assert "hq-acc1 confirmed, hq-acc2 confirmed" in told
    assert made.lw("plan", "refresh", new, "-o", made.file.with_name("third.lwplan")) == 0
    assert "Nothing to change any more" in capsys.readouterr().out
    assert not made.file.with_name("third.lwplan").exists()


def test_the_same_lines_on_a_newer_base_are_told_as_that(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    made.described("hq-acc3", "elsewhere")
    assert made.lw("plan", "refresh", made.file, "-o", made.file.with_name("new.lwplan")) == 0
    assert "Same lines, newer base" in capsys.readouterr().out


def test_a_device_in_the_way_makes_no_new_plan(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    new = made.file.with_name("new.lwplan")
    made.described("hq-acc1", "two\nlines")
    assert made.lw("plan", "refresh", made.file, "-o", new) == 2
    assert "No plan was made" in capsys.readouterr().err
    assert not new.exists()


def test_a_branch_needs_a_netbox_and_no_snapshot_beside_it(
    made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made.lw("plan", "--branch", "video", "--snapshot", "9C41-77D0") == 2
    assert "exclude each other" in capsys.readouterr().err
    assert made.lw("plan", "--branch", "video") == 2
    assert made.lw("snapshot", "--branch", "video") == 2
    assert "no NetBox is set" in capsys.readouterr().err


def test_a_branch_stands_on_the_first_screen_and_among_the_cautions(made: Made) -> None:
    plan = load(made.file)
    assert not [line for line in (*summary(plan), *cautions(plan)) if line.startswith("Branch")]
    of_branch = msgspec.structs.replace(plan, branch="video")
    for told in (summary(of_branch), cautions(of_branch)):
        assert "Branch    video: until it is merged, the next plan takes this back" in list(told)
    longest = msgspec.structs.replace(plan, branch="v" * 100)
    assert all(len(line) <= 80 for line in summary(longest))
