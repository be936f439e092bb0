"""Building documents from a snapshot and what was last seen on its devices; what is still true is not built again."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path

import msgspec

import linewright
from linewright.documents import Basis, Document
from linewright.documents.marking import Markings
from linewright.documents.write import write
from linewright.errors import DataError, FacilityError
from linewright.files import read_bounded, write_whole
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace
from linewright.trace import compare, paths

#: The documents of a site: functions found by overlay, a site's own first.
DOCUMENTS = ("docs_gen.cable_schedule:build", "docs_gen.cable_workbook:build", "docs_gen.topology:build")

_ENGINE = Path(linewright.__file__).parent
_CODE = frozenset({".py", ".toml"})
_MANIFEST = ".documents"
#: Bytes of that.
_LARGEST = 16 * 1024**2

_Build = Callable[[Basis], tuple[Document, ...]]


class Built(Record, frozen=True):
    """What became of a build.

    `current` were not built again because nothing they are made from changed; `missing` says what could not be built
    here and why. `cables` counts cables by their state against what was seen; `seen` is the oldest visit, UTC.
    """

    written: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    cables: dict[str, int]
    current: tuple[str, ...] = ()
    missing: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance
    seen: str = ""
    marking: str = ""


class _Made(Record, frozen=True):
    """What one function made: from what, and the SHA-256 of each file."""

    inputs: str
    files: dict[str, str]
    marking: str = ""


class _Manifest(Record, frozen=True):
    """What an earlier build left in the folder."""

    made: dict[str, _Made] = {}  # noqa: RUF012 - msgspec copies it per instance
    cables: dict[str, int] = {}  # noqa: RUF012 - as above


class _Work:
    """A snapshot and what was seen, made into a basis only when some document has to be built."""

    def __init__(self, place: Workplace, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.observations: dict[str, Observation] = {
            name: seen for name in snapshot.devices if (seen := place.state.seen(name)) is not None
        }
        self.markings = Markings(order=place.settings.markings, floor=place.settings.marking)

    @cached_property
    def basis(self) -> Basis:
        traced = paths(self.snapshot)
        return Basis(
            snapshot=self.snapshot,
            paths=traced,
            cabling=compare(traced, self.observations, self.snapshot),
            markings=self.markings,
        )

    @cached_property
    def inputs(self) -> bytes:
        """The digest of everything all documents are made from: any part of the engine may have its say in them."""
        hashed = sha256(f"{linewright.__version__} {self.snapshot.digest} {self.markings!r}".encode())
        for name in sorted(self.observations):
            hashed.update(sha256(msgspec.json.encode(self.observations[name], order="sorted")).digest())
        hashed.update(_engine(_ENGINE))
        return hashed.digest()

    def inputs_of(self, build: _Build) -> str:
        """The digest of what one function's documents are made from: its own source as well."""
        source = inspect.getsourcefile(build)
        own = Path(source).read_bytes() if source else b""
        return sha256(self.inputs + sha256(own).digest()).hexdigest()

    @property
    def cables(self) -> dict[str, int]:
        """Cables by state."""
        counts: dict[str, int] = {}
        for state in self.basis.cabling.by_cable().values():
            counts[state.state] = counts.get(state.state, 0) + 1
        return counts


@cache
def _engine(root: Path) -> bytes:
    """The digest of the engine: some four hundred small files, read in about 10 ms, once in a process."""
    hashed = sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in _CODE):
        hashed.update(f"{path.relative_to(root).as_posix()}\0".encode())
        hashed.update(sha256(path.read_bytes()).digest())
    return hashed.digest()


def build_documents(place: Workplace, snapshot: Snapshot, folder: Path, *, everything: bool = False) -> Built:
    """Build the documents of the site into `folder`.

    Those whose inputs are what they were, and whose files are as they were written, are left as they are (unless
    `everything` is to be built); a file whose content would be the same is not written.

    Raises:
        DataError: the snapshot's cables contradict each other, or an object carries a marking the site does not know.
        FacilityError: the folder cannot be written; what was there before stands.
    """
    former = _former(folder)
    work = _Work(place, snapshot)
    made: dict[str, _Made] = {}
    missing: dict[str, str] = {}
    new: list[Document] = []
    for name in DOCUMENTS:
        build: _Build = place.site.load(name)
        inputs = work.inputs_of(build)
        before = former.made.get(name)
        if (
            not everything
            and before is not None
            and before.inputs == inputs
            and _intact(folder, before.files)
        ):
            made[name] = before
            continue
        try:
            found = build(work.basis)
        except FacilityError as error:
            missing[name] = f"{error.message}; {error.hint}"
            continue
        new += found
        files = {document.name: sha256(document.content).hexdigest() for document in found}
        made[name] = _Made(
            inputs=inputs, files=files, marking=_highest(work.markings, (d.marking for d in found))
        )
    written = write(new, folder)
    cables = work.cables if new or not former.cables else former.cables
    names = {file for one in made.values() for file in one.files}
    removed = _remove_former(folder, former, names)
    _note(folder, _Manifest(made=made, cables=cables))
    return Built(
        written=tuple(str(folder / name) for name in sorted(names)),
        changed=tuple(one.path for one in written if one.changed),
        removed=removed,
        cables=cables,
        current=tuple(str(folder / name) for name in sorted(names - {document.name for document in new})),
        missing=missing,
        seen=min((o.seen for o in work.observations.values()), default=""),
        marking=_highest(work.markings, (one.marking for one in made.values())),
    )


def _highest(markings: Markings, found: Iterable[str]) -> str:
    return max(found, key=markings.order.index, default=markings.floor)


def _intact(folder: Path, files: Mapping[str, str]) -> bool:
    """Whether the files are there as they were written."""
    try:
        return all(
            sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in files.items()
        )
    except OSError:
        return False


def _former(folder: Path) -> _Manifest:
    """What an earlier build noted; nothing where it left no note, or one that cannot be read any more."""
    try:
        return msgspec.json.decode(read_bounded(folder / _MANIFEST, _LARGEST), type=_Manifest)
    except (FileNotFoundError, DataError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _Manifest()


def _note(folder: Path, manifest: _Manifest) -> None:
    data = msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"
    write_whole(folder / _MANIFEST, data)


def _remove_former(folder: Path, former: _Manifest, names: set[str]) -> tuple[str, ...]:
    """Remove what an earlier build wrote and this one did not: an old second sheet must not look current.

    Only files that a build noted as its own are touched.
    """
    noted = {name for one in former.made.values() for name in one.files}
    gone = sorted(name for name in noted - names if Path(name).name == name and (folder / name).exists())
    for name in gone:
        (folder / name).unlink()
    return tuple(str(folder / name) for name in gone)
