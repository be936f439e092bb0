"""`lw verify`: does the network do what NetBox says?"""

import sys

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import progress, say, say_all, warn_prose
from linewright.errors import ExitCode, worst


@click.command()
@scoped
@click.option("--snapshot", "code", default="", help="Verify against this snapshot instead of the newest.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--inside", is_flag=True, help="Count only sessions and cables with both ends in scope.")
@click.option("--notes", is_flag=True, help="Also show remarks that are no fault.")
@click.pass_context
def verify(
    context: click.Context, /, code: str, form: str, *, inside: bool, notes: bool, **scope: tuple[str, ...]
) -> int:
    """Read devices and compare: configurations, BGP and OSPF neighbours, cables against LLDP.

    Each cause is named once, with what follows from it beneath. Exit 1 if anything is not as intended.

    \b
    Example:
      lw verify --site hq
      lw verify --format json
    """
    from linewright.checks.report import document, text
    from linewright.operate.scope import in_scope
    from linewright.operate.verifying import verify_network

    place = here(context)
    snapshot = place.snapshot(code)
    matched = in_scope(snapshot, scope_of(scope), place.settings)
    if form == "text":
        say(matched_line(matched, snapshot))
    with progress("Reading devices", len(matched.devices)) as done:
        verified = verify_network(place, snapshot, matched, done, inside=inside)
    if form == "json":
        sys.stdout.write(document(verified.verification).decode())
    else:
        say_all(text(verified.verification, notes=notes))
    for problem in verified.problems:
        warn_prose(f"  {problem.message}")
        if problem.hint:
            warn_prose(f"    {problem.hint}")
    codes = [verified.verification.code, *(ExitCode(problem.code) for problem in verified.problems)]
    if verified.unkept:
        warn_prose(f"NOT KEPT  {verified.unkept}")
        warn_prose("Next: make room, then verify again; until then documents show what was seen before")
        codes.append(ExitCode.NOT_REACHED)
    return int(worst(codes))
