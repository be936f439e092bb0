"""Which NetBox. The one place that says so."""

from collections.abc import Mapping
from pathlib import Path

#: The release of NetBox that is installed; 4.7 is the first that comes as a wheel.
VERSION = "4.7.3"

#: The oldest Python that release runs on (its Requires-Python).
OLDEST_PYTHON = (3, 12)

#: The oldest PostgreSQL that release runs on (its release notes).
OLDEST_POSTGRES = 15


def cache_root(environment: Mapping[str, str], home: Path) -> Path:
    """Where environments and dumps are kept between labs: LINEWRIGHT_CACHE, or linewright in the user's cache folder."""
    if given := environment.get("LINEWRIGHT_CACHE"):
        return Path(given).absolute()
    base = environment.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base).absolute() / "linewright"
