"""The jobs of a site as its journal tells them, and until when each may be taken back without asking anew. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from linewright.change.record import unsettled
from linewright.journal.journal import Entry
from linewright.model.objects import Record
from linewright.model.observation import now_text

#: After these something of the job is on the device, or may be: its text says what.
CHANGED = ("confirmed", "not saved", "foreign", "partly back")
_LAST = ("job begun", "device ended", "job ended")


class Past(Record, frozen=True):
    """One job.

    `kind` is "apply" or "rollback", `of` the job that a rollback takes back. `plan` is the digest of its plan, `code`
    its plan code. `ended` is when it ended (UTC), or when the last of it was written down. `results` is how each
    device ended, by name; `open` are devices of which that is not known. `attempts` is the last attempt on each device.
    `closed`: its key is gone.
    """

    job: str
    kind: str = "apply"
    of: str = ""
    plan: str = ""
    code: str = ""
    ended: str = ""
    results: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance
    attempts: dict[str, int] = {}  # noqa: RUF012 - as above
    open: tuple[str, ...] = ()
    closed: bool = False

    @property
    def changed(self) -> tuple[str, ...]:
        """The devices on which something of it is, or may be."""
        return tuple(name for name, result in self.results.items() if result in CHANGED)


def past(entries: Iterable[Entry]) -> dict[str, Past]:
    """Every job of a journal by its name, oldest first."""
    listed = list(entries)
    found: dict[str, Past] = {}
    results: dict[str, dict[str, str]] = {}
    attempts: dict[str, dict[str, int]] = {}
    for entry in listed:
        if entry.event == "job begun":
            found[entry.job] = Past(
                job=entry.job, kind=_word(entry, "kind") or "apply", of=_word(entry, "of"),
                plan=_word(entry, "plan"), code=_word(entry, "code"), ended=entry.time,
            )  # fmt: skip
        if entry.job not in found:
            continue
        ends = results.setdefault(entry.job, {})
        if entry.event == "arming" and isinstance(number := entry.detail.get("attempt"), int):
            attempts.setdefault(entry.job, {})[entry.device] = number
        if entry.event == "device ended":
            ends[entry.device] = _word(entry, "result")
        elif entry.event == "job ended" and isinstance(told := entry.detail.get("results"), dict):
            ends.update({str(device): str(result) for device, result in told.items()})
        elif entry.event == "job closed":
            found[entry.job] = msgspec.structs.replace(found[entry.job], closed=True)
        if entry.event in _LAST:
            found[entry.job] = msgspec.structs.replace(found[entry.job], ended=entry.time)
    left: dict[str, list[str]] = {}
    for device, job in unsettled(listed).items():
        left.setdefault(job, []).append(device)
    return {
        name: msgspec.structs.replace(
            one, results=results[name], attempts=attempts.get(name, {}), open=tuple(left.get(name, ()))
        )
        for name, one in found.items()
    }


def later(jobs: dict[str, Past], job: str, device: str) -> tuple[str, ...]:
    """Jobs that have changed a device after this one did."""
    names = list(jobs)
    return tuple(name for name in names[names.index(job) + 1 :] if device in jobs[name].changed)


def newest(jobs: dict[str, Past], device: str) -> Past | None:
    """The last job that has changed a device, or of which nobody knows whether it has; None when none has."""
    return next((one for one in reversed(jobs.values()) if device in (*one.changed, *one.open)), None)


def back_out_by(job: Past, within: int) -> str:
    """Until when a job may be taken back by the agreement to its plan (UTC); "" when its end is not known.

    Args:
        job: the job.
        within: the seconds that its plan gives (`ChangePlan.back_out_within`).
    """
    try:
        ended = datetime.fromisoformat(job.ended).astimezone(UTC)
        return now_text((ended + timedelta(seconds=within)).timestamp())
    except (ValueError, OverflowError):
        return ""


def _word(entry: Entry, key: str) -> str:
    found = entry.detail.get(key, "")
    return found if isinstance(found, str) else ""
