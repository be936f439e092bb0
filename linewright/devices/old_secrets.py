"""Secrets of a device as it was: taken out of its old text, kept in memory, given for references only memory knows.

A back-out brings old lines back, and these hold old secrets: no store has them, only the text that was kept, encrypted,
before the change.
"""

from collections.abc import Callable

from linewright import log
from linewright.errors import DataError, SecretError
from linewright.platforms import PlatformRules, walk
from linewright.redact import Slot, token
from linewright.redact.slots import checked
from linewright.redact.token import fields, spans
from linewright.seal import age
from linewright.seal.recipients import Kind, decrypt

#: What a reference to such a secret begins with. No store is ever asked for one: it names nothing that lasts.
BEGINNING = "before:"


class OldSecrets:
    """Its text form says nothing. Threads may take texts in, each those of devices of its own."""

    def __init__(self, key: bytes) -> None:
        """`key` is the site's, under which tokens are made."""
        self._key = key
        self._values: dict[str, str] = {}
        self._slots: dict[str, list[Slot]] = {}

    def __repr__(self) -> str:
        return "OldSecrets(...)"

    def open(self, sealed: bytes, identity: str, device: str, rules: PlatformRules, name: str) -> None:
        """Take the secrets out of what a job kept of a device, encrypted; the text itself is kept nowhere.

        Args:
            sealed: the encrypted text.
            identity: a key that opens it.
            device: whose text it is.
            rules: its platform's.
            name: the job that kept it.

        Raises:
            SecretError: the key opens it not.
            FacilityError: the library for it is not installed.
            DataError: it is no configuration of that platform.
        """
        kind: Kind = "age" if sealed.startswith(age.MAGIC) else "cms"
        self._take(decrypt(kind, sealed, identity), device, rules, name)

    def listening(self, device: str, rules: PlatformRules, name: str) -> Callable[[bytes], bytes]:
        """What `read.running` gives the plain text to: some lines are taken away with the secret they hold."""

        def take(text: bytes) -> bytes:
            self._take(text, device, rules, name)
            return b""

        return take

    def _take(self, text: bytes, device: str, rules: PlatformRules, name: str) -> None:
        try:
            decoded = text.decode()
        except UnicodeDecodeError:
            raise DataError(
                f"{device}: what {name} kept of it is no configuration", hint="look for another backup of it"
            ) from None
        for line in walk(decoded, rules):
            written = line.raw.strip()
            places = spans(written, rules) if line.kind == "line" else []
            if not places:
                continue
            for field, (start, end) in zip(fields(line, written, places, rules), places, strict=True):
                self._take_one(written[start:end], field, device, name)

    def slots(self, device: str) -> tuple[Slot, ...]:
        """A slot for each secret of the device's texts."""
        return tuple(self._slots.get(device, ()))

    def reveal(self, reference: str) -> str:
        """The value of one of these references.

        Raises:
            SecretError: it is none.
        """
        try:
            return self._values[reference]
        except KeyError:
            raise SecretError(
                f"no old secret is known by the name {reference!r}", hint="it is known to one rollback only"
            ) from None

    def _take_one(self, value: str, field: str, device: str, name: str) -> None:
        log.conceal(value)
        found = self._slots.setdefault(device, [])
        reference = f"{BEGINNING}{name}/{device}#{len(found)}"
        try:
            checked(value, reference)
        except SecretError:
            return
        self._values[reference] = value
        made = token(self._key, device, field, value)
        found.append(Slot(token=made, ref=reference, field=field, device=device))
