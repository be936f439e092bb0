"""`lw playbook`: Ansible on the Linux hosts of the snapshot."""

import click

from linewright.cli.options import here, scope_of, scoped
from linewright.cli.screen import agreed, on_terminal, progress, say, warn, warn_prose
from linewright.errors import ExitCode, UsageError


@click.command()
@click.argument("name")
@scoped
@click.option("--check", is_flag=True, help="Change nothing; say what would be changed.")
@click.option("--set", "variables", multiple=True, metavar="NAME=VALUE", help="A variable for the playbook.")
@click.option("--yes", is_flag=True, help="Do not ask; for machines.")
@click.pass_context
def playbook(
    context: click.Context,
    /,
    name: str,
    variables: tuple[str, ...],
    *,
    check: bool,
    yes: bool,
    **scope: tuple[str, ...],
) -> int:
    """Run playbooks/NAME.yml on the Linux hosts in scope (platform linux), with an inventory made from the snapshot.

    \b
    Example:
      lw playbook syslog --check
      lw playbook syslog --site hq
    """
    from linewright.operate.playing import hosts_in_scope, play_on

    place = here(context)
    snapshot = place.snapshot()
    matched = hosts_in_scope(snapshot, scope_of(scope), place.settings)
    names = [*matched.devices]
    say(f"{len(names)} host{'s' * (len(names) != 1)} in scope; snapshot {snapshot.code}")
    place.site.find(f"playbooks/{name}.yml")
    if not check and not yes:
        if not on_terminal():
            raise UsageError("nobody is here to agree", hint="give --yes, or see what would change: --check")
        if not agreed(f"{name} will be run on {', '.join(names)}. Type yes:", "yes"):
            say("Nothing was done.")
            return int(ExitCode.USAGE)
    with progress(f"Playbook {name}", 0) as done:
        played = play_on(place, matched, name, done, check=check, variables=variables)
    for host in played.hosts:
        result = "would change" if check and host.result == "changed" else host.result
        tasks = f": {', '.join(host.tasks)}" if host.tasks else ""
        say(f"{host.host:<16} {result}{tasks}")
        if host.message:
            warn(f"{'':<16} {host.message}")
    if played.why:
        warn_prose(f"The run ended early: {played.why}. On this machine nothing of it goes on.")
    if played.none_worked_on:
        warn_prose(
            f"Nothing was done: no play of {name} is for {'this host' if len(names) == 1 else 'these hosts'}."
        )
        warn_prose("Next: look at the hosts: lines of the playbook; groups are site_X, role_X and tag_X")
    return int(played.code)
