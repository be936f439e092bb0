"""NetBox's branching plugin for a lab: in a folder of its own in the cache, beside NetBox's environment.

Apart from that environment, so that one made before the plugin was wanted stays as it is, and a plugin that cannot be had
(no package index, as on an air-gapped machine) costs nothing but the branches.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from linewright import children
from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.lab.netbox.facilities import Facilities

#: The release of the plugin and its wheel; 1.2 is the first for NetBox 4.7. It needs nothing that NetBox does not bring.
VERSION = "1.2.2"
_REQUIREMENT = (
    f"netboxlabs-netbox-branching=={VERSION} "
    "--hash=sha256:98155b3bace19bfc6cd1f709ef3ea06448c831ba3611418fabbb04774dc052cb\n"
)
#: The plugin's name to Python and Django.
PLUGIN = "netbox_branching"
_SECONDS = 300


def folder(facilities: Facilities) -> Path:
    """Where the plugin is kept."""
    return facilities.environment.parent / f"branching-{VERSION}"


def ensure(facilities: Facilities, progress: Callable[[str], None], *, required: bool = False) -> Path | None:
    """The plugin's folder, filled the first time; None when the plugin is not to be had, which is told.

    Raises:
        FacilityError: it is `required` and not to be had; the message ends with pip's last lines.
    """
    target = folder(facilities)
    if (target / PLUGIN).is_dir():
        return target
    try:
        _install(facilities, target)
    except FacilityError as error:
        if required:
            raise
        progress(f"without branches: {error.message.splitlines()[0]}")
        return None
    return target


def _install(facilities: Facilities, target: Path) -> None:
    what = f"installing NetBox's branching plugin {VERSION}"
    with tempfile.TemporaryDirectory(prefix=".branching-", dir=target.parent) as made:
        wanted = Path(made) / "requirements.txt"
        write_whole(wanted, _REQUIREMENT.encode())
        command = [
            *(facilities.environment / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--require-hashes"),
            # A machine without an index says so at once instead of after a minute of tries.
            *("--retries", "1", "--timeout", "10"),
            *("--target", Path(made) / "plugin", "--requirement", wanted),
        ]
        environment = children.inherited(without=("PYTHON",))
        try:
            result = subprocess.run(
                [str(word) for word in command],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
                check=False,
                cwd="/",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise FacilityError(f"{what} failed: {type(error).__name__}") from None
        if result.returncode != 0:
            lines = (result.stderr or result.stdout).splitlines()[-15:]
            raise FacilityError(
                f"{what} failed" + "".join(f"\n  {line[:300]}" for line in lines),
                hint="it comes from the package index that pip is set up for; the lab works without it, but for branches",
            )
        try:
            (Path(made) / "plugin").replace(target)
        except OSError:
            # Another lab was quicker; what it put there is the same.
            if not (target / PLUGIN).is_dir():
                shutil.rmtree(target, ignore_errors=True)
                (Path(made) / "plugin").replace(target)
