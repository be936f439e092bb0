"""`lw resume`: after a crash, find out where every device stands, and settle it."""

from typing import TYPE_CHECKING

import click

from linewright.cli.interrupt import stopping_on_signals
from linewright.cli.options import here
from linewright.cli.screen import agreed, counted, on_terminal, say, say_all
from linewright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from linewright.operate.resuming import Resumed
    from linewright.operate.workplace import Workplace

SCHEMA = "linewright.resume/1"


@click.command()
@click.argument("job", required=False, default="")
@click.option(
    "--go-on", is_flag=True, help="When all is settled, go on with the devices that were not begun."
)
@click.option(
    "--done", multiple=True, metavar="DEVICE",
    help="I used it: the change is in force there (where its text reads alike with and without).",
)  # fmt: skip
@click.option(
    "--not-done", multiple=True, metavar="DEVICE", help="I used it: the change is not in force there."
)
@click.option("--yes", is_flag=True, help="With --go-on: do not ask; for machines.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def resume(
    context: click.Context,
    job: str,
    done: tuple[str, ...],
    not_done: tuple[str, ...],
    form: str,
    *,
    go_on: bool,
    yes: bool,
) -> int:
    """Find out what became of a job whose process died, and settle it: the newest open job, or the one named.

    Each open device is read until nothing of the change can come any more. What waits there as planned is proved and
    confirmed if there is time, else taken back now; what is as before is written down as not done. Nothing of the
    change is sent again, unless --go-on says so: then every device left is read first, as at the start.

    \b
    Example:
      lw resume
      lw resume J0007-7F3A-91C2 --go-on
    """
    from linewright.operate.resuming import Said, resume, which

    if twice := set(done) & set(not_done):
        raise UsageError(f"{', '.join(sorted(twice))}: both --done and --not-done")
    if go_on and form == "json":
        raise UsageError("--go-on tells as it goes on, not as JSON", hint="resume first, then go on")
    place = here(context)
    found = which(place, job)
    width = max((len(one.device) for one in found.devices), default=0)
    if form == "text":
        say(f"Job {found.name}: {len(found.open)} of {counted(len(found.devices), 'device')} open")

    def watch(device: str, stage: str) -> None:
        if form == "text":
            say(f"  {device:<{width}}  {stage}")

    resumed = resume(place, found, watch, said=Said(done=frozenset(done), not_done=frozenset(not_done)))
    if form == "json":
        _json(resumed)
        return int(resumed.code)
    say_all(_ending(resumed, going_on=go_on))
    if go_on and resumed.to_go_on and not resumed.job.open:
        return _go_on(place, resumed, yes=yes)
    return int(resumed.code)


def _ending(resumed: "Resumed", *, going_on: bool) -> list[str]:
    """State of the network, what is still armed, the one next command; counts on the last line."""
    from linewright.cli.teller import unkept_lines

    lines: list[str] = []
    for one in resumed.settled:
        outcome = one.outcome
        told = outcome.message.removeprefix(f"{outcome.device}: ")
        lines.append(f"  {outcome.device}: {_word(outcome.result)}" + f": {told}" * bool(told))
        if outcome.armed:
            lines.append(f"    armed: {outcome.armed}")
    job = resumed.job
    if resumed.state == "split":
        lines.append(
            f"SPLIT: some devices have the change, some are as before; all back: lw rollback {job.name}"
        )
    if not any(one.outcome.armed for one in resumed.settled) and not job.open:
        lines.append("Nothing is armed.")
    lines += unkept_lines(resumed.unkept)
    command = _next(resumed)
    if command and not (going_on and resumed.to_go_on and not job.open):
        lines.append(f"Next: {command}")
    lines.append(f"{_headline(resumed)}  {counts(resumed)}  job {job.name}")
    return lines


def _next(resumed: "Resumed") -> str:
    """The one next command: what is open comes first, then what is not as it should be, then going on."""
    ordered = sorted(
        (one for one in resumed.settled if one.outcome.result != "confirmed" and one.outcome.hint),
        key=lambda one: (
            ("unknown", "partly back", "foreign", "not saved").index(one.outcome.result)
            if one.outcome.result in {"unknown", "partly back", "foreign", "not saved"}
            else 9
        ),
    )
    if ordered and ordered[0].outcome.result in {"unknown", "partly back", "foreign", "not saved"}:
        return ordered[0].outcome.hint
    if resumed.to_go_on and resumed.job.kind == "apply":
        return f"lw resume {resumed.job.name} --go-on   ({counted(len(resumed.to_go_on), 'device')} to go)"
    if ordered:
        return f"lw verify --device {ordered[0].outcome.device}"
    return "" if resumed.code == ExitCode.DONE and not resumed.settled else "lw verify"


def counts(resumed: "Resumed") -> str:
    """How many devices of the job ended how."""
    job = resumed.job
    words = (
        ("confirmed", ("confirmed",)),
        ("rolled back", ("rolled back",)),
        ("not done", ("unchanged", "refused", "not reached")),
        ("confirmed, not saved", ("not saved",)),
        ("in part", ("partly back",)),
        ("with foreign lines", ("foreign",)),
    )
    parts = [f"{job.count(*results)} {told}" for told, results in words if job.count(*results)]
    begun = sum(not one.armed and not one.result for one in job.devices)
    parts += [f"{begun} not begun"] * bool(begun)
    return "  ".join([*parts, f"{len(job.open)} unknown"])


def _word(result: str) -> str:
    return {"unchanged": "NOT DONE", "not saved": "CONFIRMED, NOT SAVED", "partly back": "IN PART"}.get(
        result, result.upper()
    )


def _headline(resumed: "Resumed") -> str:
    words = {ExitCode.DONE: "DONE", ExitCode.UNKNOWN: "UNKNOWN"}
    return words.get(resumed.code, "SETTLED")


def _json(resumed: "Resumed") -> None:
    import msgspec

    say(
        msgspec.json.encode({
            "schema": SCHEMA,
            "job": resumed.job.name,
            "code": resumed.job.code,
            "exit": int(resumed.code),
            "state": resumed.state or "",
            "to_go_on": resumed.to_go_on,
            "next": _next(resumed),
            "devices": [
                {"device": one.device, "result": one.told, "open": one.open} for one in resumed.job.devices
            ],
            "settled": [
                {
                    "device": one.outcome.device,
                    "state": one.standing.state,
                    "result": one.outcome.result,
                    "message": one.outcome.message,
                    "armed": one.outcome.armed,
                    "next": one.outcome.hint,
                }
                for one in resumed.settled
            ],
        }).decode()
    )  # fmt: skip


def _go_on(place: "Workplace", resumed: "Resumed", *, yes: bool) -> int:
    from linewright.cli.teller import Teller, ending
    from linewright.operate.going_on import go_on
    from linewright.operate.resuming import plan_of
    from linewright.plan.screen import cautions, summary

    plan = plan_of(place, resumed.job, only=resumed.to_go_on)
    if yes:
        say_all(cautions(plan))
    else:
        say_all(summary(plan))
        if not on_terminal():
            raise UsageError("nobody is here to agree to it", hint="give --yes when a machine runs this")
        asked = (
            f"This goes on with {counted(len(plan.devices), 'device')}. "
            f"Type the code of the whole plan, {resumed.job.code}, to go on:"
        )
        if not agreed(asked, resumed.job.code):
            say("Nothing was written.")
            return int(ExitCode.USAGE)
    with stopping_on_signals() as stop, Teller.of(plan).live() as teller:
        result = go_on(place, resumed, teller.announce, teller.stage, stop)
        teller.end(ending(result, ""))
    return int(result.code)
