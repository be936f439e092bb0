"""`lw site`: the site's own files beside the shipped ones."""

import sys
from pathlib import Path

import click

from linewright.cli.screen import say, say_all, warn_prose
from linewright.errors import ExitCode

_WORDS = {
    "as shipped": "as shipped; without it you would get every fix",
    "yours": "you changed it",
    "ours": "linewright changed it since; you did not",
    "both": "you changed it, and linewright changed it since",
    "no note": "differs; who changed it is not known, because it was not made by lw eject",
    "not shipped any more": "is not shipped any more; nothing of ours uses it",
}


@click.group()
def site() -> None:
    """Which files of the site are its own, how they differ from the shipped ones, and where those lie.

    \b
    Example:
      lw site diff
      lw site path templates/config/frr/main.j2
    """


@site.command()
@click.argument("paths", nargs=-1)
@click.option("--brief", is_flag=True, help="Only say who changed what, without the lines.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def diff(context: click.Context, paths: tuple[str, ...], form: str, *, brief: bool) -> int:
    """Show how the site's own files differ from the shipped ones, and who changed them. Exit 1 if any differs.

    \b
    Example:
      lw site diff
      lw site diff --brief templates/config/eos/main.j2
    """
    from linewright.operate.siting import copies

    root: Path = context.find_root().obj
    found = copies(root, paths)
    code = ExitCode.FINDING if any(copy.state != "as shipped" for copy in found) else ExitCode.DONE
    if form == "json":
        import msgspec

        document = {
            "schema": "linewright.site-diff/1",
            "files": [msgspec.to_builtins(copy) for copy in found],
        }
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n")
        return int(code)
    for copy in found:
        since = f" (copied from {copy.version})" if copy.version else ""
        say(f"{copy.path}: {_WORDS[copy.state]}{since}")
        if not brief:
            say_all(copy.diff.splitlines())
    if not found:
        say("No file of this site stands in the place of a shipped one.")
    return int(code)


@site.command("path")
@click.argument("file")
@click.pass_context
def path_of(context: click.Context, file: str) -> int:
    """Print where a shipped file lies, as ROOM/FILE names it.

    \b
    Example:
      lw site path templates/config/frr/main.j2
    """
    from linewright.operate.siting import shipped_path

    root: Path = context.find_root().obj
    found = shipped_path(file)
    say(str(found))
    own = root.absolute() / file
    if own.is_file() and own.resolve() != found.resolve():
        warn_prose(f"This site has its own, which counts: {own}")
    return int(ExitCode.DONE)
