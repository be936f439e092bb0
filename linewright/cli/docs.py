"""`lw docs`: documents from the snapshot and what was last seen."""

from pathlib import Path

import click

from linewright.cli.options import here
from linewright.cli.screen import say
from linewright.errors import ExitCode


@click.group()
def docs() -> None:
    """Documents of the site, each stamped with what was seen and when.

    \b
    Example:
      lw docs build
    """


@docs.command()
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site-output/docs"),
    show_default=True,
)
@click.option("--snapshot", "code", default="", help="Build from this snapshot instead of the newest.")
@click.option("--all", "everything", is_flag=True, help="Build again also what is still true.")
@click.pass_context
def build(context: click.Context, into: Path, code: str, *, everything: bool) -> int:
    """Write the cable schedule (CSV, XLSX) and one topology sheet (SVG) per site.

    Cables carry their state as the last `lw verify` or `lw collect` saw it; nothing is read from devices here. What
    would be made from the same as before is left alone.

    \b
    Example:
      lw verify; lw docs build
    """
    from linewright.operate.documenting import build_documents

    place = here(context)
    snapshot = place.snapshot(code)
    built = build_documents(place, snapshot, into, everything=everything)
    seen = f"devices seen {built.seen}" if built.seen else "no device was read yet (lw verify)"
    taken = f" ({snapshot.origin.taken})" if snapshot.origin.taken else ""
    say(f"From snapshot {snapshot.code}{taken}; {seen}; {built.marking}")
    for path in built.written:
        say(f"  {path}{'  changed' if path in built.changed else ''}")
    for path in built.removed:
        say(f"  {path}  removed: nothing in this snapshot is for it")
    for name, why in built.missing.items():
        say(f"  {name.partition(':')[0]}  not built: {why}")
    current = f", {len(built.current)} still true and not built again" if built.current else ""
    say(f"{len(built.written)} documents, {len(built.changed)} changed{current}")
    say(f"Cables: {', '.join(f'{count} {state}' for state, count in sorted(built.cables.items()))}")
    return int(ExitCode.DONE)
