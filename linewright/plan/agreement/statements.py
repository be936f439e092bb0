"""What is signed, byte for byte, and the files that signed statements are kept in.

A statement's bytes are its canonical JSON (RFC 8785). A file holds one signed statement in canonical JSON and nothing
else; beside a plan FILE such files lie in the folder FILE.signed.
"""

import re
from hashlib import sha256
from pathlib import Path

import msgspec

from linewright.errors import DataError, Refused
from linewright.files import read_bounded, write_whole
from linewright.plan.agreement.records import Decision, Signed, Statement
from linewright.seal.canonical import canonical

#: What a signature is bound to: of who made the plan, and of everybody who decides on it.
AUTHOR, APPROVE = "linewright-author@v1", "linewright-approve@v1"

#: Bytes of a file: a CMS signature with its certificates takes the most.
_LARGEST = 64 * 1024
#: Files that are read in one folder: more than people sign of one plan.
_MOST = 256
_LONGEST = 4096
#: What only holds until a time; who made a plan, a no, and what is said of a change that was made, hold on.
_UNTIL: tuple[Decision, ...] = ("approve", "present")

_PERSON = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ\Z", re.ASCII
)


def namespace(decision: Decision) -> str:
    """The namespace that a signature of such a decision is made for."""
    return AUTHOR if decision == "author" else APPROVE


def is_person(name: str) -> bool:
    """Whether a name can be that of a person: up to 64 ASCII letters, digits and . _ @ + -, so that none looks like another."""
    return _PERSON.match(name) is not None


def statement_bytes(statement: Statement) -> bytes:
    """What is signed.

    Raises:
        DataError: a field is not of its form (named), or has no canonical form.
    """
    wrong = _wrong(statement)
    if wrong:
        raise DataError(f"the statement cannot be signed: {wrong}")
    return canonical(statement)


def statement_digest(statement: Statement) -> str:
    """SHA-256 (64 hex digits) of what is signed: by it a statement is revoked, and named in records."""
    return sha256(statement_bytes(statement)).hexdigest()


def dump(signed: Signed) -> bytes:
    """A signed statement as its file holds it.

    Raises:
        DataError: as statement_bytes.
    """
    statement_bytes(signed.statement)
    return canonical(signed)


def parse(data: bytes, where: str) -> Signed:
    """The signed statement in a file's content; whether its signature is good, signers.who says.

    Raises:
        Refused: it is none, or not in its one form: `where` and what is wrong are named.
    """
    if len(data) > _LARGEST:
        raise Refused(f"{where}: too large to be a signed statement")
    try:
        signed = msgspec.json.decode(data, type=Signed)
        written = canonical(signed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, DataError) as error:
        raise Refused(f"{where}: not a signed statement, or damaged: {ascii(str(error))[1:-1]}") from None
    if written != data:
        raise Refused(f"{where}: not as it was written")
    wrong = _wrong(signed.statement)
    if wrong:
        raise Refused(f"{where}: not a statement of ours: {wrong}")
    return signed


def load(path: Path) -> Signed:
    """The signed statement in a file.

    Raises:
        DataError: there is no such file, or it cannot be read.
        Refused: as parse.
    """
    try:
        return parse(read_bounded(path, _LARGEST), str(path))
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None


def file_name(signed: Signed) -> str:
    """What its file is called: PERSON-DECISION-XXXXXXXX.json, by the first digits of the statement's digest."""
    said = signed.statement
    return f"{said.person}-{said.decision}-{statement_digest(said)[:8]}.json"


def folder_of(plan_file: Path) -> Path:
    """Where the signed statements of a plan lie."""
    return plan_file.with_name(f"{plan_file.name}.signed")


def write(folder: Path, signed: Signed) -> Path:
    """Write a signed statement into a folder; where the same statement lies already, it is written over.

    Raises:
        DataError: as statement_bytes.
        FacilityError: it cannot be written.
    """
    path = folder / file_name(signed)
    write_whole(path, dump(signed))
    return path


def load_folder(folder: Path) -> tuple[tuple[Signed, ...], tuple[Refused | DataError, ...]]:
    """The signed statements of a folder, by file name, and what is wrong with the files that are none.

    A folder that is not there holds nothing. Whether a damaged file matters, its reader says: what cannot be read may
    have been a denial.

    Raises:
        DataError: the folder cannot be read.
        Refused: it holds more files than people sign.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".json" and path.name[:1] != ".")
    except FileNotFoundError:
        return (), ()
    except OSError as error:
        raise DataError(f"{folder}: cannot be read: {error.strerror or error}") from None
    if len(paths) > _MOST:
        raise Refused(f"{folder}: {len(paths)} signed statements", hint=f"at most {_MOST} are read")
    good: list[Signed] = []
    bad: list[Refused | DataError] = []
    for path in paths:
        try:
            good.append(load(path))
        except (Refused, DataError) as error:
            bad.append(error)
    return tuple(good), tuple(bad)


def _wrong(statement: Statement) -> str:
    """What is not of its form in a statement, "" where nothing is."""
    people = {"person": statement.person}
    times = {"not_after": statement.not_after, "made": statement.made}
    digests = {"plan": statement.plan, "shown": statement.shown, "revokes": statement.revokes}
    texts = [statement.site, statement.ticket, statement.role, statement.reason, statement.about]
    if statement.recorded is not None:
        people["recorded.by"] = statement.recorded.by
        texts += [statement.recorded.medium, statement.recorded.reference]
    optional = {"made"} if statement.decision in _UNTIL else {"made", "not_after"}
    for name, value in people.items():
        if not is_person(value):
            return f"{name} is not the name of a person"
    for name, value in times.items():
        if not (_TIME.match(value) or (not value and name in optional)):
            return f"{name} is not a time such as 2026-11-24T03:00:00Z"
    for name, value in digests.items():
        if not (_DIGEST.match(value) or (not value and name == "revokes")):
            return f"{name} is not 64 hex digits"
    if (statement.decision == "revoke") != bool(statement.revokes):
        return "a revocation, and nothing else, names the statement that it takes back"
    if any(len(value) > _LONGEST or any(not each.isprintable() for each in value) for value in texts):
        return "a text is too long, or holds what cannot be printed"
    return ""
