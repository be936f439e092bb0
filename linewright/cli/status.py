"""`lw status`: the jobs of this site, or one of them; what is still open, and the next command."""

from typing import TYPE_CHECKING

import click

from linewright.cli.options import here
from linewright.cli.screen import counted, say, say_all
from linewright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from linewright.operate.telling import Status
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
    from linewright.cli.status_screen import one_job, table
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
    found = status_of(place, chosen, holders(place), ask=devices, unmerged=unmerged, among=jobs)
    if form == "json":
        import msgspec

        say(msgspec.json.encode(found).decode())
    elif job:
        say_all([*one_job(found.jobs[0], found), *_waiting(found)])
    else:
        say_all([*table(found, len(jobs)), *_waiting(found)])
    return int(ExitCode.FINDING if any(one.open for one in found.jobs) else ExitCode.DONE)


def _waiting(found: "Status") -> list[str]:
    """What was kept here and belongs into the shared journal."""
    if not found.unmerged:
        return []
    return [
        f"Kept here while the shared journal was away, not in it yet: {counted(found.unmerged, 'record')}.",
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
        lines = [f"Brought over what was kept here: {counted(brought, 'record')}."] if merge else []
        say_all([*lines, *told(found)])
    return int(ExitCode.FINDING if found.altered else ExitCode.DONE)
