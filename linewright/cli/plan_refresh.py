"""`lw plan refresh`: the same change, planned anew."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewright.cli.authoring import written
from linewright.cli.options import here
from linewright.cli.screen import progress, say, say_all, warn_prose
from linewright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from linewright.operate.refreshing import Refreshed
    from linewright.plan.changeplan import ChangePlan

_SHOWN = 12


@click.command("refresh")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the new plan is written; the old one stays.",
)
@click.option("--snapshot", "code", default="", help="Plan for this snapshot instead of the newest.")
@click.option("--offline", is_flag=True, help="Plan from what was last collected; no device is read.")
@click.pass_context
def refresh(context: click.Context, file: Path, output: Path, code: str, *, offline: bool) -> int:
    """Make a plan anew: the same scope, base, mode, ticket and timer, the newest snapshot, the devices as they are now.

    It says whether the same lines are sent as before, or what differs on which device. The new plan has another code:
    whoever agreed to the old one has not agreed to it.

    \b
    Example:
      lw snapshot
      lw plan refresh change.lwplan -o change-2.lwplan
    """
    from linewright.operate import refreshing
    from linewright.plan.changeplan import load

    if output.exists():
        raise UsageError(
            f"{output} exists", hint="give the new plan a name of its own; plans are kept, not overwritten"
        )
    place = here(context)
    old = load(file)
    snapshot, merged = refreshing.source(place, old, code)
    say(
        f"PLAN {old.ticket}".rstrip()
        + f"  code {old.code}, made {old.created}; now for snapshot {snapshot.code}"
    )
    if merged:
        say(f"Branch {merged} is merged: the new plan is for the main data")
    with progress("Reading running configurations", len(old.devices)) as done:
        found = refreshing.refresh(place, old, snapshot, done, merged=merged, offline=offline)
    for problem in found.planned.problems:
        warn_prose(f"  {problem.message}")
        if problem.hint:
            warn_prose(f"    {problem.hint}")
    if found.planned.problems:
        warn_prose(
            f"No plan was made: {len(found.planned.problems)} devices stand in its way; {file} is as it was."
        )
        return int(found.planned.code)
    if found.planned.plan is None:
        say(f"Nothing to change any more on any device in scope. No plan was made; {file} is as it was.")
        return int(ExitCode.DONE)
    _told(found, found.planned.plan, output)
    written(place, found.planned.plan, output)
    return int(ExitCode.DONE)


def _told(found: "Refreshed", new: "ChangePlan", output: Path) -> None:
    """Write the new plan and tell it beside the old one."""
    from linewright.files import write_whole
    from linewright.plan.changeplan import dump
    from linewright.plan.screen import summary

    write_whole(output, dump(new), mode=0o600)
    say("Same lines, newer base" if found.same else "Other lines than before:")
    for one in found.devices:
        moved = f"; differs: {', '.join(one.moved)}" if one.moved else ""
        if one.how != "same lines" or one.moved:
            say(f"  {one.device}: {one.how}{moved}")
        if one.how == "other lines":
            lines = [*(f"- {line}" for line in one.removed), *(f"+ {line}" for line in one.added)]
            say_all(f"    {line}" for line in lines[:_SHOWN])
            if len(lines) > _SHOWN:
                say(f"    and {len(lines) - _SHOWN} more lines")
    say()
    say_all(summary(new))
    say()
