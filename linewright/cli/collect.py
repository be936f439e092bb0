"""`lw collect`: read what devices say, touch nothing."""

import sys
from pathlib import Path

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import progress, say, say_all
from linewright.operate.workplace import Workplace
from linewright.reports.collected import Collected, text


@click.command()
@scoped
@click.option(
    "--command", "commands", multiple=True, metavar='"show ..."',
    help="Also ask this show command (may be given again).",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False),
    help="Write one JSON file per device into this folder.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def collect(
    context: click.Context,
    /,
    commands: tuple[str, ...],
    output: Path | None,
    form: str,
    **scope: tuple[str, ...],
) -> int:
    """Read configurations, facts, ports, addresses, LLDP, BGP, OSPF, ARP and routes. Nothing is written to a device.

    Secrets are replaced before anything is kept. How many devices are read at once, and how many a second, the
    settings say (collect.parallel, .per_second, .per_site). Exit 4 if a device was not reached; the others are kept.

    \b
    Example:
      lw collect
      lw collect --site hq --command "show version" -o collected
    """
    from linewright.operate.collecting import collect as collected_of
    from linewright.operate.collecting import document
    from linewright.operate.scope import in_scope

    place = here(context)
    snapshot = place.snapshot()
    matched = in_scope(snapshot, scope_of(scope), place.settings)
    if form == "text":
        say(matched_line(matched, snapshot))
    with progress("Reading devices", len(matched.devices)) as done:
        collected = collected_of(place, matched, done, commands=commands, into=output)
    if form == "json":
        for part in document(place, collected):
            sys.stdout.write(part)
    else:
        say_all(text(collected))
        _answers(place, collected, commands)
    return int(collected.code)


def _answers(place: Workplace, collected: Collected, commands: tuple[str, ...]) -> None:
    """The answers to the commands asked, device by device."""
    if not commands or collected.folder:
        return
    for name, seen in collected.devices.items():
        observation = None if seen.error else place.state.seen(name)
        for command, answer in (observation.commands if observation else {}).items():
            say()
            say(f"{name}: {command}")
            say_all(f"  {line}" for line in answer.rstrip().split("\n"))
