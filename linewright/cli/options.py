"""Options that mean the same everywhere, and the site a command works in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from linewright.cli.asking import asker
from linewright.model.snapshot import Snapshot
from linewright.operate.scope import InScope, Scope
from linewright.operate.workplace import Workplace, workplace

_F = TypeVar("_F", bound=Callable[..., Any])

_SCOPE = (
    ("device", "devices", "Only this device (may be given again)."),
    ("site", "sites", "Only devices of this site (slug)."),
    ("role", "roles", "Only devices of this role (slug)."),
    ("tag", "tags", "Only devices with this tag (slug)."),
    (
        "filter",
        "filters",
        "Only devices with FIELD=VALUE (name, site, role, platform, type, status, location, rack).",
    ),
)


def scoped(command: _F) -> _F:
    """Give a command the scope flags; it takes them as keyword arguments for `scope_of`."""
    for flag, name, text in reversed(_SCOPE):
        command = click.option(f"--{flag}", name, multiple=True, help=text)(command)
    return command


def scope_of(given: dict[str, tuple[str, ...]]) -> Scope:
    """The Scope of the flags given."""
    return Scope(**given)


def here(context: click.Context) -> Workplace:
    """The workplace of the site the command runs in."""
    folder: Path = context.find_root().obj
    return workplace(folder, ask=asker)


def matched_line(matched: InScope, snapshot: Snapshot | None = None) -> str:
    """The first line of every command with a scope: how many devices it is about, and by which snapshot."""
    alone = len(matched.left_alone)
    text = f"{len(matched.devices)} device{'s' * (len(matched.devices) != 1)} in scope"
    text += f", {alone} left alone (no platform, no address, or not active)" if alone else ""
    if snapshot is not None:
        text += f"; snapshot {snapshot.code}" + (
            f" of {snapshot.origin.taken}" if snapshot.origin.taken else ""
        )
    return text
