"""`lw trust scan --jump` and `accept --jump`: a jump host is enrolled under its own name before it is used."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.devices.trust import Trust


@pytest.fixture
def site(net: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    server = net.server("bastion", enrol=False)
    ours = {
        "trust": "trust",
        "timeout": 5,
        "jumps": {"bastion": {"host": "127.0.0.1", "port": server.port, "username": "ops"}},
    }
    (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
    return folder


def run(site: Path, *words: str) -> int:
    return ended(root, ["--site-folder", str(site), "trust", *words])


def test_a_jump_host_is_seen_enrolled_and_found_changed(
    site: Path, net: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(site, "scan", "--jump", "bastion") == 0
    assert capsys.readouterr().out.split()[-1] == "new"
    assert run(site, "accept", "--jump", "bastion") == 2
    assert "nobody is here to compare" in capsys.readouterr().err
    assert run(site, "accept", "--jump", "bastion", "--yes") == 0
    assert [(one.device, one.kind) for one in Trust(site / "trust").enrolled()] == [("bastion", "jump")]
    assert run(site, "scan", "--jump", "bastion") == 0
    server = net.servers["bastion"]
    other = net.server("other", enrol=False)
    text = (site / "nornir.yaml").read_text()
    (site / "nornir.yaml").write_text(text.replace(str(server.port), str(other.port)))
    capsys.readouterr()
    assert run(site, "scan", "--jump", "bastion") == 1
    assert "CHANGED" in capsys.readouterr().out
    assert run(site, "accept", "--jump", "bastion", "--yes") == 3
    assert server.offers == other.offers == []


def test_a_jump_host_nobody_knows_is_named(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(site, "scan", "--jump", "elsewhere") == 2
    assert "jump host elsewhere: nobody says who logs in there" in capsys.readouterr().err
    assert run(site, "scan", "--jump", "bastion", "--device", "r1") == 2
    assert "without other flags" in capsys.readouterr().err


def test_a_jump_host_that_is_down_is_named(site: Path, net: Any, capsys: pytest.CaptureFixture[str]) -> None:
    net.servers["bastion"].end()
    assert run(site, "scan", "--jump", "bastion") == 4
    assert "bastion (127.0.0.1 port" in capsys.readouterr().err
