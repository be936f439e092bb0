"""`lw plan status`: is a plan still what NetBox asks for?"""

from pathlib import Path

import click

from linewright.cli.options import here
from linewright.cli.screen import say, say_all
from linewright.errors import UsageError

_SCHEMA = "linewright.plan-status/1"


@click.command("status")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--snapshot", "code", default="", help="Compare with this snapshot instead of the newest.")
@click.option("--now", is_flag=True, help="Take a new snapshot first.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def status(context: click.Context, file: Path, code: str, form: str, *, now: bool) -> int:
    """Whether a plan is still what NetBox asks for, and what changed where it is not. No device is read.

    The site's templates are filled in again with the newest snapshot, for the devices of the plan alone. A change
    elsewhere makes no plan out of date. Exit 1 when a device is out of date.

    \b
    Example:
      lw plan status change.lwplan
      lw plan status change.lwplan --now
    """
    from linewright.cli.plan_standing import standing_lines
    from linewright.operate.plan_status import plan_status
    from linewright.operate.snapshots import opened, take
    from linewright.plan.changeplan import load

    if now and code:
        raise UsageError("--now and --snapshot exclude each other")
    place = here(context)
    plan = load(file)
    if now:
        taken = take(place, (), None, lambda *_: None)
        code = taken.code
    found = plan_status(place, plan, opened(place, code) if code else None)
    if form == "json":
        import msgspec

        late = [device.standing.device for device in found.late]
        document = {"schema": _SCHEMA, "out_of_date": late, **msgspec.to_builtins(found)}
        say(msgspec.json.encode(document).decode())
        return int(found.code)
    say_all(standing_lines(found, plan, file))
    return int(found.code)
