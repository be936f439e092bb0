"""A Python that really runs and is new enough. A shim that only says which version to install is no Python."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from linewright import children
from linewright.lab.netbox.version import OLDEST_PYTHON

_NAMES = ("python3.12", "python3.13", "python3.14", "python3.15", "python3")
#: Where people have interpreters that are not on PATH. Patterns below a root folder and below the home folder.
_BELOW_ROOT = ("usr/local/bin/python3.1[2-9]", "usr/bin/python3.1[2-9]", "opt/*/bin/python3.1[2-9]")
_BELOW_HOME = (
    ".pyenv/versions/*/bin/python3.1[2-9]",
    ".local/share/uv/python/*/bin/python3.1[2-9]",
    ".local/bin/python3.1[2-9]",
    "miniconda3/bin/python3.1[2-9]",
)
# ensurepip: Debian's python3.X without python3.X-venv cannot make an environment with pip in it.
_QUESTION = "import sys, ssl, venv, ensurepip; print('python %d.%d' % sys.version_info[:2])"
_SECONDS = 20


def candidates(environment: Mapping[str, str], home: Path, root: Path = Path("/")) -> Iterator[Path]:
    """Every file that may be such a Python, the likeliest first; nothing is run."""
    seen: set[Path] = set()
    for path in (*_running(), *_on_path(environment), *_below(root, _BELOW_ROOT), *_below(home, _BELOW_HOME)):
        if path not in seen and os.access(path, os.X_OK) and path.is_file():
            seen.add(path)
            yield path


def first_that_runs(paths: Iterable[Path], oldest: Sequence[int] = OLDEST_PYTHON) -> Path | None:
    """The first that answers with a version new enough and can make environments; None when there is none."""
    return next((path for path in paths if answers(path) >= tuple(oldest)), None)


def answers(path: Path) -> tuple[int, ...]:
    """The version an interpreter answers with, () when it does not run, fails, hangs or answers something else."""
    try:
        # -I: neither PYTHON variables nor the user's packages may change the answer.
        result = subprocess.run(
            [str(path), "-I", "-c", _QUESTION],
            env=children.inherited(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    words = result.stdout.decode("ascii", "replace").split()
    if result.returncode != 0 or len(words) != 2 or words[0] != "python":
        return ()
    numbers = words[1].split(".")
    return tuple(int(number) for number in numbers) if all(n.isdigit() for n in numbers) else ()


def _running() -> Iterator[Path]:
    # A virtual environment's Python can make others, but the base one outlives the environment.
    if sys.version_info >= OLDEST_PYTHON:
        yield Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"


def _on_path(environment: Mapping[str, str]) -> Iterator[Path]:
    folders = [Path(part) for part in environment.get("PATH", os.defpath).split(os.pathsep) if part]
    for name in _NAMES:
        yield from (folder / name for folder in folders)


def _below(folder: Path, patterns: Sequence[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(folder.glob(pattern))
