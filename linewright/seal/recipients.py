"""Who can open what is encrypted: at least two, so that a lost key or an absent person loses nothing."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from linewright.errors import DataError, SettingsError
from linewright.model.objects import Record
from linewright.seal import age

FEWEST = 2

Kind = Literal["age", "cms"]
#: What the files are called.
SUFFIXES: dict[Kind, str] = {"age": ".age", "cms": ".p7m"}


class Recipients(Record, frozen=True):
    """Two or more of one kind. `names` identify the keys: age recipients themselves, or "subject sha256:..." of one.

    `certificates` are PEM texts, of kind cms only; `until` are the days (UTC, 2026-11-24) on which they expire.
    """

    kind: Kind
    names: tuple[str, ...]
    certificates: tuple[bytes, ...] = ()
    until: tuple[str, ...] = ()

    def encrypt(self, data: bytes) -> bytes:
        """The data, so that each of them alone can open it."""
        if self.kind == "age":
            return age.encrypt(data, self.names)
        from linewright.seal import cms  # noqa: PLC0415 - slow to import, and most sites use one kind only

        return cms.encrypt(data, [cms.certificate(pem, "recipient") for pem in self.certificates])


def recipients(
    entries: Sequence[str], read: Callable[[str], bytes], now: datetime | None = None
) -> Recipients:
    """The recipients that the settings name; `read` gives the content of a file, `now` is when they are to be used.

    Raises:
        SettingsError: fewer than two different keys, or of both kinds.
        DataError: an entry is neither a key nor a certificate, or the certificate is not valid at that time.
        FacilityError: age recipients without pyrage installed.
    """
    keys = [entry.strip() for entry in entries if age.is_recipient(entry.strip())]
    files = [entry.strip() for entry in entries if not age.is_recipient(entry.strip())]
    if keys and files:
        raise SettingsError(
            "backup.recipients names age keys and certificates",
            hint="one kind for all: each of them has to open the same file",
        )
    found = (
        _certified(files, read, now or datetime.now(UTC))
        if files
        else Recipients(kind="age", names=tuple(map(age.recipient, keys)))
    )
    distinct = len(set(found.names if found.kind == "age" else (n.rpartition(" ")[2] for n in found.names)))
    if distinct < max(FEWEST, len(found.names)):
        raise SettingsError(
            "backup.recipients names the same key twice"
            if distinct < len(found.names)
            else f"backup.recipients names {distinct} keys that can open a backup, not {FEWEST}",
            hint="the one on duty and one kept offline: age-keygen makes a key, PEM files of certificates will do",
        )
    return found


def decrypt(kind: Kind, sealed: bytes, identity: str) -> bytes:
    """What was encrypted to one of several recipients.

    Raises:
        SecretError: the identity opens it not.
    """
    if kind == "age":
        return age.decrypt(sealed, identity)
    from linewright.seal import cms  # noqa: PLC0415 - as above

    return cms.decrypt(sealed, identity)


def _certified(files: Sequence[str], read: Callable[[str], bytes], now: datetime) -> Recipients:
    from linewright.seal import cms  # noqa: PLC0415 - as above

    names, pems, until = [], [], []
    for file in files:
        if "\n" in file or not Path(file).name:
            raise DataError(f"{file[:40]!r} is neither a public key nor a file")
        pem = read(file)
        found = cms.certificate(pem, file)
        names.append(f"{found.subject.rfc4514_string()} sha256:{cms.key_digest(found)}")
        cms.check_period(found, file, now)
        pems.append(pem)
        until.append(f"{found.not_valid_after_utc:%Y-%m-%d}")
    return Recipients(kind="cms", names=tuple(names), certificates=tuple(pems), until=tuple(until))
