"""The jobs of a site as its journal tells them: what each was for, how far it came on each device, what is still open."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from linewright.change.standing import Known
from linewright.errors import DataError
from linewright.journal.holder import Holder
from linewright.journal.journal import Entry
from linewright.model.objects import Record

#: Results after which a device of a job is as before.
BACK = frozenset({"unchanged", "rolled back", "refused", "not reached"})


class OneDevice(Record, frozen=True):
    """How far a job came on one device; `result` is how it ended there ("" not yet, or never begun).

    `armed` is when the last attempt was begun (UTC), "" for never, `up` the seconds of that boot, `mark` where the
    device's own record of commands stood. `answered`, `confirming`, `taken_back` as in
    `linewright.change.standing.Known`; `ours` says that it was us who decided to take it back.
    """

    device: str
    attempt: int = 0
    timer: int = 0
    armed: str = ""
    up: int = -1
    mark: str = ""
    answered: bool = False
    confirming: bool = False
    taken_back: bool = False
    result: str = ""

    @property
    def open(self) -> bool:
        """Whether something was sent there and nobody knows what became of it."""
        return bool(self.armed) and self.result in ("", "unknown")

    @property
    def told(self) -> str:
        """How it stands by the journal, in a word or two."""
        if self.result:
            return self.result
        return "not begun" if not self.armed else "open"


class Process(Record, frozen=True):
    """A process that had a job in hand; `boot` is the boot of its machine."""

    host: str = ""
    user: str = ""
    pid: int = 0
    boot: str = ""

    def is_the(self, holder: Holder) -> bool:
        """Whether it is that holder of a lease."""
        return (self.host, self.pid, self.boot) == (holder.host, holder.pid, holder.boot)


class Job(Record, frozen=True):
    """A job. `when` is UTC; `kind` is "apply" or "rollback" (of the job `of`); `attempt` the last one it came to.

    `ended` says that its process lived to its end (of the last attempt), `closed` that nothing is kept of it any more.
    `within` are the seconds after its end in which it may be taken back without asking anew (-1: not known).
    `over` is when it ended, or the last that is known of how it did (UTC). `process` is the one that has, or had, it in
    hand last.
    """

    name: str
    code: str
    plan: str
    when: str
    kind: str = "apply"
    of: str = ""
    process: Process = Process()
    attempt: int = 1
    devices: tuple[OneDevice, ...] = ()
    ended: bool = False
    over: str = ""
    within: int = -1
    stopped: str = ""
    closed: bool = False

    @property
    def open(self) -> tuple[OneDevice, ...]:
        """The devices of which nobody knows what became of the change there."""
        return tuple(one for one in self.devices if one.open)

    @property
    def unsettled(self) -> bool:
        """Whether `resume` has something to find out, or to write down."""
        return bool(self.open) or not self.ended

    @property
    def to_go_on(self) -> tuple[str, ...]:
        """The devices it can go on with: never begun, or as before without anybody having decided that."""
        return tuple(
            one.device
            for one in self.devices
            if not one.open and (one.result in ("", "unchanged", "refused", "not reached") or _by_itself(one))
        )

    def device(self, name: str) -> OneDevice:
        """One of its devices.

        Raises:
            DataError: the job does not touch it.
        """
        for one in self.devices:
            if one.device == name:
                return one
        raise DataError(f"job {self.name} does not touch {name}")

    def count(self, *results: str) -> int:
        """How many devices ended like that."""
        return sum(one.result in results for one in self.devices)


def _by_itself(one: OneDevice) -> bool:
    """Whether a device took the change back because nobody was there to confirm it."""
    return one.result == "rolled back" and not one.taken_back


def jobs_of(entries: Iterable[Entry]) -> tuple[Job, ...]:
    """Every job of the journal, newest first."""
    found: dict[str, Job] = {}
    for entry in entries:
        if (job := _after(found.get(entry.job), entry)) is not None:
            found[entry.job] = job
    return tuple(reversed(found.values()))


def find(jobs: tuple[Job, ...], name: str) -> Job:
    """The job of that name, or of a part of it that no other has.

    Raises:
        DataError: there is none, or several.
    """
    if exact := [job for job in jobs if job.name == name]:
        return exact[0]
    close = [job for job in jobs if name.upper() in job.name.upper()]
    if len(close) == 1:
        return close[0]
    if close:
        raise DataError(
            f"{name!r} may be any of {', '.join(job.name for job in close[:5])}", hint="lw status"
        )
    raise DataError(f"there is no job {name!r} in this site's journal", hint="lw status lists them")


def known(one: OneDevice, *, boot: str = "", here: str = "", up: float = 0, now: float = 0) -> Known:
    """What the journal knows of a device's change.

    Args:
        one: as the journal has it.
        boot: of the machine that armed it.
        here: the boot of this machine; `up` seconds since then.
        up: see there.
        now: seconds since 1970, by a clock that may have been set.
    """
    since = up - one.up if boot and boot == here and 0 <= one.up <= up else 0.0
    age = now - datetime.fromisoformat(one.armed).astimezone(UTC).timestamp() if one.armed else 0.0
    return Known(
        attempt=one.attempt,
        timer=one.timer,
        answered=one.answered,
        confirming=one.confirming,
        taken_back=one.taken_back,
        since=since,
        age=max(0.0, age),
        mark=one.mark,
    )


def _after(job: Job | None, entry: Entry) -> Job | None:
    """A job after one more record; None when there is none yet and this does not begin one."""
    if entry.event == "job begun":
        return _begun(entry)
    if job is None:
        return None
    if entry.device:
        devices = tuple(_moved(one, entry) if one.device == entry.device else one for one in job.devices)
        over = entry.time if entry.event == "device ended" else job.over
        return msgspec.structs.replace(job, devices=devices, over=over)
    return _whole(job, entry)


def _begun(entry: Entry) -> Job:
    detail = entry.detail
    return Job(
        name=entry.job,
        code=_text(detail.get("code")),
        plan=_text(detail.get("plan")),
        when=entry.time,
        over=entry.time,
        within=_number(detail.get("back_out_within"), -1),
        kind=_text(detail.get("kind")) or "apply",
        of=_text(detail.get("of")),
        devices=tuple(OneDevice(device=name) for name in _names(detail.get("devices"))),
        process=_process(detail),
    )


def _whole(job: Job, entry: Entry) -> Job:
    """What one more record says of a job as a whole."""
    detail = entry.detail
    if entry.event == "job resumed":
        attempt = max(job.attempt, _number(detail.get("attempt")))
        return msgspec.structs.replace(
            job, ended=False, stopped="", attempt=attempt, process=_process(detail)
        )
    if entry.event == "job closed":
        return msgspec.structs.replace(job, closed=True)
    if entry.event != "job ended":
        return job
    results = detail.get("results")
    ends = results if isinstance(results, dict) else {}
    devices = tuple(
        msgspec.structs.replace(one, result=_text(ends[one.device]))
        if one.device in ends and one.result in ("", "unknown")
        else one
        for one in job.devices
    )
    stopped = _text(detail.get("stopped"))
    return msgspec.structs.replace(job, ended=True, devices=devices, over=entry.time, stopped=stopped)


def _moved(one: OneDevice, entry: Entry) -> OneDevice:
    """What one more record says of a device."""
    detail = entry.detail
    match entry.event:
        case "arming":
            return OneDevice(
                device=one.device,
                attempt=_number(detail.get("attempt")) or 1,
                timer=_number(detail.get("timer")),
                armed=entry.time,
                up=_number(detail.get("up"), -1),
                mark=_text(detail.get("mark")),
            )
        case "committed":
            return msgspec.structs.replace(one, answered=True)
        case "confirming":
            return msgspec.structs.replace(one, confirming=True)
        case "rolling back":
            return msgspec.structs.replace(one, taken_back=True)
        case "device ended":
            return msgspec.structs.replace(one, result=_text(detail.get("result")))
        case _:
            return one


def _process(detail: dict[str, Any]) -> Process:
    return Process(
        host=_text(detail.get("host")),
        user=_text(detail.get("user")),
        pid=_number(detail.get("pid")),
        boot=_text(detail.get("boot")),
    )


def _names(value: object) -> Iterator[str]:
    return (_text(name) for name in (value if isinstance(value, list) else ()))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object, otherwise: int = 0) -> int:
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
