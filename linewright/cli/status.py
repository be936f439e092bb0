"""`lw status`: the jobs of this site, or one of them; what is still open, and the next command."""

from typing import TYPE_CHECKING

import click

from linewright.cli.options import here
from linewright.cli.screen import say, say_all
from linewright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from linewright.operate.telling import JobStatus, Status, Told
    from linewright.operate.workplace import Workplace

_SHOWN = 20


@click.command()
@click.argument("job", required=False, default="")
@click.option("--devices", is_flag=True, help="Ask the open devices too; nothing is written to them.")
@click.option("--all", "every", is_flag=True, help=f"List every job, not the newest {_SHOWN}.")
@click.option("--audit", "audited", is_flag=True, help="Hold the journal itself against its signed heads.")
@click.option(
    "--merge",
    is_flag=True,
    help="With --audit: first bring over what was kept here while a shared journal was away.",
)
@click.option(
    "--follow", "followed", is_flag=True,
    help="Join a job that goes on, the newest when none is named; Ctrl-C ends the following, not the job.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def status(
    context: click.Context,
    job: str,
    form: str,
    *,
    devices: bool,
    every: bool,
    audited: bool,
    merge: bool,
    followed: bool,
) -> int:
    """The jobs of this site, newest first; or one job, device by device, with what is still armed there.

    By the journal alone, so it works when no device can be reached; what it says then holds as of the journal. With
    --devices the open ones are read, and nothing is written to them. Exit 1 while a job is open.

    --follow shows what a job of another terminal shows, until it ends, and exits as that job does.

    --audit says up to which record the journal is certain to be as it was written, and exits 1 when it was altered.

    \b
    Example:
      lw status
      lw status J0007-7F3A-91C2 --devices
      lw status --follow
      lw status --audit
    """
    from linewright.operate.auditing import not_brought_over
    from linewright.operate.closing import close_over
    from linewright.operate.jobs import find, jobs_of
    from linewright.operate.resuming import holders
    from linewright.operate.telling import status_of

    place = here(context)
    if merge and not audited:
        raise UsageError("--merge goes with --audit", hint="lw status --audit --merge")
    if followed:
        if devices or every or audited:
            raise UsageError(
                "--follow goes with a job and --format alone", hint=f"lw status --follow {job}".rstrip()
            )
        from linewright.cli.follow import following

        return following(place, job, form)
    if audited:
        return _audit(place, form, merge=merge)
    journal = place.state.journal()
    try:
        close_over(place, journal)
        jobs = jobs_of(journal.entries())
        unmerged = not_brought_over(place, journal)
    finally:
        journal.close()
    chosen = (find(jobs, job),) if job else jobs if every else jobs[:_SHOWN]
    found = status_of(place, chosen, holders(place), ask=devices, unmerged=unmerged)
    if form == "json":
        import msgspec

        say(msgspec.json.encode(found).decode())
    elif job:
        say_all([*_one(found.jobs[0], found), *_waiting(found)])
    else:
        say_all([*_list(found, len(jobs)), *_waiting(found)])
    return int(ExitCode.FINDING if any(one.open for one in found.jobs) else ExitCode.DONE)


def _waiting(found: "Status") -> list[str]:
    """What was kept here and belongs into the shared journal."""
    if not found.unmerged:
        return []
    return [
        f"Kept here while the shared journal was away, and not in it yet: {found.unmerged} records.",
        "Next: lw status --audit --merge",
    ]


def _audit(place: "Workplace", form: str, *, merge: bool) -> int:
    from linewright.operate.auditing import audit, bring_over, told

    brought = bring_over(place) if merge else 0
    found = audit(place)
    if form == "json":
        import msgspec

        say(msgspec.json.encode(found).decode())
    else:
        lines = [f"Brought over {brought} records that were kept here."] if merge else []
        say_all([*lines, *told(found)])
    return int(ExitCode.FINDING if found.altered else ExitCode.DONE)


def _list(found: "Status", total: int) -> list[str]:
    """The jobs in a table of 80 columns; what does not fit stands on a line of its own."""
    if not found.jobs:
        return ["No job was begun here yet."]
    width = max(len(one.job) for one in found.jobs)
    lines = []
    for one in found.jobs:
        mark = "OPEN" if one.open else ""
        what = one.kind if not one.of else f"{one.kind} of {one.of}"
        lines.append(f"{one.job:<{width}}  {_when(one.begun)}  {what:<8}  {_counts(one)}  {mark}".rstrip())
        who = ", ".join(filter(None, (one.ticket, _who(one))))
        lines.append(f"{'':<{width}}  {who}")
        if one.next:
            lines.append(f"{'':<{width}}  next: {one.next}")
    if total > len(found.jobs):
        lines.append(f"{total - len(found.jobs)} older ones: lw status --all")
    return [*lines, f"As of the journal, {_when(found.as_of)}."]


def _one(job: "JobStatus", found: "Status") -> list[str]:
    """One job: who, each device, what is armed, the next command last."""
    what = job.kind if not job.of else f"{job.kind} of {job.of}"
    lines = [f"Job {job.job}  {what}  plan {job.code}" + f"  ticket {job.ticket}" * bool(job.ticket)]
    lines.append(f"Begun     {_when(job.begun)}" + f" by {_who(job)}" * bool(_who(job)))
    lines += [
        f"In hand   {one.device}: {one.user} on {one.host}, process {one.pid}, until {one.until}"
        for one in job.in_hand
    ]
    lines += [f"Stopped   {job.stopped}"] * bool(job.stopped)
    lines += [_back_out(job, found.as_of)] * bool(job.back_out_by)
    width = max((len(one.device) for one in job.devices), default=0)
    lines += [f"  {one.device:<{width}}  {_device(one)}" for one in job.devices]
    if found.asked:
        lines.append(f"As the open devices said, {_when(found.as_of)}.")
    else:
        lines.append(f"As of the journal, {_when(found.as_of)}; no device was asked.")
    armed = [one for one in job.devices if one.pending or (one.open and not one.state)]
    if not armed:
        lines.append("Nothing is armed." if not job.open or found.asked else "")
    elif not found.asked:
        lines.append(
            f"May still be armed: {', '.join(one.device for one in armed)}. Ask: lw status {job.job} --devices"
        )
    if job.next:
        lines.append(f"Next: {job.next}")
    return [line for line in lines if line]


def _back_out(job: "JobStatus", now: str) -> str:
    if now > job.back_out_by:
        return f"Back-out  was agreed to until {_when(job.back_out_by)}; now it takes a reason: --break-glass"
    return f"Back out  by {_when(job.back_out_by)}: lw rollback {job.job}"


def _device(one: "Told") -> str:
    if one.state:
        left = f", {one.seconds_left} s left" if one.seconds_left >= 0 and one.pending else ""
        return f"{one.state.upper()}{left}: {one.told}"
    if not one.open:
        return one.result.upper() if one.result != "not begun" else one.result
    left = (
        f"by the journal at most {one.armed_for} s left of its {one.timer} s"
        if one.armed_for > 0
        else "its timer is over"
    )
    if not one.timer:
        left = "NO auto-rollback"
    return f"OPEN: sent {_when(one.armed)}, attempt {one.attempt}; {left}"


def _counts(job: "JobStatus") -> str:
    found: dict[str, int] = {}
    for one in job.devices:
        found[one.result] = found.get(one.result, 0) + 1
    return "  ".join(f"{number} {word}" for word, number in found.items())


def _who(job: "JobStatus") -> str:
    return f"{job.user}@{job.host}".strip("@")


def _when(text: str) -> str:
    """A time of the journal (UTC) to the minute."""
    return f"{text[:10]} {text[11:13]}{text[14:16]}Z" if len(text) >= 16 else text
