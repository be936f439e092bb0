"""What doctor says: judgements from facts, and the whole examination on simulated devices."""

import http.server
import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.cli import doctor as command
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.devices.trust import Identity, Trust
from linewright.errors import ExitCode, SettingsError, SourceError
from linewright.operate.demo import SLUG
from linewright.operate.doctor import Wishes, examine, gathering
from linewright.operate.doctor import devices as of_devices
from linewright.operate.doctor import machine as of_machine
from linewright.operate.doctor import site as of_site
from linewright.operate.doctor import source as of_source
from linewright.operate.doctor.devices import Answer
from linewright.operate.doctor.machine import Machine
from linewright.operate.doctor.result import Check, Examination, failed, from_error, ok, unchecked, warned
from linewright.operate.doctor.site import Private, Room
from linewright.operate.scope import Scope
from linewright.operate.workplace import workplace
from linewright.settings import Backup, Login, Settings, Vault

SCOPE = Scope(filters=(f"platform={SLUG}",))
MIB = 2**20


def quiet(*_: Any) -> None:
    pass


def said(checks: tuple[Check, ...], subject: str) -> Check:
    [found] = [check for check in checks if check.subject == subject]
    return found


def facts(**more: Any) -> Machine:
    usual: dict[str, Any] = {
        "python": (3, 12, 1), "requires": ("click>=8.1", "msgspec>=0.19", "pyrage>=1.2; extra == 'age'", 'hvac>=2; extra == "vault"'),
        "installed": {"click": "8.1.7", "msgspec": "0.19", "pyrage": "1.10", "hvac": ""}, "programs": ("git", "ssh"), "synchronised": True,
    }  # fmt: skip
    return Machine(**(usual | more))


@pytest.mark.parametrize(
    ("change", "needed", "subject", "state"),
    [
        ({}, {}, "Python", "ok"),
        ({"python": (3, 10, 9)}, {}, "Python", "fail"),
        ({"python": (3, 14, 0)}, {}, "Python", "warn"),
        ({}, {}, "libraries", "ok"),
        ({"installed": {"click": "8.0.9", "msgspec": "0.19"}}, {}, "libraries", "fail"),
        ({"installed": {"click": "10.0", "msgspec": "0.19.1"}}, {}, "libraries", "ok"),
        ({"installed": {"msgspec": "0.19"}}, {}, "libraries", "fail"),
        ({"requires": None}, {}, "libraries", "not checked"),
        ({}, {"vault": "it is asked for"}, "extra vault", "fail"),
        ({"programs": ("ssh",)}, {}, "git", "warn"),
        ({"synchronised": False}, {}, "clock", "warn"),
        ({"synchronised": None}, {}, "clock", "not checked"),
    ],
)
def test_a_machine(change, needed, subject, state):
    found = said(of_machine.judged(facts(**change), needed), subject)
    assert found.state == state
    assert found.todo or state in ("ok", "not checked")


def test_an_extra_that_nobody_needs_is_no_trouble():
    found = of_machine.judged(facts(), {})
    assert said(found, "extras").what == "installed: age; not installed: vault"
    assert {check.state for check in found} == {"ok"}


@given(
    st.lists(st.integers(0, 99), min_size=1, max_size=4), st.lists(st.integers(0, 99), min_size=1, max_size=4)
)
def test_versions_compare_as_numbers(left, right):
    pad = max(len(left), len(right))
    numbers = [(*one, *[0] * (pad - len(one))) for one in (left, right)]
    texts = [".".join(map(str, one)) for one in (left, right)]
    assert (of_machine._release(texts[0]) < of_machine._release(texts[1])) == (numbers[0] < numbers[1])


def test_the_extras_a_site_needs():
    settings = Settings(
        vault=Vault(address="https://v"),
        login={"frr": Login(password="keyring:a/b")},
        backup=Backup(recipients=("age1x", "age1y")),
    )
    assert set(gathering.extras_needed(settings)) == {"vault", "keyring", "age"}
    assert gathering.extras_needed(Settings()) == {}


def private(**more: Any) -> Private:
    return Private(**({"subject": "site key", "path": "k", "there": True, "mode": 0o600} | more))


ROOM = Room(path="s", there=True, writable=True, free=9000 * MIB, files=10**6)


@pytest.mark.parametrize(
    ("one", "state", "words"),
    [
        (private(), "ok", "owner alone"),
        (private(mode=0o640), "fail", "others may read"),
        (private(mode=0o604), "fail", "others may read"),
        (private(ours=False), "fail", "another user"),
        (private(tracked=True), "fail", "in git"),
        (private(there=False), "fail", "not there"),
        (private(there=False, folder=True), "ok", "made when needed"),
        (private(folder=True, mode=0o755), "fail", "others may read"),
    ],
)
def test_private_files(one, state, words):
    found = of_site.judged((one,), ROOM)[0]
    assert found.state == state
    assert words in found.what


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "ok"),
        ({"free": 300 * MIB}, "warn"),
        ({"free": 10 * MIB}, "fail"),
        ({"files": 5}, "fail"),
        ({"files": -1}, "ok"),
        ({"writable": False}, "fail"),
        ({"free": -1}, "not checked"),
    ],
)
def test_room_on_the_disk(change, state):
    assert of_site.judged((), msgspec.structs.replace(ROOM, **change))[0].state == state


NETBOX = of_source.NetBox(
    url="https://nb", version="4.7.3", missing=(), devices=7, may_write=False, ahead=0.4
)


@pytest.mark.parametrize(
    ("change", "subject", "state"),
    [
        ({}, "token", "ok"),
        ({"may_write": True}, "token", "warn"),
        ({"missing": ("dcim.view_cable",)}, "token permissions", "fail"),
        ({"devices": 0}, "token permissions", "fail"),
        ({"version": "4.8.0"}, "NetBox version", "warn"),
        ({"version": "4.70.1"}, "NetBox version", "warn"),
        ({"version": "v4"}, "NetBox version", "warn"),
        ({"ahead": 4.0}, "NetBox's clock", "ok"),
        ({"ahead": -9.0}, "NetBox's clock", "warn"),
        ({"ahead": 3600.0}, "NetBox's clock", "fail"),
        ({"ahead": None}, "NetBox's clock", "not checked"),
    ],
)
def test_a_netbox(change, subject, state):
    assert said(of_source.netbox(msgspec.structs.replace(NETBOX, **change)), subject).state == state


@pytest.mark.parametrize(
    ("age", "state"), [(60, "ok"), (90_000, "warn"), (-600, "warn"), (None, "ok"), (-2, "ok")]
)
def test_the_age_of_a_snapshot(age, state):
    assert of_source.newest(of_source.Newest(code="C", devices=1, age=age)).state == state


@given(st.floats(0, 10**8))
def test_a_time_is_never_more_than_two_units(seconds):
    text = of_source.lasting(seconds)
    assert 2 <= len(text.split()) <= 4


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (Answer(device="r", identity="enrolled"), "ok", 0),
        (Answer(device="r", identity="new"), "warn", 0),
        (Answer(device="r", identity="changed"), "fail", 1),
        (Answer(device="r", error="gone"), "fail", 4),
        (Answer(device="r", error="login refused", reached=True), "fail", 1),
        (Answer(device="r", skipped="behind j"), "not checked", 0),
    ],
)
def test_a_device(answer, state, code):
    [found] = of_devices.judged([answer], {})
    assert (found.state, found.code) == (state, code)


def test_what_is_left_alone_is_told_by_its_reason():
    found = of_devices.judged(
        [], {"a": "it has no platform", "b": "it has no platform", "c": "its status is planned"}
    )
    assert [(check.subject, check.what) for check in found] == [
        ("a, b", "it has no platform"),
        ("c", "its status is planned"),
    ]


@pytest.mark.parametrize(
    ("checks", "code"),
    [
        ([ok("site", "a", "x")], 0),
        ([warned("site", "a", "x", "y"), unchecked("site", "b", "x")], 0),
        ([failed("site", "a", "x", "y")], 1),
        ([failed("site", "a", "x", "y"), from_error("source", "b", SourceError("gone"))], 4),
        ([from_error("site", "a", SettingsError("bad"))], 1),
    ],
)
def test_failures_decide_the_exit_status_and_warnings_do_not(checks, code):
    assert Examination(checks=tuple(checks)).code == code


def test_on_simulated_devices_that_are_well(twins: Any) -> None:
    found = examine(twins.place, Wishes(scope=SCOPE, login=True), quiet)
    devices = [check for check in found.checks if check.group == "devices"]
    names = [name for name, device in twins.snapshot.devices.items() if device.platform == SLUG]
    assert {check.subject for check in devices} >= {*names, *(f"{name} login" for name in names)}
    assert {check.subject for check in devices} >= {f"{name} clock" for name in names}
    assert {check.state for check in devices} == {"ok"}


def test_each_trouble_is_told_beside_the_others(twins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    twins.fleet.servers.pop("hq-acc3").stop()
    trust = Trust(twins.place.settings.path(twins.place.settings.trust))
    trust.accept(Identity(device="hq-acc1", kind="tls", key="00" * 32))
    pins = twins.place.settings.path(twins.place.settings.trust) / "tls.json"
    kept = json.loads(pins.read_text())
    del kept["hq-acc2"]
    pins.write_text(json.dumps(kept))
    key = twins.place.settings.path(twins.place.settings.secrets.key_file)
    key.chmod(0o644)
    found = examine(twins.place, Wishes(scope=SCOPE), quiet)
    assert found.code == ExitCode.NOT_REACHED
    states = {name: said(found.checks, name) for name in ("hq-acc1", "hq-acc2", "hq-acc3")}
    assert [check.state for check in states.values()] == ["fail", "warn", "fail"]
    assert "another certificate" in states["hq-acc1"].what
    assert states["hq-acc3"].code == 4
    assert "others may read" in next(c.what for c in found.checks if c.subject == "site key")


def test_no_credential_is_sent_unless_it_is_asked_for(twins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(twins.place.secrets), "credential", lambda *_: pytest.fail("a secret was read"))
    found = examine(twins.place, Wishes(scope=SCOPE), quiet)
    assert said(found.checks, "hq-acc1").state == "ok"
    assert not [check for check in found.checks if check.subject.endswith(" login")]


def test_a_password_that_is_wrong_is_told(twins: Any) -> None:
    from linewright.devices.secrets import add_values

    settings = twins.place.settings
    add_values(settings.path(settings.secrets.values_file), {"login/eos": "not-the-one"})
    place = workplace(Path(settings.root), settings)
    found = examine(place, Wishes(scope=Scope(devices=("hq-acc1",)), login=True), quiet)
    assert found.code == ExitCode.FINDING
    assert "was refused" in said(found.checks, "hq-acc1").what


def test_a_clock_that_is_wrong_is_told_without_a_login(twins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        http.server.BaseHTTPRequestHandler, "date_time_string", lambda *_: "Thu, 01 Jan 1970 00:00:00 GMT"
    )
    found = examine(twins.place, Wishes(scope=Scope(devices=("hq-acc1",))), quiet)
    clock = said(found.checks, "hq-acc1 clock")
    assert clock.state == "fail"
    assert "behind this machine's" in clock.what


def lw(folder: Path, *words: str) -> int:
    return ended(root, ["--site-folder", str(folder), "doctor", *words])


def test_an_empty_folder_says_what_to_do_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lw(tmp_path) == 1
    told = capsys.readouterr().out
    assert "lw init DIR" in told
    assert "lw snapshot" in told
    assert list(tmp_path.iterdir()) == []


def test_settings_that_cannot_be_read_do_not_stop_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nornir.yaml").write_text("user_defined: {linewright: {netbocks: 1}}\n")
    assert lw(tmp_path) == 1
    told = capsys.readouterr().out
    assert "netbocks" in told
    assert "Python" in told


def test_a_netbox_that_is_not_there_is_exit_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nornir.yaml").write_text(
        "user_defined: {linewright: {netbox: {url: 'http://127.0.0.1:1', token: 'env:T'}}}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("T", "0" * 40)
        assert lw(tmp_path, "--format", "json") == 4
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "linewright.doctor/1"
    [netbox] = [check for check in document["checks"] if check["subject"] == "NetBox"]
    assert (netbox["state"], netbox["code"]) == ("fail", 4)
    assert sum(document["counts"].values()) == len(document["checks"])


def test_a_snapshot_cut_in_half_is_told(
    tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    description = checkout / "inventory" / "site.yaml"
    (tmp_path / "nornir.yaml").write_text(f"user_defined: {{linewright: {{description: {description}}}}}\n")
    assert ended(root, ["--site-folder", str(tmp_path), "snapshot"]) == 0
    path = workplace(tmp_path).state.latest()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    capsys.readouterr()
    assert lw(tmp_path) == 1
    assert "is cut off" in capsys.readouterr().out


def test_three_hundred_good_devices_do_not_hide_the_bad_one() -> None:
    good = [Answer(device=f"r{number}", identity="enrolled") for number in range(299)]
    found = Examination(
        checks=of_devices.judged([*good, Answer(device="bad", error="bad was not reached")], {})
    )
    lines = list(command.lines(found))
    assert len(lines) < 8
    assert any(line.startswith("  FAIL  bad: bad was not reached") for line in lines)
    assert any("299 x answers with the enrolled host key" in line for line in lines)


def test_three_hundred_dead_devices_fit_a_screen() -> None:
    dead = [Answer(device=f"r{n}", error=f"r{n} was not reached", hint="is it up?") for n in range(300)]
    lines = list(command.lines(Examination(checks=of_devices.judged(dead, {}))))
    assert len(lines) < 32
    assert any("and 288 more like these" in line for line in lines)


def test_devices_can_be_left_out(twins: Any) -> None:
    asked: list[str] = []
    found = examine(twins.place, Wishes(devices=False), lambda name, _: asked.append(name))
    assert asked == []
    assert [c.what for c in found.checks if c.group == "devices"] == ["left out"]


def test_nothing_is_written_by_looking(twins: Any) -> None:
    folder = Path(twins.place.settings.root)

    def files() -> dict[str, float]:
        return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*")}

    before = files()
    examine(twins.place, Wishes(login=True), quiet)
    assert files() == before
    assert threading.active_count() < 200


def keys(folder: Path) -> tuple[tuple[str, str], Path, Path]:
    """Two recipients, the file of the second one's identity, and that of a stranger's."""
    import pyrage

    made = [pyrage.x25519.Identity.generate() for _ in range(3)]
    files = []
    for name, identity in (("offline", made[1]), ("stranger", made[2])):
        path = folder / f"{name}.age"
        path.touch(mode=0o600)
        path.write_text(f"{identity}\n")
        files.append(path)
    return (str(made[0].to_public()), str(made[1].to_public())), files[0], files[1]


def test_backups_are_opened_with_the_key_that_is_given(twins: Any, tmp_path: Path) -> None:
    from linewright.operate.backup import back_up
    from linewright.operate.scope import in_scope

    recipients, offline, stranger = keys(tmp_path)
    settings = msgspec.structs.replace(twins.place.settings, backup=Backup(recipients=recipients, git=False))
    place = workplace(Path(settings.root), settings)
    scope = Scope(devices=("hq-acc1", "hq-acc2"))
    assert not back_up(place, twins.snapshot, in_scope(twins.snapshot, scope, settings), quiet).errors

    def checks(identity: Path | None) -> tuple[Check, ...]:
        wishes = Wishes(scope=scope, devices=False, identity=str(identity or ""))
        return tuple(check for check in examine(place, wishes, quiet).checks if check.group == "backups")

    assert said(checks(None), "opening them").state == "not checked"
    assert {check.state for check in checks(offline)} == {"ok"}
    wrong = checks(stranger)
    assert said(wrong, "opening them").state == "fail"
    assert said(wrong, "hq-acc1").state == "fail"
    [sealed] = (place.settings.path("backups")).glob("hq-acc1.cfg*")
    sealed.write_bytes(sealed.read_bytes()[:-1])
    damaged = checks(offline)
    assert "not the file that was written" in said(damaged, "hq-acc1").what
    assert said(damaged, "opening them").what.startswith("1 of 2")


@pytest.mark.parametrize(
    ("recipients", "state", "words"),
    [
        ((), "warn", "none is named"),
        (("age1nonsense", "age1other"), "fail", ""),
        (("one.pem", "two.pem"), "fail", "one.pem"),
    ],
)
def test_keys_that_cannot_be_used(twins: Any, recipients: tuple[str, ...], state: str, words: str) -> None:
    settings = msgspec.structs.replace(twins.place.settings, backup=Backup(recipients=recipients, git=False))
    found = examine(workplace(Path(settings.root), settings), Wishes(devices=False), quiet)
    check = said(found.checks, "backup keys")
    assert check.state == state
    assert words in check.what


def test_nobody_is_asked_through_a_jump_host_without_a_login(
    twins: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linewright.settings import Jump

    settings = msgspec.structs.replace(
        twins.place.settings,
        jumps={"edge": Jump(host="192.0.2.1", username="ops")},
        login={"frr": Login(username="ops", jump="edge")},
    )
    monkeypatch.setattr(
        "linewright.operate.doctor.asking_devices.scan", lambda *_: pytest.fail("it was asked")
    )
    place = workplace(Path(settings.root), settings)
    found = examine(place, Wishes(scope=Scope(devices=("hq-wan1",))), quiet)
    check = said(found.checks, "hq-wan1")
    assert (check.state, check.what) == ("not checked", "behind edge")


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-11-23", "warn"), ("2026-12-24", "warn"), ("2026-12-25", "ok"), ("2027-01-01", "ok")],
)
def test_a_certificate_that_ends_soon_is_told_before(day: str, state: str) -> None:
    from linewright.operate.doctor.backups import keys as judged
    from linewright.seal.recipients import Recipients

    to = Recipients(kind="cms", names=("CN=duty", "CN=offline"), until=("2030-01-01", day))
    check = judged(to, None, datetime(2026, 11, 24, tzinfo=UTC))
    assert check.state == state
    assert state == "ok" or ("CN=offline" in check.what and day in check.what)
