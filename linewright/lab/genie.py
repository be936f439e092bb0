"""An environment with Genie beside our own: `pyats run job` needs it, and nothing of ours wants it.

pyATS without Genie runs AEtest; its command line does not start (26.9: `pyats run job` imports genie.libs.clean). Genie in
our environment would make every import of Netmiko load it (1.1 s instead of 0.24), so it lies in the cache, once per
version of pyATS and Python, and sees our packages when it is used.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from linewright import children
from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.lab.netbox.database import one_at_a_time
from linewright.lab.netbox.version import cache_root

_SECONDS = 1800
_MADE = ".made"


def missing() -> str:
    """Why `pyats run job` cannot be used here now; empty when it can."""
    try:
        where = _folder()
    except PackageNotFoundError:
        return "pyATS is not installed"
    return (
        ""
        if (where / _MADE).exists()
        else "Genie (600 MB) is not in the cache; LINEWRIGHT_REQUIRE=pyats puts it there"
    )


def ensure() -> Path:
    """The folder of the environment's commands; made if it is not there.

    Raises:
        FacilityError: it could not be made; the message ends with pip's last lines.
    """
    where = _folder()
    python = where / "bin" / "python"
    if (where / _MADE).exists():
        return python.parent
    where.parent.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(where.parent):
        if not (where / _MADE).exists():
            shutil.rmtree(where, ignore_errors=True)
            _run([sys.executable, "-m", "venv", str(where)], {})
            wanted = f"genie=={version('pyats')}"
            _run(
                [
                    str(python),
                    "-m",
                    "pip",
                    "--disable-pip-version-check",
                    "--no-input",
                    "install",
                    "--quiet",
                    wanted,
                ],
                {"PYTHONPATH": packages()},
            )
            # pyATS looks for its own command on PATH; ours belongs to an environment without Genie.
            script = where / "bin" / "pyats"
            write_whole(
                script, f"#!{python}\nfrom pyats.cli.__main__ import main\nmain()\n".encode(), mode=0o755
            )
            (where / _MADE).touch()
    return python.parent


def packages() -> str:
    """Where our own packages lie, as PYTHONPATH says it: the environment we run in, and ourselves."""
    return os.pathsep.join((sysconfig.get_path("purelib"), str(Path(__file__).resolve().parents[2])))


def _folder() -> Path:
    return (
        cache_root(os.environ, Path.home())
        / f"genie-{version('pyats')}-{sys.implementation.cache_tag}"
        / "venv"
    )


def _run(command: list[str], more: dict[str, str]) -> None:
    # pip is set up by files and variables of the user's own: they are handed on whole.
    environment = children.inherited(without=("PYTHON",))
    try:
        ended = subprocess.run(
            command,
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FacilityError(f"an environment with Genie could not be made: {error}") from None
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines()[-5:]
        raise FacilityError(
            "an environment with Genie could not be made" + "".join(f"\n  {line[:300]}" for line in said)
        )
