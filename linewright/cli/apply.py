"""`lw apply`: do what a plan says."""

from pathlib import Path

import click

from linewright.cli.interrupt import stopping_on_signals
from linewright.cli.options import here
from linewright.cli.screen import agreed, counted, on_terminal, say, say_all
from linewright.cli.teller import Teller, ending
from linewright.errors import ExitCode, UsageError
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, load
from linewright.plan.screen import cautions, summary


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask; for machines.")
@click.pass_context
def apply(context: click.Context, file: Path, *, yes: bool) -> int:
    """Carry out a plan, once, and nothing but the plan.

    Whoever has to agree has agreed (`lw approve`), or nothing is done. Every device is read first, and what it runs is
    kept, encrypted; if one is not as the plan found it, nothing is written anywhere. Then, one batch after the other:
    commit with the device's own timer, read back over a new session, look at its neighbours, confirm, read again. What
    is not proved is taken back, at once or by the device's own timer.

    Ctrl-C ends it after the devices under way. A closed terminal does not: `lw status --follow` joins the job again.

    \b
    Example:
      lw apply change.lwplan
    """
    from linewright.operate.agreed import before_applying
    from linewright.operate.still_current import still_current

    place = here(context)
    plan = load(file)
    people = before_applying(place, plan, file)
    if current := still_current(place, plan):
        say(current)
    if yes:
        say_all(cautions(plan))
        say_all(people)
    else:
        say_all(summary(plan))
        say_all(people)
        if not on_terminal():
            raise UsageError("nobody is here to agree to it", hint="give --yes when a machine runs this")
        if not agreed(
            f"This writes to {counted(len(plan.devices), 'device')}. Type the plan code to go on:", plan.code
        ):
            say("Nothing was written.")
            return int(ExitCode.USAGE)
    return carry_out(place, plan, note="")


def carry_out(place: Workplace, plan: ChangePlan, note: str) -> int:
    """Apply a plan and tell it line by line; `note` stands behind each line about a device. The exit status."""
    from linewright.operate.applying import apply_plan

    with stopping_on_signals() as stop, Teller.of(plan, note).live() as teller:
        result = apply_plan(place, plan, teller.announce, teller.stage, stop)
        teller.end(ending(result, note))
    return int(result.code)
