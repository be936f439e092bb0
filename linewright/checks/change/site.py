"""The site's own checks of a change: files whose content is sealed in the plan, run in a process apart."""

import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from linewright import children
from linewright.checks.change.child import Answer, Job
from linewright.errors import DataError, Refused
from linewright.files import read_bounded
from linewright.model.observation import Observation
from linewright.plan.changeplan import CheckRef

#: Bytes of a check's file; seconds of processor time and MiB it may use, and seconds it is waited for.
_LARGEST = 256 * 1024
_SECONDS = 10
_MEGABYTES = 512
_WAIT = 30


class SiteCheck:
    """A check of the site's, read once: what is run is what was compared with the plan."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self._source = source

    @property
    def digest(self) -> str:
        """SHA-256 over its UTF-8 bytes."""
        return sha256(self._source.encode()).hexdigest()

    def agrees(self, ref: CheckRef) -> None:
        """Refuse a check whose file is not the one that was planned with.

        Raises:
            Refused: its content has changed.
        """
        if self.digest != ref.digest:
            raise Refused(
                f"the check {self.name} is not the one the plan was made with",
                hint="put the file back as it was, or make a new plan",
            )

    def judge(
        self,
        before: Observation,
        after: Observation,
        around: Mapping[str, tuple[Observation, Observation]],
        given: Mapping[str, tuple[str, ...]],
    ) -> tuple[str, ...]:
        """What is wrong, in words; a check that fails in itself, or does not end, has found something wrong."""
        job = Job(
            name=self.name,
            source=self._source,
            before=_plain(before),
            after=_plain(after),
            around={
                name: {"before": _plain(one), "after": _plain(other)} for name, (one, other) in around.items()
            },
            input=dict(given),
            seconds=_SECONDS,
            megabytes=_MEGABYTES,
        )
        answer = _answer(job)
        if answer.error:
            return (f"{self.name} could not judge: {answer.error}",)
        return tuple(f"{self.name}: {fault}" for fault in answer.wrong)


def site_check(root: Path, name: str) -> SiteCheck:
    """The check in a file of the site ("tests/change/errors.py").

    Raises:
        DataError: there is none, it is not UTF-8, or it lies outside the site.
    """
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()):
        raise DataError(f"the check {name} lies outside the site", hint="checks are files of the site's own")
    try:
        return SiteCheck(name, read_bounded(path, _LARGEST).decode())
    except FileNotFoundError:
        raise DataError(
            f"the check {path} is not there", hint="apply.checks in nornir.yaml names it"
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"the check {path} is not UTF-8") from None


def _answer(job: Job) -> Answer:
    try:
        ended = subprocess.run(
            [sys.executable, "-I", "-m", "linewright.checks.change.child"],
            input=msgspec.json.encode(job),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=children.bare(),
            cwd="/",
            timeout=_WAIT,
            check=False,
        )
        return msgspec.json.decode(ended.stdout, type=Answer)
    except subprocess.TimeoutExpired:
        return Answer(error=f"it did not end within {_WAIT} s")
    except OSError as error:
        return Answer(error=f"it cannot be started: {error.strerror}")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Answer(error=f"it used more than {job.seconds} s or {job.megabytes} MiB, or ended its process")


def _plain(seen: Observation) -> dict[str, object]:
    found = msgspec.to_builtins(seen)
    assert isinstance(found, dict)  # noqa: S101 - of a record it always is
    return found
