"""`lw eject`: a shipped file becomes the site's own."""

from pathlib import Path

import click

from linewright.cli.screen import say, say_all
from linewright.errors import ExitCode


@click.command()
@click.argument("path", required=False)
@click.pass_context
def eject(context: click.Context, path: str | None) -> int:
    """Copy one shipped file into the site, to be changed there; without PATH, list those that can be.

    From then on the copy counts, and gets no fixes any more: `lw site diff` shows where it and the shipped one part.
    What writes to devices cannot be replaced.

    \b
    Example:
      lw eject
      lw eject templates/config/eos/main.j2
    """
    from linewright.operate import siting

    root: Path = context.find_root().obj
    if path is None:
        own = {copy.path for copy in siting.copies(root)}
        say_all(f"{name}{'  (yours)' if name in own else ''}" for name in siting.ejectable())
        return int(ExitCode.DONE)
    target = siting.eject(root, path)
    say(f"{target} is yours now; it counts in the place of the shipped one")
    say(f"Later: lw site diff {path}")
    return int(ExitCode.DONE)
