"""`lw check`: are the rules kept?"""

import sys
import time
from pathlib import Path

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import progress, say, say_all, warn_prose
from linewright.errors import ExitCode, worst


@click.command()
@scoped
@click.option("--snapshot", "code", default="", help="Check against this snapshot instead of the newest.")
@click.option(
    "--collected",
    type=click.Path(path_type=Path, file_okay=False),
    help="Judge what lw collect -o DIR wrote; no device is read.",
)
@click.option("--pyats", is_flag=True, help="Let pyATS (AEtest) run the same checks.")
@click.option(
    "--testbed",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only write a testbed for `pyats run job`.",
)
@click.option(
    "--uptime",
    type=click.IntRange(min=0),
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="A device should have been up so long.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def check(
    context: click.Context,
    /,
    code: str,
    collected: Path | None,
    testbed: Path | None,
    uptime: int,
    form: str,
    *,
    pyats: bool,
    **scope: tuple[str, ...],
) -> int:
    """Judge every device in scope: routing neighbours, cables, time since it started. Exit 1 if a rule is not kept.

    A rule that nobody could look at is told as not reviewed, never as kept.

    \b
    Example:
      lw check --site hq
      lw check --collected seen/ --format json
      lw check --testbed lab.yaml && pyats run job $(lw site path tests/compliance/job.py) --testbed-file lab.yaml
    """
    from linewright.checks.compliance import CHECKS, Limits, report
    from linewright.model.alike import alike, next_step
    from linewright.model.observation import now_text
    from linewright.operate.compliance import checking
    from linewright.operate.scope import in_scope

    place = here(context)
    snapshot = place.snapshot(code)
    matched = in_scope(snapshot, scope_of(scope), place.settings)
    if form == "text":
        say(matched_line(matched, snapshot))
    limits = Limits(uptime=uptime)
    if testbed is not None:
        checking.write_testbed(place, snapshot, matched, testbed, limits)
        say(f"Written   {testbed}")
        return int(ExitCode.DONE)
    with progress("Reading devices", 0 if collected else len(matched.devices)) as done:
        checked = checking.check(
            place, snapshot, matched, done, collected=collected, limits=limits, by_pyats=pyats
        )
    if form == "json":
        oldest, newest = checked.seen or ("", "")
        unreached = [problem.device for problem in checked.unread]
        facts = {"snapshot": snapshot.code, "unreached": unreached, "seen": oldest, "seen_newest": newest}
        sys.stdout.write(report.document(checked.verdicts, facts).decode())
    else:
        if collected is not None and checked.seen is not None:
            say(report.age(*checked.seen, now_text(time.time())))
        say_all(report.text(checked.verdicts, CHECKS))
    for group in alike({problem.device: problem.message for problem in checked.unread}):
        if step := next_step(group, {problem.device: problem.hint for problem in checked.unread}):
            warn_prose(f"{group.line}")
            warn_prose(f"Next: {step}")
    return int(worst([report.code(checked.verdicts), checked.code]))
