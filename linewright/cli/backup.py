"""`lw backup`: keep running configurations, encrypted for people and showable for everybody."""

import sys
from pathlib import Path

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import progress, say, say_all, warn, warn_prose
from linewright.errors import ExitCode

_SHOWN = 6


@click.group(invoke_without_command=True)
@scoped
@click.pass_context
def backup(context: click.Context, /, **scope: tuple[str, ...]) -> int | None:
    """Read running configurations and keep those that changed, in the site's git repository.

    The whole text is encrypted to the people that backup.recipients names (two at least); beside it lies a view with
    tokens for secrets, to be shown and compared. Nothing is written to a device. Exit 4 if one was not reached, 1 if a
    backup is not as linewright wrote it: that is not committed.

    \b
    Example:
      lw backup
      lw backup list
      lw backup show hq-r1
    """
    if context.invoked_subcommand is not None:
        return None
    from linewright.model.alike import alike, next_step
    from linewright.operate.backup import back_up
    from linewright.operate.scope import in_scope

    place = here(context)
    snapshot = place.snapshot()
    matched = in_scope(snapshot, scope_of(scope), place.settings)
    say(matched_line(matched, snapshot))
    with progress("Reading running configurations", len(matched.devices)) as done:
        result = back_up(place, snapshot, matched, done)
    for name in result.written:
        say(f"  {name}  kept")
    for group in alike({name: error.message for name, error in result.errors.items()}):
        warn_prose(f"  NOT KEPT  {group.line}")
        if len(group.devices) > 1:
            warn_prose(f"    {', '.join(group.devices)}")
        if step := next_step(group, {name: error.hint for name, error in result.errors.items()}):
            warn_prose(f"    Next: {step}")
    kept = f"{len(result.written)} kept, {len(result.unchanged)} unchanged since the last one"
    kept += f", {len(result.errors)} not backed up" if result.errors else ""
    say(f"{kept}.{f' Commit {result.commit}.' if result.commit else ''}")
    if result.foreign:
        shown = ", ".join(result.foreign[:_SHOWN])
        more = f" and {len(result.foreign) - _SHOWN} more" if len(result.foreign) > _SHOWN else ""
        warn_prose(f"NOT COMMITTED  linewright did not write this so: {shown}{more}")
        warn_prose("Next: git status, git diff: who did? lw backup --device NAME writes a backup anew")
    return int(result.code)


@backup.command("list")
@click.option(
    "--identity", type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Open each with this key, in memory, and compare it with its view.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def list_(context: click.Context, identity: Path | None, form: str) -> int:
    """What is kept of which device, how old, and who cannot open it. Exit 1 if anything is missing.

    \b
    Example:
      lw backup list
      lw backup list --identity /media/key/offline.age
    """
    from linewright.operate.backup import listed
    from linewright.operate.scope import Scope, in_scope
    from linewright.reports.backups import document, text

    place = here(context)
    snapshot = place.snapshot()
    devices = in_scope(snapshot, Scope(), place.settings).devices
    found = listed(place, snapshot, devices, identity)
    if form == "json":
        sys.stdout.write(document(found).decode())
    else:
        say_all(text(found))
    return int(found.code)


@backup.command()
@click.argument("device")
@click.option("--at", "revision", default="", help="As it was at this git revision.")
@click.pass_context
def show(context: click.Context, device: str, revision: str) -> int:
    """Show the kept configuration of a device, tokens in the place of secrets.

    \b
    Example:
      lw backup show hq-r1
      lw backup show hq-r1 --at HEAD~3
    """
    from linewright.operate.backup import view

    say_all(view(here(context), device, revision).rstrip("\n").split("\n"))
    return int(ExitCode.DONE)


@backup.command("open")
@click.argument("device")
@click.option(
    "--identity", required=True, type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="An age identity file, an SSH private key, or key and certificate in PEM form (mode 0600).",
)  # fmt: skip
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
    help="Write it here, readable by its owner alone, instead of to standard output.",
)  # fmt: skip
@click.pass_context
def open_(context: click.Context, device: str, identity: Path, output: Path | None) -> int:
    """Open the kept configuration of a device, secrets and all. It goes to standard output and nowhere else.

    \b
    Example:
      lw backup open hq-r1 --identity offline.age -o hq-r1.cfg
    """
    from linewright.files import write_whole
    from linewright.operate.backup import plain

    text = plain(here(context), device, identity)
    if output is not None:
        write_whole(output, text, mode=0o600)
        warn(f"{output} holds the secrets of {device}: remove it when you are done.")
    elif sys.stdout.isatty():
        say_all(text.decode(errors="replace").rstrip("\n").split("\n"))
    else:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
    return int(ExitCode.DONE)
