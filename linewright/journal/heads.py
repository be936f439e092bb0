"""Signed heads: how far the journal goes, and its last hash, kept where one who alters the journal does not reach.

A chain of hashes cannot show that its end was cut off, or that all of it was written anew. A head can: two small files
in each folder of `journal.heads`, and in the state folder,

    JOURNAL.NUMBER.HASH.head       canonical JSON: journal, number of the record, its hash, its time
    JOURNAL.NUMBER.HASH.head.sig   a signature in OpenSSH's format, namespace linewright-head@v1

which stock ssh-keygen checks (docs/journal.md). A head is never written over: where somebody keeps the folder so that
files can only be added, not even the runner's own account can take back what was said.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec

from linewright.errors import DataError, FacilityError, LinewrightError
from linewright.files import private_folder, read_bounded, write_whole
from linewright.model.objects import Record
from linewright.seal.canonical import canonical
from linewright.seal.signature import SigningKey, made_key, signer

NAMESPACE = "linewright-head@v1"
SCHEMA = "linewright.head/1"
_LARGEST = 16 * 1024
_LARGEST_SIGNERS = 1 << 20
#: Seconds after which a folder that does not answer (a share whose server is away) is given up.
_PATIENCE = 10.0


class Head(Record, frozen=True):
    """A record of a journal that everything before it hangs on. `time` is the record's, UTC."""

    schema: str
    journal: str
    number: int
    hash: str
    time: str


class Found(Record, frozen=True):
    """A head that lies somewhere: `path` its file, `key` the public key that signed it."""

    head: Head
    path: str
    key: str


class Looked(Record, frozen=True):
    """What lies in all places. `altered` are files whose content or signature does not fit, `away` places not read."""

    found: tuple[Found, ...]
    altered: tuple[str, ...]
    away: tuple[str, ...]


class Heads:
    """Where heads are kept.

    Args:
        own: the folder beside the journal.
        places: folders elsewhere.
        key: the file of the key that signs, made by first use.
        signers: a file of allowed_signers whose keys are believed too; None for our own key alone.
    """

    def __init__(
        self,
        own: Path,
        places: tuple[Path, ...] = (),
        *,
        key: Path | None = None,
        signers: Path | None = None,
    ) -> None:
        self.own = own
        self.places = places
        self._key_file = key or own.parent / "runner.key"
        self._signers = signers

    def keep(self, head: Head) -> tuple[str, ...]:
        """Sign a head and write it to every place; what could not be done, in words. It raises nothing."""
        try:
            key = self._key()
            data = canonical(head)
            signature = key.sign(data, NAMESPACE)
        except LinewrightError as error:
            return (f"no head is signed: {error.message}",)
        name = f"{head.journal}.{head.number:09}.{head.hash[:8]}.head"
        told = [
            _within(
                partial(_write, place, name, data, signature, made=place == self.own),
                f"{place}: the head of record {head.number} is not kept there",
            )
            for place in (self.own, *self.places)
        ]
        return tuple(words for words in told if words)

    def look(self) -> Looked:
        """Every head that lies somewhere, of whatever journal, signed by whatever key.

        Raises:
            LinewrightError: our own key cannot be read.
        """
        found: list[Found] = []
        altered: list[str] = []
        away: list[str] = []
        for place in (self.own, *self.places):
            # The one beside the journal may not be there yet; one elsewhere should be.
            if place == self.own and not place.exists():
                continue
            there: list[Found | str] = []
            if words := _within(partial(_read, place, there), f"{place}: cannot be read"):
                away.append(words)
            found += [one for one in there if isinstance(one, Found)]
            altered += [one for one in there if isinstance(one, str)]
        return Looked(found=tuple(found), altered=tuple(altered), away=tuple(away))

    def believed(self) -> frozenset[str]:
        """The public keys whose heads count.

        Raises:
            SecretError, FacilityError: our own key cannot be read or made.
            DataError: the file of signers cannot be read.
        """
        return frozenset({self._key().public, *_keys(self._signers)})

    def _key(self) -> SigningKey:
        return made_key(self._key_file)


def head_of(journal: str, number: int, hash_: str, time: str) -> Head:
    """The head of a record."""
    return Head(schema=SCHEMA, journal=journal, number=number, hash=hash_, time=time)


def _write(place: Path, name: str, data: bytes, signature: bytes, *, made: bool) -> None:
    if not made and not place.is_dir():
        # Making it would write beneath the mount point of a disk that is not there.
        raise FacilityError("there is no such folder")
    if made:
        private_folder(place)
    path = place / name
    if path.exists() and path.with_name(f"{name}.sig").exists():
        return  # of this very record; Ed25519 signs the same with the same bytes
    # The signature first: a head without one would look like one that somebody made up.
    write_whole(path.with_name(f"{name}.sig"), signature)
    write_whole(path, data)


def _read(place: Path, there: list[Found | str]) -> None:
    """Add the heads of a folder; instead of one that does not fit, what is wrong with it."""
    names = (path for path in place.iterdir() if path.name.endswith(".head") and path.name[0] != ".")
    there.extend(_one(path) for path in sorted(names))


def _one(path: Path) -> Found | str:
    try:
        data = read_bounded(path, _LARGEST)
        key = signer(data, read_bounded(path.with_name(f"{path.name}.sig"), _LARGEST), NAMESPACE)
        head = msgspec.json.decode(data, type=Head)
    except FileNotFoundError:
        return f"{path}: its signature is not there"
    except DataError as error:
        return f"{path}: it was altered: {error.message}"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return f"{path}: it is signed, and no head"
    if head.schema != SCHEMA:
        return f"{path}: a head of schema {head.schema[:40]!r}, this linewright knows {SCHEMA}"
    return Found(head=head, path=str(path), key=key)


def _within(do: Callable[[], None], words: str) -> str:
    """Do something that may hang for as long as a server is away; "" when it was done, else why not."""
    told: list[str] = []

    def work() -> None:
        try:
            do()
        except LinewrightError as error:
            told.append(f"{words}: {error.message}")
        except OSError as error:
            told.append(f"{words}: {error.strerror or error}")

    thread = threading.Thread(target=work, daemon=True)  # one that hangs does not keep the process
    thread.start()
    thread.join(_PATIENCE)
    if thread.is_alive():
        return f"{words}: no answer in {_PATIENCE:.0f} s"
    return told[0] if told else ""


def _keys(signers: Path | None) -> Iterator[str]:
    """The Ed25519 keys of a file of allowed_signers that may sign heads (ssh-keygen(1), ALLOWED SIGNERS)."""
    if signers is None:
        return
    try:
        text = read_bounded(signers, _LARGEST_SIGNERS).decode()
    except FileNotFoundError:
        raise DataError(f"{signers} is not there", hint="journal.signers names it") from None
    except UnicodeDecodeError:
        raise DataError(f"{signers} is not UTF-8 text") from None
    for line in text.splitlines():
        words = line.split()
        if not words or words[0].startswith("#") or "ssh-ed25519" not in words:
            continue
        at = words.index("ssh-ed25519")
        options = " ".join(words[1:at])
        if "cert-authority" in options or ("namespaces=" in options and NAMESPACE not in options):
            continue
        yield " ".join(words[at : at + 2])
