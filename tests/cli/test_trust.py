"""Enrolling identities from the command line, on simulated devices."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.operate.demo import demo_site

DEVICE = "hq-acc1"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with demo_site(tmp_path) as (place, _snapshot, _fleet):
        login = {"eos": {"username": "admin", "password": "login/eos"}, "frr": {"username": "ops"}}
        endpoints = {
            name: {"host": at.host, "port": at.port} for name, at in place.settings.endpoints.items()
        }
        ours = {"site_id": "demo", "trust": ".linewright/trust", "login": login, "endpoints": endpoints}
        (tmp_path / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
        yield tmp_path


def run(site: Path, *words: str) -> int:
    return ended(root, ["--site-folder", str(site), "trust", *words])


def replace_pin(site: Path) -> None:
    pins = site / ".linewright" / "trust" / "tls.json"
    known = yaml.safe_load(pins.read_text())
    pins.write_text(json.dumps(known | {DEVICE: "ab" * 32}))


def test_what_is_enrolled_is_shown_and_found_again(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(site, "show") == 0
    shown = capsys.readouterr().out
    assert run(site, "scan", "--device", DEVICE) == 0
    scanned = capsys.readouterr().out
    fingerprint = scanned.splitlines()[1].split()[2]
    assert fingerprint in shown
    assert scanned.splitlines()[1].endswith("enrolled")


def test_a_changed_identity_is_a_finding_and_is_not_taken_unasked(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_pin(site)
    assert run(site, "scan", "--device", DEVICE) == 1
    assert "CHANGED" in capsys.readouterr().out
    assert run(site, "accept", "--device", DEVICE, "--yes") == 3
    assert f"{DEVICE}: another identity is enrolled" in capsys.readouterr().err
    assert run(site, "accept", "--device", DEVICE, "--yes", "--replace") == 0
    assert run(site, "scan", "--device", DEVICE) == 0


def test_nobody_at_the_terminal_enrols_nothing_without_yes(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (site / ".linewright" / "trust" / "tls.json").unlink()
    assert run(site, "accept", "--device", DEVICE) == 2
    assert "nobody is here to compare fingerprints" in capsys.readouterr().err
    assert run(site, "show") == 0
    assert "Nothing is enrolled yet" in capsys.readouterr().out


def test_a_device_that_does_not_answer_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = yaml.safe_load((site / "nornir.yaml").read_text())
    settings["user_defined"]["linewright"]["endpoints"][DEVICE]["port"] = 1
    (site / "nornir.yaml").write_text(yaml.safe_dump(settings))
    assert run(site, "scan", "--device", DEVICE) == 4
    assert f"{DEVICE} (127.0.0.1 port 1) shows no identity" in capsys.readouterr().err
