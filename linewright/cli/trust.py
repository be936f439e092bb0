"""`lw trust`: enrol host keys and certificates."""

from collections.abc import Callable, Iterator
from functools import partial

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import agreed, on_terminal, say, warn
from linewright.devices.trust import Identity
from linewright.errors import ExitCode, LinewrightError, Refused, UsageError
from linewright.operate.workplace import Workplace


@click.group()
def trust() -> None:
    """Host keys and certificates of devices: an identity that is not enrolled is never given a credential.

    \b
    Example:
      lw trust scan
      lw trust accept --device hq-wan1
    """


@trust.command()
@click.pass_context
def show(context: click.Context) -> int:
    """List what is enrolled.

    \b
    Example:
      lw trust show
    """
    from linewright.devices.trust import Trust

    place = here(context)
    identities = Trust(place.settings.path(place.settings.trust)).enrolled()
    for identity in identities:
        say(f"{identity.device:<16} {identity.kind}  {identity.fingerprint}")
    if not identities:
        say("Nothing is enrolled yet: lw trust scan")
    return int(ExitCode.DONE)


_JUMPS = click.option(
    "--jump", "jumps", multiple=True, help="A jump host instead of devices (may be given again)."
)


@trust.command()
@scoped
@_JUMPS
@click.pass_context
def scan(context: click.Context, /, jumps: tuple[str, ...], **scope: tuple[str, ...]) -> int:
    """Look at the identity each device shows now; nothing is enrolled, it is sent no credential. Exit 1 if one changed.

    Devices behind a jump host are looked at through it: its own identity must be enrolled, and it is logged into.

    \b
    Example:
      lw trust scan --site hq
      lw trust scan --jump bastion
    """
    _seen, codes = _look(context, scope, jumps)
    return max(codes, default=int(ExitCode.DONE))


@trust.command()
@scoped
@_JUMPS
@click.option(
    "--yes", is_flag=True, help="Do not ask; for machines that compared the fingerprints by other means."
)
@click.option("--replace", is_flag=True, help="Also enrol identities that differ from the enrolled ones.")
@click.pass_context
def accept(
    context: click.Context, /, *, yes: bool, replace: bool, jumps: tuple[str, ...], **scope: tuple[str, ...]
) -> int:
    """Enrol the identities devices show now, after somebody compared the fingerprints.

    \b
    Example:
      lw trust accept --device hq-wan1
    """
    from linewright.devices.trust import Trust

    place = here(context)
    seen, codes = _look(context, scope, jumps)
    enrolled = Trust(place.settings.path(place.settings.trust))
    changed = [identity for identity in seen if enrolled.state(identity) == "changed"]
    if changed and not replace:
        raise Refused(
            f"{', '.join(identity.device for identity in changed)}: another identity is enrolled",
            hint="find out why it changed; then give --replace",
        )
    new = [identity for identity in seen if enrolled.state(identity) != "enrolled"]
    if not new:
        say("Nothing new to enrol.")
        return max(codes, default=int(ExitCode.DONE))
    if not yes:
        if not on_terminal():
            raise UsageError(
                "nobody is here to compare fingerprints", hint="give --yes if that was done already"
            )
        if not agreed("Compare each fingerprint with the device's own console. Type yes to enrol:", "yes"):
            say("Nothing was enrolled.")
            return int(ExitCode.USAGE)
    enrolled.accept(*new)
    say(f"Enrolled {len(new)}.")
    return max((code for code in codes if code != ExitCode.FINDING), default=int(ExitCode.DONE))


def _look(
    context: click.Context, scope: dict[str, tuple[str, ...]], jumps: tuple[str, ...]
) -> tuple[list[Identity], list[int]]:
    """What devices in scope, or jump hosts, show, printed as it is compared; exit statuses of what is wrong."""
    from linewright.devices.trust import Trust

    place = here(context)
    if jumps and any(scope.values()):
        raise UsageError("--jump looks at jump hosts, not at devices", hint="give it without other flags")
    shown = _jump_hosts(place, jumps) if jumps else _devices(place, scope)
    enrolled = Trust(place.settings.path(place.settings.trust))
    seen, codes = [], []
    for name, look in shown:
        try:
            identity = look()
        except LinewrightError as error:
            warn(f"{name:<16} {error.message}")
            if error.hint:
                warn(f"{'':<16} next: {error.hint}")
            codes.append(int(error.code))
            continue
        state = enrolled.state(identity)
        say(
            f"{name:<16} {identity.kind}  {identity.fingerprint}  {'CHANGED' if state == 'changed' else state}"
        )
        if state == "changed":
            codes.append(int(ExitCode.FINDING))
        seen.append(identity)
    return seen, codes


def _devices(
    place: Workplace, scope: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, Callable[[], Identity]]]:
    from linewright.devices.trust import scan as scan_one
    from linewright.operate.fleet import targets
    from linewright.operate.scope import in_scope

    matched = in_scope(place.snapshot(), scope_of(scope), place.settings)
    say(matched_line(matched))
    for name, target in targets(place, matched.devices).items():
        yield name, partial(scan_one, target, place.secrets.credential)


def _jump_hosts(place: Workplace, jumps: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], Identity]]]:
    from linewright.devices.reach import jump_host
    from linewright.devices.trust import scan_ssh

    for name in jumps:
        server = jump_host(name, place.settings)
        yield server.name, partial(scan_ssh, server.name, server, place.secrets.credential)
