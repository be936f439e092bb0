"""`lw rollback`: take a job back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewright.cli.interrupt import stopping_on_signals
from linewright.cli.options import here
from linewright.cli.screen import agreed, counted, on_terminal, progress, say, say_all, warn_prose
from linewright.errors import ExitCode, UsageError
from linewright.operate.workplace import Workplace

if TYPE_CHECKING:
    from linewright.operate.backing_out import BackOut, Prepared, TakenBack


@click.command()
@click.argument("job", required=False, default="")
@click.option(
    "--device", "devices", multiple=True,
    help="Only this device (may be given again); without a job: the newest job that changed it.",
)  # fmt: skip
@click.option(
    "--yes", is_flag=True, help="Do not ask, where every line was agreed to with the plan; for machines."
)
@click.option(
    "--identity", type=click.Path(path_type=Path, dir_okay=False),
    help="The site's backup key: opens what a closed job kept, for old secrets.",
)  # fmt: skip
@click.option(
    "--break-glass", metavar="REASON", default="",
    help="It cannot wait for an agreement, or the journal is away. The reason is written down.",
)  # fmt: skip
@click.pass_context
def rollback(
    context: click.Context,
    job: str,
    *,
    devices: tuple[str, ...],
    yes: bool,
    identity: Path | None,
    break_glass: str,
) -> int:
    """Take a job back, on all devices it has changed or on some.

    The back-out was agreed to with the plan: until its time is over it begins at once. NetBox, tickets, snapshots and
    templates are not asked. If others have changed a device since, only the job's own lines go back, and a person says
    yes to them. It is a job of its own, guarded as the change was: the device's own timer, read back over a new session,
    then confirmed.

    \b
    Example:
      lw rollback J0007-7F3A-91C2
      lw rollback --device hq-wan2
      lw rollback J0007-7F3A-91C2 --break-glass "site cut off, 0241Z"
    """
    from linewright.operate.back_out_job import Asked
    from linewright.operate.backing_out import prepare

    place = here(context)
    asked = Asked(job=job, devices=devices, identity=identity, break_glass=" ".join(break_glass.split()))
    with progress("Reading devices", len(devices)) as done:
        prepared = prepare(place, asked, done)
    found = prepared.back_out
    if (code := _shown(found)) is not None:
        return int(code)
    say()
    if not (yes and found.agreed):
        if not on_terminal():
            raise UsageError(
                "nobody is here to agree to it"
                + ("" if found.agreed else ": not all of it is known to be agreed to with the plan"),
                hint="give --yes when a machine runs this" if found.agreed else "run it on a terminal",
            )
        plan = found.plan or found.done
        count = len(found.waiting) + len(found.undone)
        if not agreed(
            f"This writes to {counted(count, 'device')}. Type the code {plan.code} to go on:", plan.code
        ):
            say("Nothing was written.")
            return int(ExitCode.USAGE)
    return _carry_out(place, prepared)


def _shown(found: "BackOut") -> ExitCode | None:
    """Show what taking it back means; the exit status when that is all there is to do."""
    from linewright.plan.undo_screen import lines, screen

    for problem in found.problems:
        warn_prose(f"  {problem.message}")
        if problem.hint:
            warn_prose(f"    {problem.hint}")
    if found.problems:
        warn_prose(f"Nothing was written. {_others(found.of.name, tuple(found.undone))}")
        return found.code
    if found.unread:
        warn_prose(f"The journal cannot be read: {found.unread}")
    if found.plan is None and not found.waiting:
        say(f"Nothing of job {found.of.name} is left on {', '.join(found.nothing)}: nothing to take back.")
        return ExitCode.DONE
    if found.waiting:
        say(f"Waiting   not confirmed yet, taken back at once: {', '.join(found.waiting)}")
    if found.plan is not None:
        say_all(
            screen(
                found.plan, found.undone, job=found.of.name, until=found.until, nothing=found.nothing,
                since=found.since,
            )
        )  # fmt: skip
        say_all(lines(found.plan, found.undone))
    return None


def _carry_out(place: Workplace, prepared: "Prepared") -> int:
    from linewright.cli.teller import BACK_OUT_WORDS, Teller, ending
    from linewright.operate.backing_out import carry_out

    found = prepared.back_out
    plan = found.plan or found.done
    with stopping_on_signals() as stop, Teller.of(plan, words=BACK_OUT_WORDS).live() as teller:
        taken = carry_out(place, prepared, teller.announce, teller.stage, stop)
        lines = _waited(taken)
        if taken.result is not None:
            lines += ending(taken.result, "", done="taken back", undone="not taken back")
        if taken.told:
            lines.append(f"This job is not in the site's journal: {taken.told}")
        teller.end(lines)
    return int(taken.code)


def _waited(taken: "TakenBack") -> list[str]:
    """How it went where the change had not been confirmed yet."""
    lines: list[str] = []
    for one in taken.waited:
        back = one.result == "rolled back"
        lines.append(
            f"  {one.device}  {'TAKEN BACK before it was confirmed' if back else one.result.upper()}"
        )
        if not back:
            lines.append(f"    {one.message}")
            lines += [
                f"    {word}: {told}" for word, told in (("armed", one.armed), ("next", one.hint)) if told
            ]
    if taken.waited and taken.result is None:
        back = all(one.result == "rolled back" for one in taken.waited)
        lines.append(f"{'DONE' if back else 'STOPPED, no other device was begun'}  job {taken.job}")
    return lines


def _others(job: str, names: tuple[str, ...]) -> str:
    """How to take back what nothing stands in the way of."""
    if not names:
        return ""
    return "The others alone: lw rollback " + " ".join((job, *(f"--device {name}" for name in names)))
