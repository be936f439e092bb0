"""`lw snapshot`: take NetBox as it is now."""

import os
import sys

import click

from linewright.cli.options import here
from linewright.cli.screen import agreed, on_terminal, say, warn_prose
from linewright.cli.snapshot_diff import diff
from linewright.errors import ExitCode

_SHOWN = 8


@click.group(invoke_without_command=True)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Only devices NetBox finds by this filter.",
)
@click.option("--branch", default="", help="Take this branch of NetBox; it is kept beside the newest.")
@click.option(
    "--expect", type=int, default=None, metavar="N", help="Refuse another number of devices than N."
)
@click.option(
    "--fewer-is-right",
    is_flag=True,
    help="Keep it even with over 10 % fewer devices or cables than before.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def snapshot(
    context: click.Context,
    filters: tuple[str, ...],
    branch: str,
    expect: int | None,
    form: str,
    *,
    fewer_is_right: bool,
) -> int:
    """Take NetBox as it is now, whole or not at all, and keep it in the site's state folder. Or: diff two of them.

    This is NetBox, not the devices: those are read by collect, plan and verify. More than 10 % fewer devices or
    cables than in the newest snapshot asks a person; without one, and in CI, it is refused and nothing is kept.

    \b
    Example:
      lw snapshot
      lw snapshot --filter site=hq --expect 18
      lw snapshot diff 9C41-77D0
    """
    if context.invoked_subcommand is not None:
        return int(ExitCode.DONE)
    from linewright.operate.snapshots import take

    place = here(context)
    taken = take(
        place, filters, expect, _progress, lambda fewer: fewer_is_right or _agreed(fewer), branch=branch
    )
    if form == "json":
        import msgspec

        say(msgspec.json.encode({"schema": "linewright.snapshot/1", **msgspec.to_builtins(taken)}).decode())
        return int(ExitCode.DONE)
    when = f", as of {taken.taken}" if taken.taken else ""
    what = "the description" if taken.source == "description" else "NetBox"
    what += f", branch {branch}" * bool(branch)
    say(f"This is {what}; devices: lw collect")
    say(f"{taken.source}: {taken.devices} devices, {taken.cables} cables{when}")
    if taken.uncompared:
        warn_prose(f"Not compared with the newest: {taken.uncompared}")
    if taken.before:
        parts = [
            f"{len(names)} device{'s' * (len(names) != 1)} {word} ({_few(names)})"
            for names, word in (
                (taken.added, "added"),
                (taken.removed, "removed"),
                (taken.changed, "changed"),
            )
            if names
        ]
        parts += ["sites, prefixes, circuits or cables changed"] * taken.tables_changed
        say(f"Since {taken.before}: {'; '.join(parts) or 'nothing changed'}")
    if branch:
        say(f"Saved {taken.code} beside the newest: it is a branch. Plan on it: lw plan --branch {branch}")
        return int(ExitCode.DONE)
    if filters:
        say(
            f"Saved {taken.code} beside the newest: it is a part of NetBox. Use it by --snapshot {taken.code}."
        )
        return int(ExitCode.DONE)
    say(f"Saved {taken.code}")
    return int(ExitCode.DONE)


snapshot.add_command(diff)


def _agreed(fewer: object) -> bool:
    """Whether somebody at a terminal says that so few are right; in CI nobody is asked."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false") or not on_terminal():
        return False
    return agreed(f"There are {fewer}. If that is right, type yes to keep the snapshot:", "yes")


def _few(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{what:<24} {done}/{total}      ", err=True, nl=False)
        if done >= total:
            click.echo("\r\x1b[K", err=True, nl=False)
