"""A whole command at a terminal that asks for a one-time code: typed, and interrupted."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from linewright.devices.secrets import make_key
from linewright.journal.state import State
from linewright.model.objects import Device, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.workplace import workplace

PASSWORD = "hunter2-planted"


@pytest.fixture
def site(net: Any, tmp_path: Path) -> Path:
    """A site with one router, whose server demands a code."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = net.server("r1")
    server.codes = ["111111"]
    login = {"username": "ops", "password": "env:LOGIN", "codes": True}
    ours = {
        "trust": str(tmp_path), "timeout": 5, "login": {"frr": login},
        "secrets": {"key_file": "site.key", "values_file": "values.yaml"},
        "endpoints": {"r1": {"host": "127.0.0.1", "port": server.port}},
    }  # fmt: skip
    (folder / "nornir.yaml").write_text(yaml.safe_dump({"user_defined": {"linewright": ours}}))
    make_key(folder / "site.key")
    device = Device(
        name="r1", site="s1", role="router", type="box", platform="frr", primary_ip4="127.0.0.1/8"
    )
    tables = Tables(sites=(Site(slug="s1", name="S1"),))
    workplace(folder).keep(Snapshot.build(tables, (device,), Origin(source="test")))
    assert State(folder / ".linewright").latest().is_file()
    return folder


def at_terminal(site: Path, typed: str, *words: str) -> tuple[int, str]:
    """Run a command on a terminal of its own; what is typed at the first question; exit status and what was shown."""
    person, side = pty.openpty()
    main = "import sys; from linewright.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", main, "--site-folder", str(site), *words]
    process = subprocess.Popen(
        # A session of its own whose terminal is ours.
        ["setsid", "--ctty", "--wait", *command],
        stdin=side, stdout=side, stderr=side, env={**os.environ, "LOGIN": PASSWORD, "TERM": "dumb"},
    )  # fmt: skip
    os.close(side)
    shown = b""
    while select.select([person], [], [], 60)[0]:
        try:
            part = os.read(person, 4096)
        except OSError:
            break
        shown += part
        if b"r1: " in shown and typed:
            os.write(person, typed.encode())
            typed = ""
    os.close(person)
    return process.wait(60), shown.decode()


def test_a_code_typed_at_the_terminal_opens_and_is_not_shown(site: Path, net: Any) -> None:
    _status, shown = at_terminal(site, "111111\r", "collect", "--device", "r1")
    assert net.servers["r1"].logins == 1
    assert "one-time code for ops on r1: " in shown
    assert "111111" not in shown
    assert PASSWORD not in shown


def test_ctrl_c_at_the_question_ends_the_command_as_interrupted(site: Path, net: Any) -> None:
    status, shown = at_terminal(site, "\x03", "collect", "--device", "r1")
    assert status == 130, shown
    assert net.servers["r1"].offers == []
    assert "Traceback" not in shown
