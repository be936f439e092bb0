"""Backups of simulated devices: for two people, in git, and not a secret in clear anywhere."""

import os
import re
import subprocess
import threading
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError, ExitCode, FacilityError, SecretError, SettingsError
from linewright.files import write_whole
from linewright.journal import backups as backups_room
from linewright.operate.backup import BackedUp, back_up, listed, plain, store_of, view
from linewright.operate.scope import Scope, in_scope
from linewright.platforms import rules
from linewright.reports.backups import document, text
from linewright.settings import Backup

SCOPE = Scope(filters=("platform=arista-eos",))
SECRET = "hunter2xCommunity"


def quiet(*_: Any) -> None:
    pass


def git(folder: Path, *words: str) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    return subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, env=environment
    ).stdout


class Site:
    """A site with twins, a git repository, two recipients and their keys."""

    def __init__(self, twins: Any, folder: Path) -> None:
        self.twins, self.folder = twins, folder
        self.keys = [pyrage.x25519.Identity.generate() for _ in range(3)]
        self.place = self.with_backup(recipients=self.public(0, 1))
        git(folder, "init", "-q", "-b", "main")
        git(folder, "config", "user.name", "ops")
        git(folder, "config", "user.email", "ops@example.net")

    def public(self, *numbers: int) -> tuple[str, ...]:
        return tuple(str(self.keys[number].to_public()) for number in numbers)

    def with_backup(self, **values: Any) -> Any:
        settings = msgspec.structs.replace(self.twins.place.settings, backup=Backup(**values))
        return msgspec.structs.replace(self.twins.place, settings=settings)

    def identity(self, number: int) -> Path:
        path = self.folder / ".linewright" / f"key{number}"
        path.touch(mode=0o600)
        path.write_text(f"{self.keys[number]}\n")
        return path

    @property
    def devices(self) -> Any:
        return in_scope(self.twins.snapshot, SCOPE, self.place.settings)

    def back_up(self, place: Any = None) -> BackedUp:
        return back_up(place or self.place, self.twins.snapshot, self.devices, quiet)

    def list(self, place: Any = None, identity: Path | None = None) -> Any:
        return listed(place or self.place, self.twins.snapshot, self.devices.devices, identity)

    def changed(self, device: str, *lines: str) -> None:
        self.twins.fleet.boxes[device].operator(*lines)


@pytest.fixture
def site(twins: Any, tmp_path: Path) -> Site:
    made = Site(twins, tmp_path)
    for box in twins.fleet.boxes.values():
        box.operator(f"snmp-server community {SECRET} ro")
    return made


def test_each_recipient_opens_each_backup_and_nobody_else_and_no_secret_is_in_clear(site: Site) -> None:
    result = site.back_up()
    assert result.code == ExitCode.DONE
    assert len(result.written) == len(site.devices.devices)
    sealed = (site.folder / "backups" / "hq-acc1.cfg.age").read_bytes()
    for key in site.keys[:2]:
        opened = pyrage.decrypt(sealed, [key]).decode()
        assert f"snmp-server community {SECRET} ro" in opened
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [site.keys[2]])
    for number in (0, 1):
        found = site.list(identity=site.identity(number))
        assert found.code == ExitCode.DONE, text(found)
    assert f"snmp-server community {SECRET} ro".encode() in plain(site.place, "hq-acc1", site.identity(0))
    git(site.folder, "gc", "-q")
    for path in (p for p in site.folder.rglob("*") if p.is_file()):
        assert SECRET.encode() not in path.read_bytes(), path
    shown = view(site.place, "hq-acc1")
    assert "snmp-server community lw-secret-" in shown
    assert SECRET not in git(site.folder, "log", "-p", "--all")


def test_what_did_not_change_is_not_written_and_not_committed_again(site: Site) -> None:
    first = site.back_up()
    assert first.commit
    before = {path: path.read_bytes() for path in (site.folder / "backups").iterdir()}
    second = site.back_up()
    assert (second.written, second.commit) == ((), "")
    assert len(second.unchanged) == len(first.written)
    assert {path: path.read_bytes() for path in (site.folder / "backups").iterdir()} == before
    assert len(git(site.folder, "log", "--oneline").splitlines()) == 1


def test_a_changed_secret_is_a_changed_backup(site: Site) -> None:
    site.back_up()
    site.changed("hq-acc1", f"no snmp-server community {SECRET}", "snmp-server community another1 ro")
    result = site.back_up()
    assert result.written == ("hq-acc1",)
    assert git(site.folder, "show", "--name-only", "--format=").split() == [
        "backups/hq-acc1.cfg.age",
        "backups/hq-acc1.json",
        "backups/hq-acc1.view",
    ]
    old, new = view(site.place, "hq-acc1", "HEAD~1"), view(site.place, "hq-acc1")
    assert old != new
    assert old == view(site.place, "hq-acc1", "HEAD~1")


def test_other_recipients_mean_all_anew_and_the_list_says_who_cannot_open(site: Site) -> None:
    site.back_up()
    place = site.with_backup(recipients=site.public(0, 2))
    found = site.list(place)
    assert found.code == ExitCode.FINDING
    assert any(f"cannot be opened by {site.public(2)[0]}" in line for line in text(found))
    assert site.list(place, site.identity(2)).lines[0].problem
    assert len(site.back_up(place).written) == len(site.devices.devices)
    assert site.list(place, site.identity(2)).code == ExitCode.DONE


@pytest.mark.parametrize("entries", [(), (0,), (0, 0)])
def test_fewer_than_two_keys_are_refused_before_a_device_is_asked(site: Site, entries: Any) -> None:
    with pytest.raises(SettingsError):
        site.back_up(site.with_backup(recipients=site.public(*entries)))
    assert not [c for c in site.twins.fleet.boxes["hq-acc1"].commands() if "running" in c]


def test_a_folder_in_no_repository_is_refused_before_a_device_is_asked(
    site: Site, tmp_path_factory: Any
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with pytest.raises(SettingsError, match="no git repository") as caught:
        site.back_up(site.with_backup(recipients=site.public(0, 1), folder=str(elsewhere)))
    assert "git init" in caught.value.hint
    without = site.with_backup(recipients=site.public(0, 1), folder=str(elsewhere / "kept"), git=False)
    assert len(site.back_up(without).written) == len(site.devices.devices)
    assert (elsewhere / "kept" / "hq-acc1.cfg.age").is_file()


def test_only_our_own_files_are_committed_and_what_a_person_staged_stays_staged(site: Site) -> None:
    (site.folder / "staged").write_text("half a thought")
    (site.folder / "backups").mkdir()
    (site.folder / "backups" / "note").write_text("somebody's")
    git(site.folder, "add", "staged")
    site.back_up()
    committed = git(site.folder, "show", "--name-only", "--format=").split()
    assert len(committed) == 3 * len(site.devices.devices) + 1  # and .gitattributes
    assert all(name.startswith("backups/") for name in committed)
    assert "backups/note" not in committed
    left = git(site.folder, "status", "--porcelain", "-uall").splitlines()
    assert "A  staged" in left
    assert "?? backups/note" in left
    assert not [line for line in left if ".view" in line or ".age" in line]


def test_hooks_signing_and_editors_of_a_person_are_not_called(site: Site, monkeypatch: Any) -> None:
    hook = site.folder / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\nexit 1\n")
    hook.chmod(0o755)
    (site.folder / ".git" / "hooks" / "post-commit").write_text("#!/bin/sh\ntouch hooked\n")
    (site.folder / ".git" / "hooks" / "post-commit").chmod(0o755)
    for key, value in (("commit.gpgSign", "true"), ("core.editor", "false"), ("gpg.program", "false"),
                       ("core.autocrlf", "true"), ("core.fsmonitor", "touch hooked")):  # fmt: skip
        git(site.folder, "config", key, value)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent")
    assert site.back_up().commit
    assert not (site.folder / "hooked").exists()


def test_git_that_knows_nobody_commits_all_the_same(site: Site, monkeypatch: Any) -> None:
    git(site.folder, "config", "--unset", "user.email")
    git(site.folder, "config", "--unset", "user.name")
    git(site.folder, "config", "user.useConfigOnly", "true")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    assert site.back_up().commit
    assert "linewright" in git(site.folder, "log", "-1", "--format=%an")


def test_a_folder_that_git_ignores_and_a_merge_under_way_are_told_before(site: Site) -> None:
    (site.folder / ".gitignore").write_text("backups/\n")
    with pytest.raises(SettingsError, match="ignored by git"):
        site.back_up()
    (site.folder / ".gitignore").unlink()
    (site.folder / ".git" / "MERGE_HEAD").write_text("0" * 40)
    with pytest.raises(FacilityError, match="merge is under way"):
        site.back_up()


def test_what_an_interrupted_run_wrote_is_committed_by_the_next(site: Site) -> None:
    lock = site.folder / ".git" / "index.lock"
    lock.touch()
    with pytest.raises(FacilityError, match="git could not commit"):
        site.back_up()
    assert (site.folder / "backups" / "hq-acc1.cfg.age").is_file()
    lock.unlink()
    result = site.back_up()
    assert (result.written, bool(result.commit)) == ((), True)


def test_a_run_killed_between_two_files_is_told_and_mended(site: Site, monkeypatch: Any) -> None:
    site.back_up()
    site.changed("hq-acc1", "vlan 999")

    def killed(path: Path, data: bytes, *, mode: int) -> None:
        if path.suffix == ".view":
            raise FacilityError("no space left on device")
        write_whole(path, data, mode=mode)

    monkeypatch.setattr(backups_room, "write_whole", killed)
    with pytest.raises(FacilityError, match="no space"):
        site.back_up()
    monkeypatch.undo()
    found = site.list()
    assert found.code == ExitCode.FINDING
    assert [line.device for line in found.lines if line.problem] == ["hq-acc1"]
    assert site.back_up().written == ("hq-acc1",)
    assert site.list(identity=site.identity(0)).code == ExitCode.DONE


@pytest.mark.parametrize("name", ["hq-acc1.cfg.age", "hq-acc1.view", "hq-acc1.json"])
@pytest.mark.parametrize("damage", [b"", b"half", None])
def test_a_damaged_backup_is_told_and_mended(site: Site, name: str, damage: bytes | None) -> None:
    site.back_up()
    path = site.folder / "backups" / name
    path.unlink() if damage is None else path.write_bytes(damage)
    assert [line.device for line in site.list().lines if line.problem] == ["hq-acc1"]
    assert site.back_up().written == ("hq-acc1",)
    assert site.list().code == ExitCode.DONE


def test_another_devices_file_in_its_place_is_found_by_opening(site: Site) -> None:
    site.back_up()
    store = store_of(site.place)
    one, other = store.manifest("hq-acc1"), store.manifest("hq-acc2")
    assert one is not None
    assert other is not None
    store.keep(one, store.view("hq-acc1"), store.sealed(other))
    assert site.list().code == ExitCode.DONE
    found = site.list(identity=site.identity(0))
    assert [line.device for line in found.lines if line.problem] == ["hq-acc1"]


def test_a_device_that_does_not_answer_keeps_its_old_backup(site: Site) -> None:
    site.back_up()
    site.twins.fleet.servers.pop("hq-acc3").stop()
    site.changed("hq-acc1", "vlan 999")
    result = site.back_up()
    assert result.code == ExitCode.NOT_REACHED
    assert list(result.errors) == ["hq-acc3"]
    assert result.written == ("hq-acc1",)
    assert site.list().code == ExitCode.DONE


def test_a_configuration_that_may_be_gone_in_a_moment_is_not_kept(site: Site) -> None:
    from linewright.devices.connect import session
    from linewright.operate.fleet import targets

    target = targets(site.place, site.devices.devices)["hq-acc1"]
    with session(target, site.place.secrets.reveal) as driver:
        driver.begin_change("J0099-AAAA-BBBB", 1)
        driver.load_merge_candidate(config="vlan 900\n")
        driver.commit_config(revert_in=120)
    result = site.back_up()
    assert result.code == ExitCode.REFUSED
    assert list(result.errors) == ["hq-acc1"]


def test_a_missing_backup_is_a_finding_and_a_lost_device_is_not_forgotten(site: Site) -> None:
    assert site.list().code == ExitCode.FINDING
    site.back_up()
    store = store_of(site.place)
    manifest = store.manifest("hq-acc1")
    assert manifest is not None
    store.keep(msgspec.structs.replace(manifest, device="gone/../x"), "x", b"y")
    found = site.list()
    assert [(line.device, line.known) for line in found.lines if not line.known] == [("gone/../x", False)]
    assert not (site.folder / "x.view").exists()
    assert msgspec.json.decode(document(found))["schema"] == "linewright.backups/1"


def test_a_key_that_others_can_read_is_refused(site: Site) -> None:
    site.back_up()
    path = site.identity(0)
    path.chmod(0o644)
    with pytest.raises(SecretError, match="read by others"):
        plain(site.place, "hq-acc1", path)


@pytest.mark.parametrize("revision", ["-x", "HEAD:x", "", "no/such", "\x1b[2J"])
def test_a_revision_is_one(site: Site, revision: str) -> None:
    site.back_up()
    if revision:
        with pytest.raises(DataError):
            view(site.place, "hq-acc1", revision)


def test_configurations_are_encrypted_in_several_threads_at_once(site: Site) -> None:
    before = threading.active_count()
    site.back_up()
    assert threading.active_count() <= before + 1


def test_certificates_will_do_and_stock_openssl_opens_them(site: Site, tmp_path: Path) -> None:
    for name in ("duty", "offline"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "30",
             "-keyout", f"{name}.key", "-out", f"{name}.pem"],
            cwd=tmp_path, capture_output=True, check=True,
        )  # fmt: skip
    place = site.with_backup(recipients=("duty.pem", "offline.pem"))
    assert site.back_up().code == site.back_up(place).code == ExitCode.DONE
    assert not list((site.folder / "backups").glob("*.age")), "what other recipients could open is gone"
    for name in ("duty", "offline"):
        opened = subprocess.run(
            ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", "backups/hq-acc1.cfg.p7m",
             "-recip", f"{name}.pem", "-inkey", f"{name}.key"],
            cwd=tmp_path, capture_output=True, check=True,
        ).stdout  # fmt: skip
        assert f"snmp-server community {SECRET} ro".encode() in opened
        key = tmp_path / ".linewright" / name
        key.touch(mode=0o600)
        key.write_bytes((tmp_path / f"{name}.key").read_bytes() + (tmp_path / f"{name}.pem").read_bytes())
        assert site.list(place, key).code == ExitCode.DONE
    assert site.back_up(place).written == ()
    assert not git(site.folder, "status", "--porcelain", "backups")


def test_the_commands_do_what_they_say(site: Site, capsys: Any, monkeypatch: Any, tmp_path: Path) -> None:
    import linewright.cli.backup as command

    monkeypatch.setattr(command, "here", lambda _context: site.place)
    scope = ["--filter", "platform=arista-eos"]
    assert ended(root, ["backup", *scope]) == 0
    assert "Commit" in capsys.readouterr().out
    assert ended(root, ["backup", *scope]) == 0
    assert "0 kept" in capsys.readouterr().out
    assert ended(root, ["backup", "show", "hq-acc1"]) == 0
    shown = capsys.readouterr().out
    assert "hostname hq-acc1" in shown
    assert SECRET not in shown
    key = str(site.identity(0))
    assert ended(root, ["backup", "open", "hq-acc1", "--identity", key, "-o", str(tmp_path / "x.cfg")]) == 0
    assert SECRET not in "".join(capsys.readouterr())
    assert SECRET in (tmp_path / "x.cfg").read_text()
    assert (tmp_path / "x.cfg").stat().st_mode & 0o777 == 0o600
    assert ended(root, ["backup", "open", "hq-acc1", "--identity", str(site.identity(2))]) == 2
    assert ended(root, ["backup", "show", "nobody"]) == 2
    assert ended(root, ["backup", "list", "--format", "json"]) == 1, "FRR routers of the site have none"
    assert msgspec.json.decode(capsys.readouterr().out)["schema"] == "linewright.backups/1"
    site.twins.fleet.servers.pop("hq-acc3").stop()
    site.twins.fleet.servers.pop("hq-acc4").stop()
    assert ended(root, ["backup", *scope]) == 4
    assert "NOT KEPT  2 devices were not reached" in capsys.readouterr().err


def test_reading_for_a_backup_sends_only_what_is_listed_for_reading(site: Site) -> None:
    site.back_up()
    reads = [rule.pattern for rule in rules("eos").commands if rule.when == "read"]
    box = site.twins.fleet.boxes["hq-acc1"]
    sent = [entry.command for entry in box.log if entry.user != "operator"]
    assert sent
    assert not [command for command in sent if not any(re.fullmatch(pattern, command) for pattern in reads)]


def test_what_somebody_put_there_is_told_and_not_committed(site: Site, capsys: Any, monkeypatch: Any) -> None:
    site.back_up()
    folder = site.folder / "backups"
    (folder / "hq-acc2.view").write_text("forged\n")
    (folder / "hq-acc3.cfg.age").unlink()
    (folder / "other.json").write_text("{}")
    site.changed("hq-acc1", "vlan 999")
    only = in_scope(site.twins.snapshot, Scope(devices=("hq-acc1",)), site.place.settings)
    result = back_up(site.place, site.twins.snapshot, only, quiet)
    assert result.written == ("hq-acc1",)
    assert result.foreign == ("backups/hq-acc2.view", "backups/hq-acc3.cfg.age", "backups/other.json")
    assert result.code == ExitCode.FINDING
    assert {
        name.partition(".")[0] for name in git(site.folder, "show", "--name-only", "--format=").split()
    } == {"backups/hq-acc1"}
    assert "forged" not in git(site.folder, "log", "-p", "--all")
    whole = site.back_up()
    assert whole.written == ("hq-acc2", "hq-acc3")
    assert whole.foreign == ("backups/other.json",)


def test_a_backup_forged_as_a_whole_is_not_committed_as_ours(site: Site) -> None:
    site.back_up()
    store = store_of(site.place)
    one = store.manifest("hq-acc1")
    assert one is not None
    store.keep(one, store.view("hq-acc1"), b"age-encryption.org/v1\nnothing")
    result = site.back_up()
    assert (result.commit, result.foreign) == ("", ("backups/hq-acc1.cfg.age", "backups/hq-acc1.json"))


@pytest.mark.parametrize("attributes", ["* text", "* text=auto eol=lf", "* filter=upper"])
def test_what_git_would_do_to_a_text_is_not_done_to_a_backup(site: Site, attributes: str) -> None:
    (site.folder / ".gitattributes").write_text(f"{attributes}\n")
    git(site.folder, "config", "filter.upper.clean", "tr a-z A-Z")
    git(site.folder, "config", "core.autocrlf", "input")
    site.back_up()
    before = (site.folder / "backups" / "hq-acc1.cfg.age").read_bytes()
    assert not [line for line in git(site.folder, "status", "--porcelain").splitlines() if "backups" in line]
    (site.folder / "backups" / "hq-acc1.cfg.age").unlink()
    git(site.folder, "checkout", "--", "backups")
    assert (site.folder / "backups" / "hq-acc1.cfg.age").read_bytes() == before
    assert site.list(identity=site.identity(0)).code == ExitCode.DONE


def test_a_name_that_is_no_devices_is_not_sent_to_back_up(site: Site) -> None:
    site.place.keep(site.twins.snapshot)
    for ask in (lambda name: view(site.place, name), lambda name: plain(site.place, name, site.identity(0))):
        with pytest.raises(DataError, match="no such device") as caught:
            ask("hq-acc111")
        assert "hq-acc1" in caught.value.hint
        assert "--device" not in caught.value.hint
        with pytest.raises(DataError, match="there is no") as caught:
            ask("hq-acc1")
        assert caught.value.hint == "lw backup --device hq-acc1"
