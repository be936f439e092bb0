"""`lw plan`: what would change, sealed in one file; `lw plan show FILE`."""

from pathlib import Path
from typing import Literal

import click

from linewright.cli.authoring import written
from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.plan_refresh import refresh
from linewright.cli.plan_show import show, write_page
from linewright.cli.plan_status import status
from linewright.cli.screen import counted, progress, say, say_all, say_prose, warn, warn_prose
from linewright.errors import ExitCode, UsageError
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan


@click.group(invoke_without_command=True)
@scoped
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Where the plan is written."
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as one page, too: for review and print.",
)
@click.option(
    "--base",
    default="last",
    show_default=True,
    help="Change from: last (applied), running, or a snapshot's code.",
)
@click.option(
    "--mode",
    type=click.Choice(["managed", "replace"]),
    default="managed",
    show_default=True,
    help="managed: what no template makes stays. replace: it goes.",
)
@click.option("--snapshot", "code", default="", help="Plan for this snapshot instead of the newest.")
@click.option("--branch", default="", help="Take this branch of NetBox and plan for it.")
@click.option("--ticket", default="", help="The ticket this change is for.")
@click.option(
    "--timer",
    type=click.IntRange(min=10),
    default=None,
    help="Seconds until a device takes it back unconfirmed.",
)
@click.option(
    "--include-drift", is_flag=True, help="Where a wanted line meets drift, take that drift into the change."
)
@click.option("--offline", is_flag=True, help="Read no device: plan from what was last collected.")
@click.option(
    "--may-lose", multiple=True, metavar="WHAT", help="This may be gone afterwards: bgp 192.0.2.1, port eth3."
)
@click.option("--purpose", default="", help="What this change is for, in your words.")
@click.option(
    "--pattern", default="", metavar="NAME", help="A standard change: agreed to by its signed pattern."
)
@click.pass_context
def plan(
    context: click.Context,
    /,
    output: Path | None,
    html: Path | None,
    base: str,
    mode: Literal["managed", "replace"],
    code: str,
    branch: str,
    ticket: str,
    timer: int | None,
    include_drift: bool,
    offline: bool,
    may_lose: tuple[str, ...],
    purpose: str,
    pattern: str,
    **scope: tuple[str, ...],
) -> int | None:
    """Read the devices in scope and seal what would change into one file. Nothing is written to a device.

    A plan is one change: what lies between the base and NetBox now, laid onto what runs. Lines that already differed
    are counted, listed and left alone. With --offline no device is read: the plan says when each was, and apply still
    compares it with the device.

    \b
    Example:
      lw plan --device hq-wan2 -o change.lwplan --html change.html
      lw plan --device hq-leaf1 --mode replace -o whole.lwplan
      lw plan --branch video --site hq -o video.lwplan
      lw plan show change.lwplan
    """
    if context.invoked_subcommand is not None:
        return None
    if html is not None and output is None:
        raise UsageError("--html writes the page of a plan that is written", hint="give -o FILE too")
    from linewright.operate.planning import Request, make_plan
    from linewright.operate.scope import in_scope

    place = here(context)
    snapshot = place.snapshot(_branch(place, branch, code) if branch else code)
    chosen = scope_of(scope)
    matched = in_scope(snapshot, chosen, place.settings)
    say(matched_line(matched, snapshot))
    request = Request(
        scope=chosen,
        base=base,
        mode=mode,
        ticket=ticket,
        timer=timer or 0,
        branch=branch,
        include_drift=include_drift,
        offline=offline,
        may_lose=may_lose,
        purpose=purpose,
        pattern=pattern,
    )
    with progress("Reading running configurations", len(matched.devices)) as done:
        planned = make_plan(place, snapshot, request, done)
    for problem in planned.problems:
        warn_prose(f"  {problem.message}")
        if problem.hint:
            warn_prose(f"    {problem.hint}")
    if planned.plan is None:
        _remove_former(output)
    if planned.problems:
        warn(
            f"No plan was made: {len(planned.problems)} of {counted(len(matched.devices), 'device')} in its way."
        )
        return int(planned.code)
    if planned.plan is None:
        say_prose(["Nothing to change: what NetBox says is what was last applied, on every device in scope."])
        _tell_drift(planned.drift)
        return int(ExitCode.DONE)
    _tell(place, planned.plan, planned.drift, output, html)
    return int(ExitCode.DONE)


def _tell(
    place: Workplace, made: ChangePlan, drift: dict[str, int], output: Path | None, html: Path | None
) -> None:
    """Write the plan where that is asked for, and show it: on one screen, or all of it where it is not kept."""
    from linewright.files import write_whole
    from linewright.plan.changeplan import dump
    from linewright.plan.screen import summary
    from linewright.plan.show import detail

    if output is not None:
        write_whole(output, dump(made), mode=0o600)
        if html is not None:
            write_page(output, html)
    say()
    say_all(summary(made))
    _tell_drift(drift)
    if output is None:
        say_all(detail(made))
        return
    written(place, made, output)
    if html is not None:
        say(f"Review    {html}    (lw plan show {output} --check {html})")


def _branch(place: Workplace, branch: str, code: str) -> str:
    """The code of a new snapshot of a branch."""
    from linewright.operate.snapshots import take

    if code:
        raise UsageError("--branch and --snapshot exclude each other", hint="--branch takes a new snapshot")
    taken = take(place, (), None, lambda *_: None, branch=branch)
    say(f"This is branch {branch} of NetBox, as snapshot {taken.code}; it is not merged")
    return taken.code


def _tell_drift(drift: dict[str, int]) -> None:
    """Older drift on devices this plan does not touch."""
    if drift:
        lines = sum(drift.values())
        from linewright.plan.screen import fitted

        told = f"Also      {counted(lines, 'line')} of older drift on others: "
        say(fitted(told, drift, " (lw verify)"))


def _remove_former(output: Path | None) -> None:
    """Take away an earlier plan where this one would have been written: it no longer says what is wanted."""
    from linewright.errors import LinewrightError
    from linewright.plan.changeplan import load

    if output is None or not output.is_file():
        return
    try:
        load(output)
    except LinewrightError:
        return  # not a plan of ours: somebody else's file stays
    output.unlink()
    warn(f"The earlier plan in {output} was removed: it does not say what is wanted now.")


plan.add_command(show)
plan.add_command(status)
plan.add_command(refresh)
