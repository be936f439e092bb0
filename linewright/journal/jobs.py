"""What a job keeps on this machine until it is closed: its plan, and each device as it was before.

jobs/JOB/plan.lwplan         the sealed plan, the very bytes that were agreed to
jobs/JOB/DEVICE.before.age   the device's whole configuration right before the change, encrypted to the job's key and
                             the site's recipients
jobs/JOB/DEVICE.seen.json    what stood around it right before the change, secrets as tokens
jobs/JOB/key                 the job's own age identity, mode 0600; taken away when the job is closed
jobs/JOB/bases.json          what each device had last been brought to before the job: a back-out puts it back
jobs/JOB/key.p7m             the same for the site's recipients, where these are certificates
jobs/JOB/progress.jsonl      what it tells as it goes on (journal/progress.py)

Everything else is on disk (file and folder forced) before anything is written to a device.
"""

from pathlib import Path

from linewright.errors import DataError
from linewright.files import component, new_folder, private_folder, read_bounded, write_whole

#: Bytes: of a plan, of an encrypted configuration, of a key.
_LARGEST_PLAN = 512 << 20
_LARGEST_TEXT = 256 << 20
_LARGEST_KEY = 4096
_LARGEST_SEALED_KEY = 1 << 20


class JobFolder:
    """The folder of one job."""

    def __init__(self, folder: Path, job: str) -> None:
        self.job = job
        self.path = folder / "jobs" / component(job)

    def reserve(self) -> bool:
        """Take the name for a new job: True for exactly one of all who ask on this machine. Raises FacilityError."""
        return new_folder(self.path)

    def keep_plan(self, data: bytes) -> None:
        """Keep the plan's bytes. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self.path / "plan.lwplan", data, mode=0o600)

    @property
    def plan_file(self) -> Path:
        """Where the plan lies; `linewright.plan.changeplan.load` reads it."""
        return self.path / "plan.lwplan"

    def keep_before(self, device: str, sealed: bytes) -> None:
        """Keep a device's encrypted configuration from before. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self._before(device), sealed, mode=0o600)

    def before(self, device: str) -> bytes | None:
        """A device's encrypted configuration from before; None where none was kept.

        Raises:
            DataError: it cannot be read.
        """
        return self._read(self._before(device), _LARGEST_TEXT)

    def keep_seen(self, device: str, seen: bytes) -> None:
        """Keep what stood around a device before its change. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self.path / f"{component(device)}.seen.json", seen, mode=0o600)

    def seen(self, device: str) -> bytes | None:
        """What stood around a device before its change; None where nothing was kept.

        Raises:
            DataError: it cannot be read.
        """
        return self._read(self.path / f"{component(device)}.seen.json", _LARGEST_TEXT)

    def keep_key(self, identity: bytes) -> None:
        """Keep the job's key. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self.path / "key", identity, mode=0o600)

    def keep_sealed_key(self, sealed: bytes) -> None:
        """Keep the job's key as the site's certificates alone can open it; it stays when the job is closed. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self.path / "key.p7m", sealed, mode=0o600)

    def sealed_key(self) -> bytes | None:
        """The job's key as the site's certificates open it; None where none was kept.

        Raises:
            DataError: it cannot be read.
        """
        return self._read(self.path / "key.p7m", _LARGEST_SEALED_KEY)

    def keep_bases(self, data: bytes) -> None:
        """Keep what the devices had last been brought to. Raises FacilityError."""
        private_folder(self.path)
        write_whole(self.path / "bases.json", data, mode=0o600)

    def bases(self) -> bytes | None:
        """What the devices had last been brought to; None where it was not kept.

        Raises:
            DataError: it cannot be read.
        """
        return self._read(self.path / "bases.json", _LARGEST_PLAN)

    def key(self) -> bytes | None:
        """The job's key; None when the job was closed or never had one.

        Raises:
            DataError: it cannot be read.
        """
        return self._read(self.path / "key", _LARGEST_KEY)

    def close(self) -> None:
        """Take the job's key away: from now on only the site's recipients open what it kept.

        Raises:
            DataError: it stands there and cannot be removed.
        """
        try:
            (self.path / "key").unlink(missing_ok=True)
        except OSError as error:
            raise DataError(f"{self.path / 'key'}: cannot be removed: {error.strerror}") from None

    def _before(self, device: str) -> Path:
        return self.path / f"{component(device)}.before.age"

    @staticmethod
    def _read(path: Path, most: int) -> bytes | None:
        try:
            return read_bounded(path, most)
        except FileNotFoundError:
            return None
