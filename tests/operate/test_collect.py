"""Collecting from simulated devices: everything is kept, nothing is written to them, no secret stays in clear."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.devices.read import EVERYTHING
from linewright.errors import ExitCode, FacilityError, UsageError
from linewright.lab.twin.box import Box
from linewright.lab.twin.faults import Fault
from linewright.model.observation import Observation
from linewright.operate import collecting
from linewright.operate.collecting import collect, document
from linewright.operate.scope import Scope, in_scope
from linewright.platforms import rules
from linewright.reports.collected import Collected, text

SCOPE = Scope(filters=("platform=arista-eos",))
SECRET = "hunter2xCommunity"
READS = [rule for rule in rules("eos").commands if rule.when == "read"]


def quiet(*_: Any) -> None:
    pass


def collected(twins: Any, scope: Scope = SCOPE, **more: Any) -> Collected:
    return collect(twins.place, in_scope(twins.snapshot, scope, twins.place.settings), quiet, **more)


def test_everything_is_read_and_kept_and_written(twins: Any, tmp_path: Path) -> None:
    found = collected(twins, into=tmp_path / "out")
    assert found.code == ExitCode.DONE
    assert len(list((tmp_path / "out").iterdir())) == len(found.devices) > 5
    seen = msgspec.json.decode((tmp_path / "out" / "hq-acc1.json").read_bytes(), type=Observation)
    assert seen == twins.place.state.seen("hq-acc1")
    assert seen.missing == {}
    assert all(getattr(seen, facet) is not None for facet in EVERYTHING)
    assert seen.facts is not None
    assert (seen.facts.vendor, seen.facts.hostname) == ("Arista", "hq-acc1")
    ports = {port.name: port for port in seen.ports or ()}
    assert (ports["Ethernet17"].speed, ports["Ethernet17"].mtu, ports["Ethernet17"].up) == (
        1_000_000,
        1500,
        True,
    )
    assert ports["Ethernet17"].mac == ports["Ethernet17"].mac.lower()
    assert {(n.port, n.device, n.remote_port) for n in seen.neighbors or ()} >= {
        ("Ethernet17", "hq-leaf1", "eth3")
    }
    assert any(address.port == "Loopback0" for address in seen.addresses or ())


def test_nothing_is_written_to_a_device(twins: Any) -> None:
    before = {name: box.running.render() for name, box in twins.fleet.boxes.items()}
    collected(twins, commands=("show version",))
    for name, box in twins.fleet.boxes.items():
        assert box.running.render() == before[name]
        rest = [c for c in box.commands() if not any(re.fullmatch(rule.pattern, c) for rule in READS)]
        assert not rest, rest


def test_the_table_has_one_line_per_device_and_fits_a_screen(twins: Any) -> None:
    found = collected(twins)
    lines = text(found)
    for name in found.devices:
        assert len([line for line in lines if line.startswith(f"{name} ")]) == 1
    assert max(map(len, lines)) <= 80


def test_who_does_not_answer_is_told_once_and_the_rest_is_kept(twins: Any, tmp_path: Path) -> None:
    for name in ("hq-acc3", "r1-acc1"):
        twins.fleet.servers.pop(name).stop()
    found = collected(twins, into=tmp_path)
    assert found.code == ExitCode.NOT_REACHED
    assert sorted(found.unreached) == ["hq-acc3", "r1-acc1"]
    told = "\n".join(text(found))
    assert told.count("NOT REACHED") == 1
    assert "hq-acc3, r1-acc1" in told
    assert not (tmp_path / "hq-acc3.json").exists()
    parsed = json.loads("".join(document(twins.place, found)))
    assert [device["device"] for device in parsed["devices"]] == list(found.devices)
    assert [d["device"] for d in parsed["devices"] if d.get("error")] == ["hq-acc3", "r1-acc1"]


def test_a_facet_that_is_refused_is_missing_with_its_reason_and_the_rest_is_there(twins: Any) -> None:
    twins.fleet.boxes["hq-acc1"].faults.add(Fault("show lldp", "error", times=9))
    found = collected(twins)
    assert set(found.devices["hq-acc1"].missing) == {"neighbors"}
    assert found.devices["hq-acc1"].ports > 0
    assert "no neighbors from hq-acc1" in "\n".join(text(found))


def test_a_command_that_one_device_refuses_takes_no_other_answer_down(twins: Any) -> None:
    found = collected(twins, Scope(devices=("hq-acc1",)), commands=("show nonsense", "show version"))
    seen = twins.place.state.seen("hq-acc1")
    assert "show nonsense" in seen.missing
    assert "vEOS" in seen.commands["show version"]
    assert found.code == ExitCode.DONE


@pytest.mark.parametrize(
    "command",
    ["configure", "sh version", "show", "show version | redirect flash:x", "show x; reload", "show x\nreload",
     "show x > flash:y", "show x && y", "shows x", "show \x1b[2J", "write memory", "show x\\", "show é", "show " + "x" * 300],
)  # fmt: skip
def test_what_does_more_than_show_is_refused_before_a_device_is_asked(twins: Any, command: str) -> None:
    with pytest.raises(UsageError):
        collected(twins, commands=(command,))
    assert not twins.fleet.boxes["hq-acc1"].commands()


def test_no_secret_is_in_any_file_of_ours(twins: Any, tmp_path: Path, capsys: Any, monkeypatch: Any) -> None:
    """Planted in a configuration, in what is heard by LLDP, and in answers to commands."""
    import linewright.cli.collect as command

    monkeypatch.setattr(command, "here", lambda _context: twins.place)
    box: Box = twins.fleet.boxes["hq-acc1"]
    box.operator(f"snmp-server community {SECRET} ro")
    box.operator("interface Ethernet17", f"description see {SECRET} there")
    box.operator("interface Ethernet18", "description snmp-server community hunter4x")
    code = ended(
        root,
        ["collect", "--device", "hq-acc1", "--command", "show running-config", "-o", str(tmp_path / "out")],
    )
    assert code == 0
    assert ended(root, ["collect", "--device", "hq-acc1", "--command", "show running-config"]) == 0
    assert (
        ended(
            root, ["collect", "--device", "hq-acc1", "--command", "show running-config", "--format", "json"]
        )
        == 0
    )
    printed = capsys.readouterr()
    seen = twins.place.state.seen("hq-acc1")
    answer = seen.commands["show running-config"]
    community = next(
        line for line in (seen.running or "").splitlines() if "community" in line and "snmp" in line[:5]
    )
    assert community in answer.splitlines(), "the same secret has the same token in an answer"
    files = [p for p in tmp_path.rglob("*") if p.is_file() and "secrets" not in p.parts]
    assert len(files) > 2
    for planted in (SECRET, "hunter4x"):
        assert planted not in printed.out + printed.err
        for path in files:
            assert planted.encode() not in path.read_bytes(), path
    ports = {port.name: port.description for port in seen.ports or ()}
    assert SECRET not in ports["Ethernet17"]
    assert "hunter4x" not in ports["Ethernet18"]


def test_a_full_disk_ends_the_run_and_leaves_no_half_file(
    twins: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise FacilityError("no space left on device")

    monkeypatch.setattr(collecting, "write_whole", full)
    with pytest.raises(FacilityError):
        collected(twins, into=tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_the_command_prints_answers_and_ends_with_4_when_one_is_away(
    twins: Any, capsys: Any, monkeypatch: Any
) -> None:
    import linewright.cli.collect as command

    monkeypatch.setattr(command, "here", lambda _context: twins.place)
    assert ended(root, ["collect", "--device", "hq-acc1", "--command", "show version"]) == 0
    assert "hq-acc1: show version" in capsys.readouterr().out
    twins.fleet.servers.pop("hq-acc1").stop()
    assert ended(root, ["collect", "--device", "hq-acc1"]) == 4
    assert ended(root, ["collect", "--command", "reload"]) == 2
