"""What devices were before a change: kept encrypted in the job's folder, for its own rollback and for the site's recipients.

To the job's own key, which lies beside them until the job is closed, and to `backup.recipients`. Where these are
certificates the job's key itself is encrypted to them instead.
"""

from linewright.errors import FacilityError
from linewright.journal.jobs import JobFolder
from linewright.operate.backup import recipients_of
from linewright.operate.workplace import Workplace
from linewright.seal import age
from linewright.seal.recipients import Recipients


class Keeping:
    """Keeps them for one job; `begin` names its folder. Safe to use from several threads after that."""

    def __init__(self, also: Recipients | None) -> None:
        """`also` can open what is kept, beside the job itself.

        Raises:
            FacilityError: nothing can be encrypted on this machine.
        """
        self._identity, recipient = age.new_identity()
        self._also = also
        self._to = (recipient, *(also.names if also is not None and also.kind == "age" else ()))
        self._folder: JobFolder | None = None

    def begin(self, folder: JobFolder) -> None:
        """Keep the job's key in its folder. Raises FacilityError."""
        key = self._identity.encode()
        folder.keep_key(key)
        if self._also is not None and self._also.kind == "cms":
            folder.keep_sealed_key(self._also.encrypt(key))
        self._folder = folder

    def seal(self, text: bytes) -> bytes:
        """The text, encrypted."""
        return age.encrypt(text, self._to)

    def keep(self, device: str, sealed: bytes) -> None:
        """Forced to disk when this returns. Raises FacilityError."""
        if self._folder is None:
            raise FacilityError("no folder was named to keep it in")
        self._folder.keep_before(device, sealed)

    def keep_seen(self, device: str, seen: bytes) -> None:
        """Forced to disk when this returns. Raises FacilityError."""
        if self._folder is None:
            raise FacilityError("no folder was named to keep it in")
        self._folder.keep_seen(device, seen)


def backup_recipients(place: Workplace) -> Recipients | None:
    """The site's recipients; None where it names none.

    Raises:
        SettingsError, DataError: what it names cannot be encrypted to.
    """
    return recipients_of(place) if place.settings.backup.recipients else None
