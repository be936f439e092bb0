"""What this machine must have before a real part can be used; each answer says what is missing and how to get it."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

_FRR = Path("/usr/lib/frr")
_REMEDY = "run `sudo make lab-deps`"


def missing_for_lab() -> str:
    """Why the FRR lab cannot be used here; empty when it can."""
    if not sys.platform.startswith("linux"):
        return "it needs Linux network namespaces"
    if os.geteuid() != 0:
        return "it needs root for network namespaces"
    absent = [
        name for name in ("zebra", "bgpd", "ospfd", "staticd", "frr-reload.py") if not (_FRR / name).exists()
    ]
    absent += [name for name in ("vtysh", "lldpd", "sshd", "ip", "unshare", "nsenter") if not on_path(name)]
    return f"{', '.join(absent)} not found; {_REMEDY}" if absent else ""


def missing_for_netbox() -> str:
    """Why a disposable NetBox cannot be used here; empty when it can."""
    from linewright.lab.netbox.facilities import missing  # noqa: PLC0415 - it looks at interpreters, which takes a moment

    return missing()


def missing_for_postgres() -> str:
    """Why a PostgreSQL of one's own cannot be started and used here; empty when it can."""
    from linewright.lab.netbox.facilities import postgres_folder  # noqa: PLC0415 - it looks at programs

    if postgres_folder() is None:
        return f"PostgreSQL's programs not found; {_REMEDY}"
    return "" if find_spec("psycopg") else "psycopg is not installed: pip install 'linewright[postgres]'"


def on_path(name: str) -> bool:
    """Whether a program is found on PATH or in the folders root has on its own."""
    path = os.environ.get("PATH", os.defpath) + os.pathsep + "/usr/sbin" + os.pathsep + "/sbin"
    return shutil.which(name, path=path) is not None
