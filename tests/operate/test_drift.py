"""Drift of simulated devices: every line has a maker, in every form, and noise alone is no finding."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import ExitCode
from linewright.operate.applying import apply_plan
from linewright.operate.demo import edited
from linewright.operate.drifting import drift_network
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope, in_scope
from linewright.reports import junit, markdown
from linewright.reports.drift import DeviceDrift, Drift, document, summary, text

SCOPE = Scope(filters=("platform=arista-eos",))


def quiet(*_: Any) -> None:
    pass


def drift(twins: Any, snapshot: Any = None, **more: Any) -> Drift:
    snapshot = snapshot or twins.snapshot
    return drift_network(
        twins.place, snapshot, in_scope(snapshot, SCOPE, twins.place.settings), quiet, **more
    )


def makers(found: Drift) -> dict[str, set[str]]:
    return {device.device: {line.origin for line in device.lines} for device in found.differing}


def test_devices_as_applied_have_none(twins: Any) -> None:
    found = drift(twins)
    assert found.code == ExitCode.DONE
    assert text(found)[0].startswith(
        f"No drift on the {len(found.devices)} devices compared: they run what was applied"
    )


def _some(*, compared: int = 0, missed: int = 0, applied: str = "9C41-77D0") -> Drift:
    good = [DeviceDrift(device=f"r{number}", applied=applied) for number in range(compared)]
    bad = [
        DeviceDrift(device=f"x{number}", problem="was not reached", unreached=True, code=4)
        for number in range(missed)
    ]
    return Drift(devices=(*good, *bad))


def test_nothing_compared_is_not_told_as_no_drift() -> None:
    found = _some(missed=3)
    assert text(found)[0] == "Not compared: 3 of 3 devices."
    whole = json.loads(document(found))
    assert whole["drift"] is None
    assert whole["compared"] == 0
    for form in (junit.drift_document(found).decode(), markdown.drift_document(found)):
        assert "No drift" not in form
        assert "Not compared: 3 of 3" in form


def test_no_drift_is_said_of_what_was_compared_only() -> None:
    found = _some(compared=8, missed=3)
    assert text(found)[0].startswith("No drift on the 8 devices compared: ")
    assert "3 devices not compared." in summary(found)
    assert json.loads(document(found))["drift"] is False
    assert json.loads(document(found))["compared"] == 8


def test_applied_is_said_only_where_a_plan_was_applied() -> None:
    assert "what was applied" not in text(_some(compared=2, applied=""))[0]
    mixed = Drift(devices=(*_some(compared=1).devices, DeviceDrift(device="new")))
    assert "no plan was ever applied to 1 of them" in summary(mixed)


def test_each_line_has_its_maker_and_equal_differences_stand_together(twins: Any) -> None:
    for name in ("kit-acc1", "r2-acc1"):
        twins.fleet.boxes[name].operator("interface Ethernet5", "description by hand")
    after = edited(twins.snapshot)
    found = drift(twins, after)
    assert found.code == ExitCode.FINDING
    assert makers(found) == {
        "hq-acc1": {"ours"}, "hq-acc2": {"ours"}, "kit-acc1": {"out of band"}, "r2-acc1": {"out of band"},
    }  # fmt: skip
    told = "\n".join(text(found))
    assert "2 devices alike: kit-acc1, r2-acc1" in told
    assert told.count("description by hand") == 1
    assert max(map(len, text(found))) <= 80


def test_what_was_pushed_is_no_drift_any_more(twins: Any) -> None:
    after = edited(twins.snapshot)
    twins.place.keep(after)
    plan = make_plan(twins.place, after, Request(scope=SCOPE), quiet).plan
    assert plan is not None
    apply_plan(twins.place, plan, quiet, quiet)
    assert drift(twins, after).code == ExitCode.DONE
    assert drift(twins, after).devices[0].applied == plan.code


def test_done_by_hand_as_intended_is_counted_and_no_finding(twins: Any) -> None:
    twins.fleet.boxes["hq-acc1"].operator("vlan 240", "name video")
    found = {device.device: device for device in drift(twins, edited(twins.snapshot)).devices}
    assert found["hq-acc1"].agreed == 2
    assert not [line for line in found["hq-acc1"].lines if "240" in line.line and line.line == "vlan 240"]


def test_lines_that_no_template_writes_are_noise(twins: Any) -> None:
    before = {device.device: device.not_ours for device in drift(twins).devices}
    twins.fleet.boxes["hq-acc1"].operator("snmp-server community hunter2xCommunity ro")
    found = drift(twins, noise=True)
    assert found.code == ExitCode.DONE
    noisy = found.devices[0]
    assert noisy.not_ours == before["hq-acc1"] + 1
    assert not [line for line in noisy.noise if "hunter2" in line.line]
    assert any("snmp-server community lw-secret-" in line.line for line in noisy.noise)


def test_a_device_that_was_never_ours_is_said_so(twins: Any) -> None:
    (twins.place.state.folder / "applied" / "hq-acc1.json").unlink()
    twins.fleet.boxes["hq-acc1"].operator("interface Ethernet5", "description by hand")
    found = drift(twins)
    assert makers(found) == {"hq-acc1": {"unknown"}}
    assert "not as intended" in "\n".join(text(found))
    device = json.loads(document(found))["devices"][0]
    assert device["applied"] is None
    assert {line["origin"] for line in device["lines"]} == {"not as intended"}
    assert "unknown" not in junit.drift_document(found).decode()


def test_who_did_not_answer_is_told_and_the_rest_is_compared(twins: Any) -> None:
    twins.fleet.servers.pop("hq-acc3").stop()
    twins.fleet.servers.pop("r1-acc1").stop()
    twins.fleet.boxes["hq-acc1"].operator("interface Ethernet5", "description by hand")
    found = drift(twins)
    assert found.code == ExitCode.NOT_REACHED
    told = "\n".join(text(found))
    assert told.count("was not reached") == 0
    assert told.count("NOT COMPARED  2 devices were not reached") == 1
    assert "by hand" in told


HOSTILE = "x]]><b>`|\x1b[2J\x0b\ufffe & \"'"


@pytest.fixture
def hostile(twins: Any) -> Drift:
    twins.fleet.boxes["hq-acc1"].operator("interface Ethernet5", "description by hand")
    found = drift(twins)
    device = found.devices[0]
    lines = tuple(msgspec.structs.replace(line, line=f"description {HOSTILE}") for line in device.lines)
    evil = msgspec.structs.replace(device, device=HOSTILE, lines=lines)
    error = msgspec.structs.replace(found.devices[1], device="e", problem=HOSTILE, code=4, unreached=True)
    return msgspec.structs.replace(found, devices=(evil, error))


def test_junit_is_xml_whatever_a_device_says(hostile: Drift) -> None:
    tree = ET.fromstring(junit.drift_document(hostile))
    assert tree.get("failures") == tree.get("errors") == "1"
    failure = tree.find(".//failure")
    assert failure is not None
    assert "x]]><b>" in (failure.text or "")
    assert b"\x1b" not in junit.drift_document(hostile)
    assert {p.get("name") for p in tree.findall(".//property")} == {
        "marking", "snapshot", "compared", "summary",
    }  # fmt: skip


def test_markdown_shows_what_a_device_says_as_text(hostile: Drift) -> None:
    shown = markdown.drift_document(hostile)
    assert "\x1b" not in shown
    fences = [line for line in shown.splitlines() if line.startswith("```")]
    assert len(fences) == 2
    outside = shown.split("````diff")[0] + shown.split("````")[-1] if "````diff" in shown else shown
    assert "<b>" not in outside.split("```diff")[0]


def test_json_is_whole_and_the_same_for_the_same(hostile: Drift) -> None:
    whole = json.loads(document(hostile))
    assert whole["schema"] == "linewright.drift/1"
    assert whole["devices"][0]["lines"][0]["line"] == f"description {HOSTILE}"
    assert document(hostile) == document(hostile)


def test_no_terminal_line_steers_a_terminal(hostile: Drift) -> None:
    assert all(line.isprintable() for line in text(hostile))


@pytest.mark.parametrize("form", ["text", "json", "junit", "markdown"])
def test_the_command_ends_as_documented_in_every_form(
    twins: Any, tmp_path: Path, capsys: Any, monkeypatch: Any, form: str
) -> None:
    import linewright.cli.drift as command

    monkeypatch.setattr(command, "here", lambda _context: twins.place)
    words = ["drift", "--device", "hq-acc1", "--format", form]
    assert ended(root, words) == 0
    twins.fleet.boxes["hq-acc1"].operator("interface Ethernet5", "description by hand")
    capsys.readouterr()
    assert ended(root, words) == 1
    assert "by hand" in capsys.readouterr().out
