"""`lw status` for people: jobs in a table, or one job with each device, what is armed and the next command. Pure."""

from collections import Counter

from linewright.operate.telling import InHand, JobStatus, Status, Told
from linewright.plan.screen import WIDTH, fitted

#: Of a job with more devices, those that ended alike stand together.
_EACH = 12
#: What stands alone however many there are: somebody has to look at it.
_TOGETHER = ("confirmed", "not begun", "unchanged")
_BACK_OUT = {"confirmed": "taken back", "not saved": "taken back, not saved", "rolled back": "not taken back"}


def table(found: Status, total: int) -> list[str]:
    """Jobs, newest first, in 80 columns; what does not fit stands on a line of its own."""
    if not found.jobs:
        return ["No job was begun here yet."]
    width = max(len(one.job) for one in found.jobs)
    lines = []
    for one in found.jobs:
        mark = "  OPEN" if one.open else ""
        lines.append(f"{one.job:<{width}}  {when(one.begun)}  {_kind(one)}{mark}")
        who = ", ".join(filter(None, (one.ticket, _who(one))))
        lines.append(f"{'':<{width}}  {_counts(one)}" + f"  {who}" * bool(who))
        if len(lines[-1]) > WIDTH:
            lines[-1:] = [f"{'':<{width}}  {_counts(one)}", f"{'':<{width}}  {who}"]
        if one.next:
            lines.append(f"{'':<{width}}  next: {one.next}")
    if total > len(found.jobs):
        lines.append(f"{total - len(found.jobs)} older: lw status --all")
    return [*lines, f"As of the journal, {when(found.as_of)}."]


def one_job(job: JobStatus, found: Status) -> list[str]:
    """One job: who, each device, what is armed, the next command last."""
    lines = [f"Job {job.job}  {_kind(job)}  plan {job.code}"]
    lines += [f"Ticket    {job.ticket}"] * bool(job.ticket)
    lines.append(f"Begun     {when(job.begun)}" + f" by {_who(job)}" * bool(_who(job)))
    lines += _in_hand(job.in_hand)
    lines += [f"Stopped   {job.stopped}"] * bool(job.stopped)
    lines += _back_out(job, found.as_of)
    lines += _devices(job, found.as_of)
    if found.asked:
        lines.append(f"As the open devices said, {when(found.as_of)}.")
    else:
        lines.append(f"As of the journal, {when(found.as_of)}; no device was asked (--devices asks).")
    if armed := [one.device for one in job.devices if _may_be_armed(one)]:
        word = (
            "Armed"
            if found.asked and all(one.pending for one in job.devices if one.open)
            else "May still be armed"
        )
        lines.append(fitted(f"{word}: ", armed))
    elif not job.open or found.asked:
        lines.append("Nothing is armed.")
    if job.next:
        lines.append(f"Next: {job.next}")
    return lines


def when(text: str) -> str:
    """A time of the journal (UTC) to the minute."""
    return f"{text[:10]} {text[11:13]}{text[14:16]}Z" if len(text) >= 16 else text


def _devices(job: JobStatus, now: str) -> list[str]:
    """Each device; of many those that ended alike, and need nobody, together."""
    width = max((len(one.device) for one in job.devices), default=0)
    alone = [
        one for one in job.devices if len(job.devices) <= _EACH or one.open or one.result not in _TOGETHER
    ]
    lines = [f"  {one.device:<{width}}  {_device(one, job.kind, now)}" for one in alone]
    groups: dict[str, list[str]] = {}
    for one in job.devices:
        if one not in alone:
            groups.setdefault(_device(one, job.kind, now), []).append(one.device)
    return [*lines, *(fitted(f"  {len(names)} {told}: ", names) for told, names in groups.items())]


def _may_be_armed(one: Told) -> bool:
    """Of a device that was not asked, or did not answer, nobody knows."""
    return bool(one.pending) or (one.open and one.state in ("", "unreachable"))


def _in_hand(hands: tuple[InHand, ...]) -> list[str]:
    by: dict[str, list[str]] = {}
    for one in hands:
        who = f"{one.user} on {one.host}, process {one.pid}, until {when(one.until)}"
        by.setdefault(who, []).append(one.device)
    return [
        f"In hand   {who}: {names[0] if len(names) == 1 else f'{len(names)} devices'}"
        for who, names in by.items()
    ]


def _back_out(job: JobStatus, now: str) -> list[str]:
    if not job.back_out_by:
        return []
    if now > job.back_out_by:
        return [f"Back out  was agreed to until {when(job.back_out_by)}; now: --break-glass REASON"]
    return [f"Back out  by {when(job.back_out_by)}: lw rollback {job.job}"]


def _device(one: Told, kind: str, now: str) -> str:
    if one.state:
        left = f", {one.seconds_left} s left" if one.seconds_left >= 0 and one.pending else ""
        return f"{one.state.upper()}{left}: {one.told}"
    if one.taken_back:
        return f"{one.result.upper()}, then taken back by {one.taken_back}"
    if not one.open:
        return one.result if one.result == "not begun" else _word(one.result, kind).upper()
    left = (
        f"at most {one.armed_for} s left of its {one.timer} s" if one.armed_for > 0 else "its timer is over"
    )
    if not one.timer:
        left = "NO auto-rollback"
    sent = when(one.armed).removeprefix(f"{now[:10]} ")
    return f"OPEN: sent {sent}{f', attempt {one.attempt}' * (one.attempt > 1)}; {left}"


def _kind(job: JobStatus) -> str:
    return job.kind if not job.of else f"{job.kind} of {job.of}"


def _word(result: str, kind: str) -> str:
    """What people call it: a job that takes another one back confirms that it is gone."""
    return _BACK_OUT.get(result, result) if kind == "rollback" else result


def _counts(job: JobStatus) -> str:
    found = Counter(
        "taken back since" if one.taken_back else _word(one.result, job.kind) for one in job.devices
    )
    return "  ".join(f"{number} {word}" for word, number in found.items())


def _who(job: JobStatus) -> str:
    return f"{job.user}@{job.host}".strip("@")
