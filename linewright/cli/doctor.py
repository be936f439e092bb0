"""`lw doctor`: what is missing here, and what to do."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from linewright.cli.asking import asker
from linewright.cli.options import scope_of, scoped
from linewright.cli.screen import progress, say_all
from linewright.errors import LinewrightError, SettingsError
from linewright.operate.doctor.result import GROUPS, Check, Examination
from linewright.operate.workplace import Workplace, workplace

_TITLES = {
    "machine": "This machine", "site": "The site", "source": "The source of truth", "devices": "Devices", "backups": "Backups",
}  # fmt: skip
_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL", "not checked": "-   "}
#: Of many devices with the same trouble so many are told one by one.
_SHOWN = 12


@click.command()
@scoped
@click.option("--login", is_flag=True, help="Also log in to devices; otherwise no credential is sent to one.")
@click.option("--no-devices", is_flag=True, help="Leave the devices out.")
@click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help="A key that is to open backups: each is tried.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def doctor(
    context: click.Context,
    /,
    form: str,
    identity: Path | None,
    *,
    login: bool,
    no_devices: bool,
    **scope: tuple[str, ...],
) -> int:
    """Look whether all is here that a change job needs: what is missing, and what to do.

    Nothing is changed anywhere. Exit 1 when something fails, 4 when NetBox or a device does not answer; warnings alone
    are 0.

    \b
    Example:
      lw doctor
      lw doctor --login --site hq
      lw doctor --format json --no-devices
    """
    from linewright.operate.doctor import Wishes, examine

    place: Workplace | SettingsError
    try:
        place = workplace(context.find_root().obj, ask=asker)
    except SettingsError as error:
        place = error
    wishes = Wishes(
        scope=scope_of(scope),
        devices=not no_devices,
        login=login,
        identity=str(identity.absolute()) if identity else "",
    )
    with progress("Asking devices", 0 if no_devices else _managed(place)) as done:
        found = examine(place, wishes, done)
    if form == "json":
        sys.stdout.write(document(found))
    else:
        say_all(lines(found))
    return int(found.code)


def _managed(place: Workplace | SettingsError) -> int:
    """About how many devices will be asked, for a bar to show."""
    try:
        return 0 if isinstance(place, SettingsError) else len(place.snapshot().devices)
    except LinewrightError:
        return 0


def document(found: Examination) -> str:
    """The examination as JSON (schema linewright.doctor/1)."""
    import msgspec

    whole = {
        "schema": "linewright.doctor/1",
        "exit": int(found.code),
        "counts": found.counts,
        "checks": [msgspec.to_builtins(check) for check in found.checks],
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def lines(found: Examination) -> Iterator[str]:
    """The examination as people read it: groups, what is well in few words, what is not with what to do."""
    for group in GROUPS:
        checks = [check for check in found.checks if check.group == group]
        if not checks:
            continue
        yield _TITLES[group]
        yield from (
            _together(checks) if group == "devices" else (line for check in checks for line in _told(check))
        )
    counts = found.counts
    yield (
        f"{len(found.checks)} checks: {counts['ok']} ok, {counts['warn']} warnings, {counts['fail']} failed, "
        f"{counts['not checked']} not checked"
    )


def _told(check: Check) -> Iterator[str]:
    yield f"  {_MARKS[check.state]}  {check.subject}: {check.what}"
    if check.todo and check.state != "ok":
        yield f"          {check.todo}"


def _together(checks: list[Check]) -> Iterator[str]:
    """Devices with the same answer in one line, so that three hundred good ones do not hide the bad one."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for check in checks:
        alike.setdefault((check.state, check.what, check.todo), []).append(check.subject)
    single = [key for key, names in alike.items() if len(names) == 1 and key[0] == "fail"]
    for (state, what, todo), names in alike.items():
        if (state, what, todo) in single[_SHOWN:]:
            continue
        shown = ", ".join(names[:_SHOWN]) + (
            f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        )
        yield f"  {_MARKS[state]}  {f'{len(names)} x {what}: {shown}' if len(names) > 1 else f'{names[0]}: {what}'}"
        if todo and state != "ok":
            yield f"          {todo}"
    if len(single) > _SHOWN:
        yield f"  FAIL  and {len(single) - _SHOWN} more like these: lw doctor --format json"
