"""`lw snapshot diff`: what changed in the source of truth, by object and field."""

from collections import Counter

import click

from linewright.cli.options import here
from linewright.cli.screen import say
from linewright.errors import ExitCode

_SIGN = {"added": "+", "removed": "-", "changed": "~"}


@click.command("diff")
@click.argument("before", default="")
@click.argument("after", default="")
@click.option(
    "--table", "tables", multiple=True, help="Only this kind of object: devices, cables, prefixes, ..."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--exit-code", is_flag=True, help="Exit 1 when anything differs.")
@click.pass_context
def diff(
    context: click.Context, before: str, after: str, tables: tuple[str, ...], form: str, *, exit_code: bool
) -> int:
    """What differs between two snapshots: codes, or files; AFTER is the newest when left out.

    With neither: the newest against the one that was kept before it.

    \b
    Example:
      lw snapshot diff
      lw snapshot diff 9C41-77D0
      lw snapshot diff 9C41-77D0 1F30-2B11 --table cables --format json
    """
    from linewright.operate.snapshots import changes, opened, previous

    place = here(context)
    new = opened(place, after)
    old = opened(place, before) if before else previous(place, new.code)
    found = changes(old, new, tables)
    if form == "json":
        import msgspec

        document = {
            "schema": "linewright.snapshot-diff/1",
            "before": old.code,
            "after": new.code,
            "changes": found,
        }
        say(msgspec.json.encode(document).decode())
    else:
        kinds = Counter[str](change.kind for change in found)
        counts = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        say(f"{old.code} -> {new.code}: {counts or 'nothing differs'}")
        for change in found:
            say(f"{_SIGN[change.kind]} {change.table}: {change.object}")
            for field in change.fields:
                say(f"    {field.text}")
    return int(ExitCode.FINDING if found and exit_code else ExitCode.DONE)
