"""The same verdicts by our own checks, by AEtest in a child, and by `pyats run job`; and nothing leaks on the way."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.checks.compliance import Limits, Verdict
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError
from linewright.lab import genie
from linewright.operate.collecting import collect
from linewright.operate.compliance import aetested
from linewright.operate.compliance.checking import Checked, check, write_testbed
from linewright.operate.demo import SLUG
from linewright.operate.scope import InScope, Scope, in_scope

pytestmark = pytest.mark.slow

_LIMITS = Limits(uptime=0)


def quiet(*_: Any) -> None:
    pass


def scope(twins: Any) -> InScope:
    return in_scope(twins.snapshot, Scope(filters=(f"platform={SLUG}",)), twins.place.settings)


def checked(twins: Any, **more: Any) -> Checked:
    return check(twins.place, twins.snapshot, scope(twins), quiet, limits=_LIMITS, **more)


def told(verdicts: tuple[Verdict, ...]) -> list[tuple[str, str, str]]:
    return [(verdict.check, verdict.device, verdict.outcome) for verdict in verdicts]


def test_offline_online_and_by_pyats_say_the_same(twins: Any, tmp_path: Path):
    twins.fleet.servers.pop("hq-acc3").stop()
    online = checked(twins)
    assert [(problem.device, problem.code) for problem in online.unread] == [("hq-acc3", 4)]
    assert {outcome for _, _, outcome in told(online.verdicts)} >= {"pass", "not reviewed"}
    collect(twins.place, scope(twins), quiet, into=tmp_path / "seen")
    offline = checked(twins, collected=tmp_path / "seen")
    by_pyats = checked(twins, collected=tmp_path / "seen", by_pyats=True)
    assert msgspec.json.encode(by_pyats.verdicts) == msgspec.json.encode(offline.verdicts)
    assert [v for v in told(offline.verdicts) if v[1] != "hq-acc3"] == [
        v for v in told(online.verdicts) if v[1] != "hq-acc3"
    ]


@pytest.mark.pyats
def test_as_pyats_users_run_it(twins: Any, tmp_path: Path, checkout: Path):
    testbed, archive = tmp_path / "testbed.yaml", tmp_path / "archive"
    write_testbed(twins.place, twins.snapshot, scope(twins), testbed, _LIMITS)
    place = twins.place
    # The child reads the site's settings from its folder; the endpoints of the twins stand only in this process.
    endpoints = {name: msgspec.to_builtins(found) for name, found in place.settings.endpoints.items()}
    logins = {name: msgspec.to_builtins(found) for name, found in place.settings.login.items()}
    ours = {"endpoints": endpoints, "login": logins, "secrets": msgspec.to_builtins(place.settings.secrets)}
    ours |= {"trust": place.settings.trust, "state": place.settings.state, "site_id": place.settings.site_id}
    folder = Path(place.settings.root)
    (folder / "nornir.yaml").write_text(msgspec.yaml.encode({"user_defined": {"linewright": ours}}).decode())
    commands = genie.ensure()
    run = subprocess.run(
        [commands / "pyats", "run", "job", str(checkout / "tests/compliance/job.py"),
         "--testbed-file", str(testbed), "--archive-dir", str(archive), "--no-mail", "--no-archive-subdir"],
        env={"PATH": f"{commands}:{os.defpath}", "HOME": str(tmp_path), "LANG": "C.UTF-8",
             "PYTHONPATH": genie.packages()},
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-2000:]
    # pyATS keeps its run in an archive; the verdicts lie in it beside the log.
    (zipped,) = archive.rglob("*.zip")
    with zipfile.ZipFile(zipped) as kept:
        (name,) = [name for name in kept.namelist() if name.endswith("linewright-verdicts.json")]
        (tmp_path / "verdicts.json").write_bytes(kept.read(name))
        everything = b"".join(kept.read(name) for name in kept.namelist())
    found = aetested.read(tmp_path / "verdicts.json")
    assert sorted(told(found)) == sorted(told(checked(twins).verdicts))
    password = place.secrets.credential("login/eos").encode()
    assert password not in everything
    assert password not in testbed.read_bytes()


def test_pyats_in_a_child_is_given_nothing_of_ours(
    twins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LINEWRIGHT_SECRET_PLANTED", "hunter2-in-the-environment")
    monkeypatch.setattr(sys, "argv", ["lw", "check", "--pyats", "-p", "nonsense"])
    kept = tmp_path / "kept"
    kept.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(kept))
    script = tmp_path / "site/tests/compliance/network.py"
    script.parent.mkdir(parents=True)
    script.write_text(
        "import os, sys\nfrom pathlib import Path\nfrom pyats import aetest\n"
        "class CommonSetup(aetest.CommonSetup):\n"
        "    @aetest.subsection\n"
        "    def leak(self, testbed):\n"
        "        told = (dict(os.environ), sys.argv, testbed.custom)\n"
        f"        Path({str(tmp_path / 'leak')!r}).write_text(repr(told))\n"
    )
    place = msgspec.structs.replace(
        twins.place, site=msgspec.structs.replace(twins.place.site, root=tmp_path / "site")
    )
    with pytest.raises(DataError, match="no verdicts"):
        check(place, twins.snapshot, scope(twins), quiet, limits=_LIMITS, by_pyats=True)
    leak = (tmp_path / "leak").read_text()
    assert "hunter2" not in leak
    assert "nonsense" not in leak
    assert "snapshot_file" in leak
    assert "site_folder" not in leak
    assert str(place.settings.path(place.settings.state)) not in leak
    assert [*kept.iterdir()] == []


def test_collected_files_that_are_not_what_they_should_be(twins: Any, tmp_path: Path):
    with pytest.raises(DataError, match="no such folder"):
        checked(twins, collected=tmp_path / "gone")
    (tmp_path / "hq-acc1.json").write_text('{"device":"hq-acc2","platform":"eos","seen":""}')
    with pytest.raises(DataError, match="holds hq-acc2, not hq-acc1"):
        checked(twins, collected=tmp_path)
    (tmp_path / "hq-acc1.json").write_bytes(b'{"device":"hq-acc1","pla')
    with pytest.raises(DataError, match="not what lw collect writes"):
        checked(twins, collected=tmp_path)


def test_what_was_not_read_today_is_not_judged_by_yesterdays_file(
    twins: Any, tmp_path: Path, capsys: Any, monkeypatch: Any
):
    import linewright.cli.check as command

    collect(twins.place, scope(twins), quiet, into=tmp_path / "seen")
    twins.fleet.servers.pop("hq-acc3").stop()
    collect(twins.place, scope(twins), quiet, into=tmp_path / "seen")
    assert not (tmp_path / "seen" / "hq-acc3.json").exists()
    offline = checked(twins, collected=tmp_path / "seen")
    assert {v.reason for v in offline.verdicts if v.device == "hq-acc3"} == {"nothing was collected from it"}
    path = tmp_path / "seen" / "hq-acc1.json"
    old = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode(old | {"seen": "2020-01-01T00:00:00Z"}))
    monkeypatch.setattr(command, "here", lambda _context: twins.place)
    arguments = ["check", "--filter", f"platform={SLUG}", "--collected", str(tmp_path / "seen")]
    ended(root, arguments)
    assert "Seen 2020-01-01T00:00:00Z to 20" in capsys.readouterr().out
    ended(root, [*arguments, "--format", "json"])
    assert msgspec.json.decode(capsys.readouterr().out)["seen"] == "2020-01-01T00:00:00Z"
