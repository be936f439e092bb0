"""What this machine must have for a NetBox of its own, and where it is."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from linewright import children
from linewright.errors import FacilityError
from linewright.lab.netbox.interpreters import candidates, first_that_runs
from linewright.lab.netbox.version import OLDEST_POSTGRES, VERSION, cache_root
from linewright.model.natural import natural_key

_HINT = "run `sudo make lab-deps`"
_POSTGRES_ROOTS = ("/usr/lib/postgresql", "/usr/local/pgsql", "/opt/postgresql")
#: Accounts that may run PostgreSQL when we are root, which it refuses to be.
_ACCOUNTS = ("postgres", "_postgres", "nobody")


class Account(NamedTuple):
    """A system account."""

    name: str
    uid: int
    gid: int


class Facilities(NamedTuple):
    """What was found. `account` runs PostgreSQL: None for ourselves. `python` is needed only to make `environment`."""

    postgres: Path
    redis: Path
    account: Account | None
    environment: Path
    python: Path | None


def find(environment: Mapping[str, str] = os.environ) -> Facilities:
    """All that is needed.

    Raises:
        FacilityError: naming everything that is missing.
    """
    absent: list[str] = []
    postgres = postgres_folder(environment)
    if postgres is None:
        absent.append(f"PostgreSQL {OLDEST_POSTGRES} or newer")
    redis = shutil.which("redis-server", path=_search_path(environment))
    if redis is None:
        absent.append("redis-server")
    account = _account()
    if os.geteuid() == 0 and account is None:
        absent.append("an account to run PostgreSQL as (it refuses root)")
    venv = environment_folder(environment)
    python = None
    if not installed(venv):
        python = first_that_runs(candidates(environment, Path.home()))
        if python is None:
            absent.append("Python 3.12 or newer that runs and can make environments")
        # psycopg, which NetBox asks for, is built from source.
        absent += [
            name for name in ("pg_config", "cc") if shutil.which(name, path=_search_path(environment)) is None
        ]
    if absent or postgres is None or redis is None:
        raise FacilityError(
            f"a disposable NetBox cannot be used here: {', '.join(absent)} not found", hint=_HINT
        )
    return Facilities(postgres, Path(redis), account, venv, python)


def missing(environment: Mapping[str, str] = os.environ) -> str:
    """Why a disposable NetBox cannot be used here; empty when it can."""
    try:
        find(environment)
    except FacilityError as error:
        return f"{error.message.partition(': ')[2]}; {error.hint}"
    return ""


def environment_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """NetBox's own virtual environment in the cache."""
    return cache_root(environment, Path.home()) / f"netbox-{VERSION}" / "venv"


def installed(venv: Path) -> bool:
    """Whether an environment is complete: nobody was stopped while making it, and it holds what is started from it."""
    return not unfinished(venv).exists() and all(
        (venv / "bin" / name).exists() for name in ("python", "netbox", "gunicorn")
    )


def unfinished(venv: Path) -> Path:
    """The file that stands beside an environment while it is being made."""
    return venv.parent / "unfinished"


def postgres_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder with the newest PostgreSQL's programs; Debian keeps them off PATH."""
    found: list[Path] = []
    for root in _POSTGRES_ROOTS:
        found += sorted(Path(root).glob("*/bin"), key=lambda path: natural_key(str(path)), reverse=True)
        found.append(Path(root) / "bin")
    on_path = shutil.which("postgres", path=_search_path(environment))
    if on_path is not None:
        # Programs beside a link are other programs: follow it to where initdb is.
        found.append(Path(on_path).resolve().parent)
    needed = ("postgres", "initdb", "psql", "pg_dump", "pg_restore")
    complete = (folder for folder in found if all((folder / name).exists() for name in needed))
    return next((folder for folder in complete if _major(folder / "postgres") >= OLDEST_POSTGRES), None)


def _major(program: Path) -> int:
    try:
        answer = subprocess.run(
            [program, "--version"],
            env=children.bare(),
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    # It answers: postgres (PostgreSQL) 15.18, and what the distribution adds.
    word = answer.stdout.partition("PostgreSQL) ")[2].partition(".")[0]
    return int(word) if word.isdigit() else 0


def _account() -> Account | None:
    if os.geteuid() != 0:
        return None
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    return None


def _search_path(environment: Mapping[str, str]) -> str:
    return os.pathsep.join((environment.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/local/bin"))
