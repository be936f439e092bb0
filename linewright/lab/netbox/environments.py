"""NetBox's own virtual environment: made once per release in the cache, from the package index pip is set up for."""

import shutil
import subprocess
from pathlib import Path

from linewright import children
from linewright.errors import FacilityError
from linewright.lab.netbox.database import Progress, one_at_a_time
from linewright.lab.netbox.facilities import Facilities, installed, unfinished
from linewright.lab.netbox.version import VERSION

_SECONDS = 1800


def ensure(facilities: Facilities, progress: Progress) -> None:
    """Make the environment unless it is there; an unfinished one is made anew.

    Raises:
        FacilityError: it could not be made; the message ends with pip's last lines.
    """
    venv = facilities.environment
    if installed(venv):
        return
    with one_at_a_time(venv.parent) as lock:
        if installed(venv):
            return
        if facilities.python is None:
            raise FacilityError("NetBox needs Python 3.12 or newer", hint="run `sudo make lab-deps`")
        unfinished(venv).touch()
        shutil.rmtree(venv, ignore_errors=True)
        progress(f"installing NetBox {VERSION} for {facilities.python}: about 4 minutes, once per release")
        _run([str(facilities.python), "-m", "venv", str(venv)], "making a virtual environment", lock)
        pip = [str(venv / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--no-input"]
        _run([*pip, "install", "--quiet", f"netbox=={VERSION}"], f"installing NetBox {VERSION}", lock)
        unfinished(venv).unlink()


def _run(command: list[str], what: str, lock: int) -> None:
    # Killed with us, where util-linux can see to that; whatever it started keeps the lock until it is done.
    if (setpriv := shutil.which("setpriv")) is not None:
        command = [setpriv, "--pdeathsig", "KILL", *command]
    # pip is set up by files and variables of the user's own: they are handed on whole.
    environment = children.inherited(without=("PYTHON",))
    try:
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            cwd=Path("/"),
            pass_fds=(lock,),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise FacilityError(f"{what} failed: {error}") from None
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).splitlines()[-15:]
        raise FacilityError(
            f"{what} failed" + "".join(f"\n  {line[:300]}" for line in lines),
            hint="pip needs a package index, and psycopg a C compiler and libpq-dev (`sudo make lab-deps`)",
        )
