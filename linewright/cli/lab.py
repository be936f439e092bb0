"""`lw lab`: FRR routers in network namespaces, and a disposable NetBox."""

import subprocess
import sys
from pathlib import Path

import click

from linewright import children
from linewright.cli.options import here
from linewright.cli.screen import say, warn
from linewright.errors import ExitCode

#: Seconds a command on a router may take when nobody sits at the terminal to end it.
_PATIENCE = 600


@click.group()
def lab() -> None:
    """Real FRR routers in network namespaces, and a disposable NetBox (both need `make lab-deps`).

    \b
    Example:
      lw lab netbox up && lw lab netbox seed && lw snapshot
      sudo lw lab up && lw lab status
    """


@lab.command()
@click.option("--snapshot", "code", default="", help="Build this snapshot's lab instead of the newest one's.")
@click.option(
    "--wait", "seconds", default=60, show_default=True, help="Seconds to wait for neighbours and sessions."
)
@click.pass_context
def up(context: click.Context, code: str, seconds: int) -> int:
    """Boot the FRR routers of a snapshot with the configurations rendered from it.

    \b
    Example:
      sudo lw lab up
    """
    from linewright.lab.frr.waiting import wait
    from linewright.operate.labs import lab_up

    place = here(context)
    snapshot = place.snapshot(code)
    built = lab_up(place, snapshot, _progress)
    say(
        f"{len(built.routers)} routers and {len(built.topology.links)} cables are up, snapshot {snapshot.code}."
    )
    say("Their configurations are noted as last applied, their host keys as enrolled.")
    missing = wait(built, seconds=seconds)
    for line in (*missing.neighbors, *missing.sessions):
        warn(f"  not yet: {line}")
    if not missing:
        say("All neighbours are seen and all sessions that both ends configure are up.")
    return int(ExitCode.DONE)


@lab.command()
@click.pass_context
def status(context: click.Context) -> int:
    """Show the routers of the lab. Exit 1 if a program that should run does not.

    \b
    Example:
      lw lab status
    """
    from linewright.lab.frr.lab import status as status_of
    from linewright.lab.frr.state import load

    routers = status_of(load(here(context).lab))
    for router in routers:
        state = (
            "up"
            if router.pid and not router.stopped
            else "DOWN"
            if not router.pid
            else f"stopped: {', '.join(router.stopped)}"
        )
        say(f"{router.name:<12} {router.address:<15} port {router.port:<5} {state}")
    broken = any(not router.pid or router.stopped for router in routers)
    return int(ExitCode.FINDING if broken else ExitCode.DONE)


@lab.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("router")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def exec_(context: click.Context, router: str, command: tuple[str, ...]) -> int:
    """Run a command on a router of the lab; its output and exit status are passed on.

    \b
    Example:
      lw lab exec hq-wan1 vtysh -c "show bgp summary"
    """
    from linewright.lab.frr.state import load

    found = load(here(context).lab).router(router)
    if sys.stdin.isatty():
        return subprocess.run(found.command(list(command)), env=children.inherited(), check=False).returncode
    answer = found.run(list(command), timeout=_PATIENCE)
    sys.stdout.write(answer.stdout)
    sys.stderr.write(answer.stderr)
    return answer.returncode


@lab.command()
@click.argument("one")
@click.argument("other")
@click.pass_context
def swap(context: click.Context, one: str, other: str) -> int:
    """Swap two cables between their four ports, as somebody in a hurry would; the same again puts them back.

    Waits until LLDP shows the new state.

    \b
    Example:
      sudo lw lab swap C-0001 C-0004 && lw verify
    """
    from linewright.operate.labs import swap as swapped

    done = swapped(here(context), one, other)
    first, second = done.first, done.second
    say(f"Swapped {first.path} ({first.text}) and {second.path} ({second.text}).")
    for line in done.missing:
        warn(f"  not yet: {line}")
    return int(ExitCode.DONE)


@lab.command()
@click.pass_context
def down(context: click.Context) -> int:
    """Remove the lab: processes, links, files. Also what a killed `up` left.

    \b
    Example:
      sudo lw lab down
    """
    from linewright.operate.labs import lab_down

    lab_down(here(context), _progress)
    say("The lab is down.")
    return int(ExitCode.DONE)


@lab.group()
def netbox() -> None:
    """A disposable real NetBox on PostgreSQL and Redis, on loopback only, seeded with the reference site.

    Where nornir.yaml names no NetBox, `lw snapshot` reads this one.

    \b
    Example:
      lw lab netbox up && lw lab netbox seed && lw snapshot
    """


@netbox.command("up")
@click.option(
    "--branches/--no-branches", default=None,
    help="With the branching plugin, or not; by default with it where it can be installed.",
)  # fmt: skip
@click.pass_context
def netbox_up(context: click.Context, branches: bool | None) -> int:
    """Start an empty NetBox. The first time its environment is installed (minutes) and its database migrated.

    \b
    Example:
      lw lab netbox up
    """
    from linewright.lab.netbox.lab import ADMIN
    from linewright.lab.netbox.lab import up as start

    running = start(here(context).netbox_lab, warn, branches=branches)
    say(
        f"NetBox {running.version} answers at {running.url}  user {ADMIN}, password in {running.password_file}"
    )
    return int(ExitCode.DONE)


@netbox.command("seed")
@click.option(
    "--from", "source", type=click.Path(path_type=Path, dir_okay=False), default=Path("inventory/site.yaml"),
    show_default=True, help="The site description.",
)  # fmt: skip
@click.pass_context
def netbox_seed(context: click.Context, source: Path) -> int:
    """Fill the empty NetBox from a site description, through its REST API.

    \b
    Example:
      lw lab netbox seed --from inventory/site.yaml
    """
    from linewright.operate.labs import seed_netbox

    url = seed_netbox(here(context), source, warn)
    say(f"Seeded {url} from {source}.")
    return int(ExitCode.DONE)


@netbox.command("edit")
@click.pass_context
def netbox_edit(context: click.Context) -> int:
    """Do what somebody does in NetBox in README's story: add a prefix and a BGP neighbour of hq-wan2.

    \b
    Example:
      lw lab netbox edit && lw snapshot && lw plan -o change.lwplan
    """
    from linewright.operate.labs import edit_netbox

    for line in edit_netbox(here(context)):
        say(line)
    return int(ExitCode.DONE)


@netbox.command("down")
@click.pass_context
def netbox_down(context: click.Context) -> int:
    """Stop the NetBox and remove all of it. Also what a killed `up` left.

    \b
    Example:
      lw lab netbox down
    """
    from linewright.lab.netbox.lab import down as stop

    say("The NetBox is gone." if stop(here(context).netbox_lab) else "There was none.")
    return int(ExitCode.DONE)


def _progress(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{what:<12} {done}/{total} ", err=True, nl=done == total)
