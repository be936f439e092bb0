"""Which journal a site has, by its settings: a file in the state folder, or a database that operators share."""

from collections.abc import Callable
from pathlib import Path

from linewright.journal.heads import Heads
from linewright.journal.journal import Journal
from linewright.model.objects import Record

#: The site's own journal, and the one that is kept here while a shared one is away.
FILE, LOCAL = "journal.db", "journal-local.db"


class Keeping(Record, frozen=True):
    """How a site's journal is kept. Empty `url`: in the state folder. `password` is asked for each new connection.

    `heads` are the folders elsewhere; `key` None is a key in the state folder, `signers` None our own key alone.
    """

    url: str = ""
    password: Callable[[], str] | None = None
    heads: tuple[Path, ...] = ()
    key: Path | None = None
    signers: Path | None = None


def heads(folder: Path, keeping: Keeping) -> Heads:
    """Where the heads of a site's journals are; `folder` is its state folder."""
    return Heads(folder / "heads", keeping.heads, key=keeping.key, signers=keeping.signers)


def site_journal(folder: Path, keeping: Keeping) -> Journal:
    """The site's journal. Raises as Journal, and SettingsError for a URL that is none."""
    if not keeping.url:
        return Journal(folder / FILE, heads(folder, keeping))
    from linewright.journal.postgres import in_postgres  # noqa: PLC0415 - most sites have no use for it

    return Journal(in_postgres(keeping.url, keeping.password), heads(folder, keeping))


def others(folder: Path, keeping: Keeping) -> frozenset[str]:
    """The names of the site's journals in files, besides the one that counts: their heads surprise nobody.

    Raises:
        FacilityError: one cannot be opened.
    """
    names = set()
    for file in (LOCAL, FILE) if keeping.url else (LOCAL,):
        if (folder / file).exists():
            journal = Journal(folder / file)
            names.add(journal.name)
            journal.close()
    return frozenset(names)


def local_journal(folder: Path, keeping: Keeping, *, make: bool = False) -> Journal | None:
    """The journal that is kept here while the shared one is away; None where there never was one, unless it is made.

    Raises:
        FacilityError: it cannot be opened.
    """
    if not make and not (folder / LOCAL).exists():
        return None
    return Journal(folder / LOCAL, heads(folder, keeping))
