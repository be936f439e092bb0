"""NetBox's database, migrated once per release and restored ever after.

Migrating from nothing is 336 steps and five to fifteen minutes of computing; restoring what came out takes a second.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from linewright.errors import FacilityError
from linewright.lab.netbox.branching import PLUGIN
from linewright.lab.netbox.postgres import Postgres
from linewright.lab.netbox.server import Server
from linewright.lab.netbox.version import VERSION, cache_root

Progress = Callable[[str], None]

#: Where else a dump may lie: in a folder named in the environment, without one beside a checkout of this repository.
DUMP_VARIABLE = "LINEWRIGHT_NETBOX_DUMP_DIR"
_BESIDE_CHECKOUT = Path(__file__).parents[4] / "shared" / "data" / "netbox"
_PLUGIN_TABLE = "netbox_branching_branch"
_NAME = f"netbox-{VERSION}-empty.dump"


def dumps(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """Every dump of an empty database of this release that is there, ours first."""
    given = environment.get(DUMP_VARIABLE)
    folders = (own_dump(environment).parent, Path(given) if given else _BESIDE_CHECKOUT)
    return tuple(folder / _NAME for folder in folders if (folder / _NAME).is_file())


def own_dump(environment: Mapping[str, str] = os.environ, *, branching: str = "") -> Path:
    """Where the dump of a migration made here is kept: of NetBox alone, or with a release of the branching plugin."""
    name = f"netbox-{VERSION}-branching-{branching}-empty.dump" if branching else _NAME
    return cache_root(environment, Path.home()) / f"netbox-{VERSION}" / name


def fill(
    postgres: Postgres,
    server: Server,
    progress: Progress,
    *,
    dump: Path | None = None,
    branching: str = "",
    environment: Mapping[str, str] = os.environ,
) -> None:
    """The database of `dump`, or an empty one: restored where a dump fits, else migrated and the dump kept.

    Raises:
        FacilityError: neither was possible.
    """
    if dump is not None:
        progress(f"restoring NetBox's database from {dump.name}")
        postgres.create()
        postgres.restore(dump)
        if branching and not postgres.has_table(_PLUGIN_TABLE):
            progress(f"adding the tables of branching {branching}")
            server.migrate(PLUGIN)
        return
    if branching:
        _fill_with_branching(postgres, server, progress, branching, environment)
    else:
        _fill_plain(postgres, server, progress, environment)


def _fill_plain(
    postgres: Postgres, server: Server, progress: Progress, environment: Mapping[str, str]
) -> None:
    if _restored(postgres, progress, dumps(environment)):
        return
    with one_at_a_time(own_dump(environment).parent):
        # Another lab may have migrated while we waited.
        if _restored(postgres, progress, dumps(environment)):
            return
        progress("migrating NetBox's database: 5 to 15 minutes, once per release")
        postgres.create()
        server.migrate()
        postgres.dump(own_dump(environment))


def _fill_with_branching(
    postgres: Postgres, server: Server, progress: Progress, release: str, environment: Mapping[str, str]
) -> None:
    """NetBox's own tables come from the dump that labs without the plugin use; only the plugin's are migrated."""
    mine = own_dump(environment, branching=release)
    kept = (mine,) if mine.is_file() else ()
    if _restored(postgres, progress, kept):
        return
    with one_at_a_time(mine.parent / "branching"):
        kept = (mine,) if mine.is_file() else ()
        if _restored(postgres, progress, kept):
            return
        if not _restored(postgres, progress, dumps(environment)):
            progress("migrating NetBox's database: 5 to 15 minutes, once per release")
            postgres.create()
            server.migrate()
        else:
            progress(f"adding the tables of branching {release}: once per release")
            server.migrate(PLUGIN)
        postgres.dump(mine)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[int]:
    """Keep other labs of this cache waiting, so that what is long is done once.

    Gives the lock's descriptor: a child that inherits it keeps the lock for as long as it works, even when we are
    killed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _restored(postgres: Postgres, progress: Progress, dumps: Iterable[Path]) -> bool:
    for found in dumps:
        progress(f"restoring NetBox's database from {found.name}")
        postgres.create()
        try:
            postgres.restore(found)
        except FacilityError as error:
            # An older PostgreSQL cannot read a newer one's dump; migrating is slow and right.
            progress(f"{found} does not fit: {error.message.splitlines()[-1].strip()}")
            continue
        return True
    return False
