"""An honest plan, and one thing that is not as it was: here, on the way, on a device, in the data, in the journal.

`lw apply` names it, ends with 3 (or what is documented), and the switches' own records hold no command that writes. A
change elsewhere does not keep it from being carried out.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from linewright.devices.trust import Identity, Trust
from linewright.journal.holder import Holder
from linewright.lab.twin.certificate import self_signed
from linewright.plan import contents

pytestmark = pytest.mark.slow
_ELSEWHERE = Holder(host="hq-ops2", user="kim", pid=7, started=7, boot="another")
Turn = Callable[[Any], Iterator[None]]


@contextmanager
def file_as(path: Path, content: bytes | None) -> Iterator[None]:
    """A file with other content, or not there; put back as it was."""
    before = path.read_bytes() if path.exists() else None
    _put(path, content)
    try:
        yield
    finally:
        _put(path, before)


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink()
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode if path.exists() else 0o600
        path.write_bytes(content)
        path.chmod(mode & 0o777)


def setting(change: Callable[[dict[str, Any]], object]) -> Turn:
    def turn(sealed: Any) -> Iterator[None]:
        path = sealed.folder / "nornir.yaml"
        document = yaml.safe_load(path.read_bytes())
        change(document["user_defined"]["linewright"])
        with file_as(path, yaml.safe_dump(document).encode()):
            yield

    return turn


def on_the_switch(*lines: str, saved: bool = False) -> Turn:
    """Somebody else configures the first planned switch."""

    def turn(sealed: Any) -> Iterator[None]:
        box = sealed.fleet.boxes[sealed.first]
        running, startup = box.running, box.startup
        box.operator(*lines)
        if saved:
            box.save()
        yield
        box.install(running)
        box.startup = startup

    return turn


def in_the_data(which: str, **fields: object) -> Turn:
    """The newest snapshot has something else for a port of that switch."""

    def turn(sealed: Any) -> Iterator[None]:
        with file_as(sealed.folder / ".linewright" / "snapshots" / "latest", _latest(sealed)):
            sealed.want(getattr(sealed, which), port="Ethernet5", **fields)
            yield

    return turn


def _latest(sealed: Any) -> bytes:
    return bytes((sealed.folder / ".linewright" / "snapshots" / "latest").read_bytes())


def base_is(**fields: object) -> Turn:
    def turn(sealed: Any) -> Iterator[None]:
        noted = sealed.place.state.applied(sealed.first)
        sealed.place.state.note_applied(msgspec.structs.replace(noted, **fields))
        yield
        sealed.place.state.note_applied(noted)

    return turn


def in_the_journal(*entries: tuple[str, str, dict[str, object]]) -> Turn:
    """A journal with these entries beside what it holds; `plan` says the plan's own digest."""

    def turn(sealed: Any) -> Iterator[None]:
        journal = sealed.place.state.journal()
        for event, device, detail in entries:
            told = {key: sealed.plan.digest if value == "ours" else value for key, value in detail.items()}
            journal.append("J0099-AAAA-BBBB", event, device and sealed.first, **told)
        journal.close()
        yield
        for file in (sealed.folder / ".linewright").glob("journal.db*"):
            file.unlink()

    return turn


def held_elsewhere(sealed: Any) -> Iterator[None]:
    journal = sealed.place.state.journal()
    lease = journal.leases.take(sealed.first, "K0099-AAAA-BBBB", seconds=3600, holder=_ELSEWHERE)
    yield
    journal.leases.release(lease)
    journal.close()


def another_change_waits(sealed: Any) -> Iterator[None]:
    box = sealed.fleet.boxes[sealed.first]
    running = box.running
    box.sessions.enter("theirs", box.running)
    box.sessions.commit("theirs", box.running, 600)
    yield
    box.sessions.abort("theirs")
    box.install(running)


def another_certificate(sealed: Any) -> Iterator[None]:
    server = sealed.fleet.servers[sealed.first]
    context, server._context = server._context, self_signed(sealed.first).context
    server.hang_up()
    requests = server.requests
    yield
    assert server.requests == requests, "no credential was sent"
    server._context = context


def another_pin(sealed: Any) -> Iterator[None]:
    trust = sealed.folder / ".linewright" / "trust"
    with file_as(trust / "tls.json", (trust / "tls.json").read_bytes()):
        Trust(trust).accept(Identity(device=sealed.first, kind="tls", key="ab" * 32))
        yield


def no_pin(sealed: Any) -> Iterator[None]:
    with file_as(sealed.folder / ".linewright" / "trust" / "tls.json", b"{}"):
        yield


def another_serial(sealed: Any) -> Iterator[None]:
    box = sealed.fleet.boxes[sealed.second]
    serial, box.serial = box.serial, "TWIN00000000"
    yield
    box.serial = serial


def saved_meanwhile(sealed: Any) -> Iterator[None]:
    box = sealed.fleet.boxes[sealed.first]
    startup = box.startup
    box.save()
    yield
    box.startup = startup


def another_template(sealed: Any) -> Iterator[None]:
    shipped = sealed.place.site.find("templates/config/eos/lldp.j2")
    mine = sealed.folder / "templates" / "config" / "eos" / "lldp.j2"
    with file_as(mine, shipped.read_bytes() + b"{# a remark #}"):
        yield


def another_check(sealed: Any) -> Iterator[None]:
    check = sealed.folder / "checks" / "own.py"
    with file_as(check, check.read_bytes() + b"# a remark\n"):
        yield


def another_secret(sealed: Any) -> Iterator[None]:
    values = sealed.folder / ".linewright" / "secrets" / "values.yaml"
    told = yaml.safe_load(values.read_bytes())
    told["local/rescue"] += "x"
    with file_as(values, yaml.safe_dump(told).encode()):
        yield


def another_key(sealed: Any) -> Iterator[None]:
    key = sealed.folder / ".linewright" / "secrets" / "site.key"
    text = key.read_bytes()
    with file_as(key, (b"0" if text[:1] != b"0" else b"1") + text[1:]):
        yield


def no_snapshot(sealed: Any) -> Iterator[None]:
    with file_as(sealed.place.state.latest(), None):
        yield


def a_damaged_snapshot(sealed: Any) -> Iterator[None]:
    path = sealed.place.state.latest()
    whole = path.read_bytes()
    with file_as(path, whole[:-9] + bytes((whole[-9] ^ 1,)) + whole[-8:]):
        yield


def another_snapshot_in_its_place(sealed: Any) -> Iterator[None]:
    """Under the name of the one the plan was made from."""
    path = sealed.place.state.latest()
    with file_as(path, sealed.place.state.snapshot_path(sealed.before.code).read_bytes()):
        yield


_TURNED: dict[str, tuple[Turn, str]] = {
    "another site": (setting(lambda o: o.update(site_id="elsewhere")), "is for site 'generated', this is 'elsewhere'"),
    "a spent plan": (
        in_the_journal(("job begun", "", {"plan": "ours"}), ("arming", "x", {}), ("device ended", "x", {"result": "confirmed"})),
        "is spent: job J0099-AAAA-BBBB",
    ),
    "a device that another job left open": (
        in_the_journal(("job begun", "", {"plan": "0"}), ("arming", "x", {})),
        "g1-acc0001: nobody knows what became of job J0099-AAAA-BBBB there",
    ),
    "a lease of another job": (held_elsewhere, "g1-acc0001: .*K0099-AAAA-BBBB.*kim on hq-ops2"),
    "a change of others that waits": (another_change_waits, r"g1-acc0001: another change \(theirs\)"),
    "another certificate": (another_certificate, "g1-acc0001"),
    "another certificate enrolled": (another_pin, "g1-acc0001: its enrolled identity is AB:AB"),
    "no certificate enrolled": (no_pin, "g1-acc0001"),
    "another serial number": (another_serial, "g1-acc0002: its serial number is TWIN00000000"),
    "one line on the device": (
        on_the_switch("interface Ethernet9", "description foreign"), "g1-acc0001: its running .*description foreign"
    ),
    "one digit on the device": (
        on_the_switch("ip access-list LOCAL", "no 10", "10 permit ip host 192.0.2.2 any"),
        r"g1-acc0001: its running .*host 192\.0\.2\.2 any",
    ),
    "two lines of a list that change places": (
        on_the_switch("ip access-list LOCAL", "no 10", "no 20", "10 deny ip any any", "20 permit ip host 192.0.2.1 any"),
        "g1-acc0001: its running .*10 deny ip any any",
    ),
    "a password on the device": (
        on_the_switch("username rescue privilege 15 role network-admin secret sha512 $6$abc$def"),
        "g1-acc0001: its running .*username rescue .*lw-secret-",
    ),
    "a community on the device": (
        on_the_switch("no snmp-server community by-hand", "snmp-server community other ro"),
        "g1-acc0001: its running .*snmp-server community lw-secret-",
    ),
    "what is not saved there": (saved_meanwhile, "g1-acc0001: what is not saved there is not what the plan found"),
    "an address": (
        setting(lambda o: o["endpoints"]["g1-acc0001"].update(host="127.0.0.2")),
        r"g1-acc0001: planned at 127\.0\.0\.1 port \d+, it is now at 127\.0\.0\.2",
    ),
    "a port": (
        setting(lambda o: o["endpoints"]["g1-acc0001"].update(port=1)), r"g1-acc0001: planned at .* it is now at .* port 1\b"
    ),
    "a jump host where none can be": (
        setting(lambda o: o["endpoints"]["g1-acc0001"].update(jump="edge")), "g1-acc0001: .*cannot go through a jump host"
    ),
    "one login where that cannot be": (
        setting(lambda o: o["login"]["eos"].update(session="single-login")), "g1-acc0001: .*cannot keep a single login"
    ),
    "who logs in": (setting(lambda o: o["login"]["eos"].update(username="other")), r"settings .*: login\.eos"),
    "the timer that changes have": (setting(lambda o: o["apply"].update(timer=61)), "settings .*: apply"),
    "how long all must hold": (setting(lambda o: o["apply"].update(settle=1)), "settings .*: apply"),
    "whether neighbours are looked at": (setting(lambda o: o["apply"].update(neighbours=False)), "settings .*: apply"),
    "how long a back-out is agreed to": (setting(lambda o: o["apply"].update(back_out_hours=1)), "settings .*: apply"),
    "whose checks": (setting(lambda o: o["apply"].update(checks=[])), "settings .*: apply"),
    "the markings": (setting(lambda o: o.update(marking="SECRET")), "settings .*: markings"),
    "templates of the source": (setting(lambda o: o.update(source_templates={"use": True})), "settings .*: source_templates"),
    "the patience with a session": (setting(lambda o: o.update(timeout=29)), "settings .*: ssh"),
    "a template": (another_template, r"templates not as it was made with: config/eos/lldp\.j2"),
    "a check": (another_check, r"checks not as it was made with: checks/own\.py"),
    "a secret": (another_secret, r"g1-acc0001: a secret has another value .*local/rescue"),
    "the site's key": (another_key, "g1-acc0001: "),
    "a field that was read": (in_the_data("first", description="moved"), "g1-acc0001 interfaces Ethernet5 description: "),
    "what was applied last": (base_is(change="1111-2222"), "g1-acc0001: it starts from lab .*1111-2222"),
    "the text of what was applied last": (base_is(intended="vlan 9\n"), "g1-acc0001: what it starts from"),
    "no snapshot": (no_snapshot, "snapshot"),
    "a damaged snapshot": (a_damaged_snapshot, "lwsnap"),
    "a snapshot in the place of another": (another_snapshot_in_its_place, "snapshot"),
}  # fmt: skip
#: Settings or a state folder that cannot be used at all: bad input (2), and just as little is written.
_USAGE = {"a jump host where none can be", "one login where that cannot be", "no snapshot"}


@pytest.mark.parametrize("what", list(_TURNED))
def test_one_thing_is_another_and_nothing_is_written(sealed: Any, what: str) -> None:
    turn, named = _TURNED[what]
    with sealed.untouched(), contextmanager(turn)(sealed):
        code, said = sealed.apply()
    assert re.search(named, said), said
    assert "next: " in said.lower(), said
    assert not re.search(r"\b(\S+): \1: ", said), "a device is named once"
    assert code == (2 if what in _USAGE else 3), said
    assert what in _USAGE or "REFUSED, nothing written" in said


@pytest.fixture
def software(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """All that does the work, as it lies there, in a copy."""
    installed = {name: contents._folder(name) for name in contents.LIBRARIES}
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(contents._PACKAGE, tmp_path / "linewright", ignore=ignore)
    shutil.copytree(contents._PACKAGE.parent / "tasks", tmp_path / "tasks", ignore=ignore)
    shutil.copytree(installed["napalm_frr"], tmp_path / "napalm_frr", ignore=ignore)
    installed["napalm_frr"] = tmp_path / "napalm_frr"
    monkeypatch.setattr(contents, "_PACKAGE", tmp_path / "linewright")
    monkeypatch.setattr(contents, "_folder", lambda name: installed[name])
    contents.contents.cache_clear()
    yield tmp_path
    contents.contents.cache_clear()


def test_a_letter_in_what_does_the_work_is_found_by_its_content(sealed: Any, software: Path) -> None:
    for file, named in (
        ("linewright/change/step.py", "linewright/change"),
        ("linewright/devices/frr/restore.sh", "linewright/devices"),
        ("linewright/platforms/eos.toml", "linewright/platforms"),
        ("linewright/files.py", "linewright"),
        ("tasks/push.py", "tasks"),
        ("napalm_frr/__init__.py", "napalm_frr"),
    ):
        whole = (software / file).read_bytes()
        contents.contents.cache_clear()
        with sealed.untouched(), file_as(software / file, whole + b" "):
            code, said = sealed.apply()
        assert re.search(rf"software not as it was made with: {named}$", said, re.MULTILINE), (file, said)
        assert code == 3


def test_what_happens_elsewhere_keeps_nothing_from_being_carried_out(alone: Any) -> None:
    box, boxes = alone.fleet.boxes[alone.first], alone.fleet.boxes
    boxes[alone.elsewhere].operator("vlan 999", "interface Ethernet3", "description foreign")
    boxes[alone.elsewhere].sessions.enter("theirs", boxes[alone.elsewhere].running)
    boxes[alone.elsewhere].sessions.commit("theirs", boxes[alone.elsewhere].running, 600)
    boxes[alone.elsewhere].serial = "TWIN00000000"
    boxes[alone.beside].operator("interface Ethernet3", "description foreign")
    trust = alone.folder / ".linewright" / "trust"
    Trust(trust).accept(Identity(device=alone.elsewhere, kind="tls", key="ab" * 32))
    alone.settings(lambda ours: ours["endpoints"][alone.elsewhere].update(port=1))
    alone.settings(lambda ours: ours["login"].update(frr={"username": "other"}))
    alone.settings(lambda ours: ours.update(netbox={"url": "https://127.0.0.1:1"}, collect={"parallel": 3}))
    (alone.folder / "templates" / "config" / "frr").mkdir(parents=True)
    (alone.folder / "templates" / "config" / "frr" / "main.j2").write_text("{% this is no template")
    alone.want(alone.elsewhere, description="elsewhere")
    alone.of_the_device(alone.first, asset_tag="A-1", rack="R1", description="nobody reads this")
    journal = alone.place.state.journal()
    journal.append("J0099-AAAA-BBBB", "job begun", plan="0")
    journal.append("J0099-AAAA-BBBB", "arming", alone.elsewhere)
    journal.leases.take(alone.elsewhere, "K0099-AAAA-BBBB", seconds=3600, holder=_ELSEWHERE)
    journal.close()
    drift = [line for line in box.text(box.running, "x").splitlines() if "by hand" in line or "LOCAL" in line]
    code, said = alone.apply()
    assert code == 0, said
    assert "Current by snapshot" in said
    assert "2 confirmed" in said
    for name in (alone.first, alone.second):
        assert "description wanted" in boxes[name].text(boxes[name].running, "x")
    assert [line for line in box.text(box.running, "x").splitlines() if line in drift] == drift
    with alone.untouched():
        code, said = alone.apply()
    assert code == 3
    assert "is spent: job J0002-" in said
