"""`lw rollback`: take a job back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewright.cli.interrupt import stopping_on_signals
from linewright.cli.options import here
from linewright.cli.screen import agreed, on_terminal, progress, say, say_all, warn
from linewright.errors import ExitCode, UsageError
from linewright.operate.workplace import Workplace

if TYPE_CHECKING:
    from linewright.operate.backing_out import Prepared


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
    for problem in found.problems:
        warn(f"  {problem.message}")
        if problem.hint:
            warn(f"    {problem.hint}")
    if found.problems:
        warn(f"Nothing was written. {_others(found.of.job, tuple(found.undone))}")
        return int(found.code)
    if found.plan is None:
        say(f"Nothing of job {found.of.job} is left on {', '.join(found.nothing)}: nothing to take back.")
        return int(ExitCode.DONE)
    from linewright.plan.undo_screen import lines, screen

    say_all(
        screen(
            found.plan,
            found.undone,
            job=found.of.job,
            until=found.until,
            nothing=found.nothing,
            since=found.since,
        )
    )
    say_all(lines(found.plan, found.undone))
    say()
    if not (yes and found.agreed):
        if not on_terminal():
            raise UsageError(
                "nobody is here to agree to it"
                + ("" if found.agreed else ": these lines are not those agreed to with the plan"),
                hint="give --yes when a machine runs this" if found.agreed else "run it on a terminal",
            )
        if not agreed(
            f"This writes to {len(found.plan.devices)} devices. Type the code {found.plan.code} to go on:",
            found.plan.code,
        ):
            say("Nothing was written.")
            return int(ExitCode.USAGE)
    return _carry_out(place, prepared)


def _carry_out(place: Workplace, prepared: "Prepared") -> int:
    from linewright.cli.apply import Teller, ending
    from linewright.operate.backing_out import carry_out

    plan = prepared.back_out.plan
    assert plan is not None  # noqa: S101 - the caller has looked
    words = {"confirmed": "TAKEN BACK", "not saved": "TAKEN BACK, NOT SAVED", "rolled back": "NOT TAKEN BACK"}
    teller = Teller(plan, "", words)
    with stopping_on_signals() as stop:
        result = carry_out(place, prepared, teller.announce, teller.stage, stop)
        teller.tell(ending(result, "", done="taken back", undone="not taken back"))
    return int(result.code)


def _others(job: str, names: tuple[str, ...]) -> str:
    """How to take back what nothing stands in the way of."""
    if not names:
        return ""
    return "The others alone: lw rollback " + " ".join((job, *(f"--device {name}" for name in names)))
