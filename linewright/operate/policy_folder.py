"""The approvals folder: policy, signers, what is revoked and frozen. Authors of plans must not be able to write it.

What lies there is read in one go, each file through the folder that was looked at, so that nothing can be exchanged in
between. A link, or anything that the group or others can write, is refused; so is a folder above it that lets others put
another one in its place.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from linewright.errors import DataError, LinewrightError, Refused
from linewright.model.objects import Record
from linewright.operate.workplace import Workplace
from linewright.plan.agreement.certificates import Certificates
from linewright.plan.agreement.policy import Policy, Revoked, policy, revoked
from linewright.plan.agreement.signers import Signers

#: The files of the folder; the first two have to be there.
POLICY, SIGNERS, REVOKED, FREEZE = "policy.yaml", "signers", "revoked.yaml", "freeze.yaml"
CERTIFICATES, STANDARD = "certificates", "standard"
_LARGEST = 1 << 20
_MOST = 2000
_HINT = "docs/approvals.md says what lies in the folder and who may write it"


class PolicyFolder(Record, frozen=True):
    """What the approvals folder says now.

    `digests` are the SHA-256 of its files ("policy.yaml", "signers", "certificates/a.rossi.pem", ...). `freeze` are the
    bytes of freeze.yaml, b"" where there is none; `standard` the files of the patterns of standard changes, by name.
    `owner` is the account that the folder belongs to, `ours` whether that is the account this runs as.
    """

    path: str
    owner: str
    ours: bool
    policy: Policy
    signers: Signers
    certificates: Certificates
    revoked: Revoked
    freeze: bytes
    standard: dict[str, bytes]
    digests: dict[str, str]


def policy_folder(place: Workplace) -> PolicyFolder | None:
    """The approvals folder of the settings; None where none is set.

    Raises:
        Refused: it is not there, it or a file in it is a link or can be written by others than its owner, a file is
            missing or not what it should be. What is wrong is named.
    """
    told = place.settings.approvals.folder
    return read_folder(place.settings.path(told)) if told else None


def read_folder(path: Path) -> PolicyFolder:
    """The same for a folder of that path. Raises as policy_folder."""
    files: dict[str, bytes] = {}
    _above(path)
    with _opened(path, None, str(path)) as folder:
        owner = os.fstat(folder).st_uid
        for name in (POLICY, SIGNERS, REVOKED, FREEZE):
            if (data := _file(folder, name, str(path))) is not None:
                files[name] = data
        for below, ends in ((CERTIFICATES, (".pem",)), (STANDARD, (".yaml", ".signed"))):
            files |= _files_below(folder, below, ends, path)
    for name in (POLICY, SIGNERS):
        if name not in files:
            raise Refused(f"{path}: {name} is missing", hint=_HINT)
    try:
        return PolicyFolder(
            path=str(path),
            owner=_account(owner),
            ours=owner == os.getuid(),
            policy=policy(files[POLICY], str(path / POLICY)),
            signers=Signers.parse(_text(files[SIGNERS], path / SIGNERS)),
            certificates=Certificates.parse(_below(files, CERTIFICATES)),
            revoked=revoked(files[REVOKED], str(path / REVOKED)) if REVOKED in files else Revoked(),
            freeze=files.get(FREEZE, b""),
            standard=_below(files, STANDARD),
            digests={name: sha256(data).hexdigest() for name, data in sorted(files.items())},
        )
    except Refused as error:
        raise Refused(f"{path}: {error.message}", hint=error.hint or _HINT) from None
    except LinewrightError as error:
        # Whoever applies a plan can do nothing about it: it is no wrong use, nothing is applied until it is put right.
        raise Refused(error.message, hint=error.hint or _HINT) from None


def informs_only(folder: PolicyFolder, author: str, here: str) -> str:
    """Why the folder informs and does not enforce, in words, as far as that can be seen; "" where nothing speaks for it.

    Args:
        folder: the approvals folder.
        author: who made the plan, as the plan says it.
        here: who works here, as the settings say it ("" where they do not).
    """
    if folder.owner == author or (folder.ours and author in {here, _account(os.getuid())}):
        return f"the approvals folder belongs to the plan's author ({folder.owner}): it informs, it does not enforce"
    return ""


@contextmanager
def _opened(path: Path | str, folder: int | None, where: str) -> Iterator[int]:
    """A folder, opened without following a link, and not writable by others."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        raise Refused(
            f"{where}: the approvals folder is not there", hint=f"approvals.folder names it; {_HINT}"
        ) from None
    except OSError as error:
        why = "it is a link, or no folder" if Path(where).is_symlink() else error.strerror or str(error)
        raise Refused(f"{where}: the approvals folder cannot be used: {why}", hint=_HINT) from None
    try:
        _closed_to_others(os.fstat(handle), where)
        yield handle
    finally:
        os.close(handle)


def _file(folder: int, name: str, where: str) -> bytes | None:
    """A regular file of a folder, which is no link and not writable by others; None where there is none."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Refused(
            f"{where}/{name}: cannot be used: it is a link, or cannot be read ({error.strerror})", hint=_HINT
        ) from None
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Refused(f"{where}/{name}: it is no file", hint=_HINT)
        _closed_to_others(found, f"{where}/{name}")
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise Refused(f"{where}/{name}: larger than {_LARGEST >> 20} MiB", hint=_HINT)
    return data


def _files_below(folder: int, below: str, ends: tuple[str, ...], path: Path) -> dict[str, bytes]:
    try:
        os.stat(below, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return {}
    found: dict[str, bytes] = {}
    with _opened(below, folder, str(path / below)) as inner:
        listed = os.listdir(inner)  # noqa: PTH208 - by the folder that was looked at, not by its path
        names = sorted(name for name in listed if name.endswith(ends) and name[:1] != ".")
        if len(names) > _MOST:
            raise Refused(f"{path / below}: {len(names)} files; {_MOST} are read at most", hint=_HINT)
        for name in names:
            if (data := _file(inner, name, str(path / below))) is not None:
                found[f"{below}/{name}"] = data
    return found


def _closed_to_others(found: os.stat_result, where: str) -> None:
    if found.st_mode & 0o022:
        raise Refused(
            f"{where} can be written by others than its owner: whoever agrees to plans could be anybody",
            hint=f"chmod go-w {where}",
        )


def _above(path: Path) -> None:
    """Refuse a folder that somebody else could exchange: each one above it is closed to others, or sticky as /tmp is."""
    for each in path.absolute().parents:
        try:
            found = each.stat()
        except OSError:
            continue  # then the folder itself is not there, which is said next
        if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise Refused(
                f"{each} can be written by others than its owner: they could exchange the approvals folder in it",
                hint=f"chmod go-w {each}, or put the folder elsewhere",
            )


def _below(files: dict[str, bytes], folder: str) -> dict[str, bytes]:
    return {
        name.removeprefix(f"{folder}/"): data for name, data in files.items() if name.startswith(f"{folder}/")
    }


def _text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: byte {error.start} is not UTF-8") from None


def _account(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
