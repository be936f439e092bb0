"""`lw drift`: whose line is this?"""

import sys

import click

from linewright.cli.options import here, matched_line, scope_of, scoped
from linewright.cli.screen import progress, say, say_all


@click.command()
@scoped
@click.option("--snapshot", "code", default="", help="Intended by this snapshot instead of the newest.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "junit", "markdown"]), default="text", show_default=True
)  # fmt: skip
@click.option("--all", "every", is_flag=True, help="Show every line of a difference, not the first twelve.")
@click.option("--noise", is_flag=True, help="Also list lines that no template writes, and volatile ones.")
@click.pass_context
def drift(
    context: click.Context, /, code: str, form: str, *, every: bool, noise: bool, **scope: tuple[str, ...]
) -> int:
    """Read running configurations and tell whose each differing line is: "+" runs, "-" does not.

    Out of band: changed on the device by no plan. Not yet pushed: NetBox or templates changed since the last plan.
    Not as intended: nothing was ever applied there. Exit 1 if any line differs; lines that no template writes are
    noise. Nothing is written to a device.

    \b
    Example:
      lw drift
      lw drift --site hq --format junit > drift.xml
    """
    from linewright.operate.drifting import drift_network
    from linewright.operate.scope import in_scope
    from linewright.reports import junit, markdown
    from linewright.reports.drift import document, text

    place = here(context)
    snapshot = place.snapshot(code)
    matched = in_scope(snapshot, scope_of(scope), place.settings)
    if form == "text":
        say(matched_line(matched, snapshot))
    with progress("Reading running configurations", len(matched.devices)) as done:
        found = drift_network(place, snapshot, matched, done, noise=noise)
    if form == "json":
        sys.stdout.write(document(found, noise=noise).decode())
    elif form == "junit":
        sys.stdout.write(junit.drift_document(found).decode())
    elif form == "markdown":
        sys.stdout.write(markdown.drift_document(found))
    else:
        say_all(text(found, every=every or len(found.devices) == 1, noise=noise))
    return int(found.code)
