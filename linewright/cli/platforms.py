"""`lw platforms`: what is possible where, and every command that may be sent."""

import click

from linewright.cli.screen import say, say_all
from linewright.errors import ExitCode


@click.command()
@click.option(
    "--commands", "platform", metavar="PLATFORM", default="",
    help="List every command that may be sent to this platform, for AAA authorisation.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def platforms(platform: str, form: str) -> int:
    """What can be done on which platform; with --commands, everything that may ever be sent there.

    \b
    Example:
      lw platforms
      lw platforms --commands eos
    """
    import msgspec

    from linewright.platforms import names, rules
    from linewright.reports.platforms import commands, document, table

    found = [rules(platform)] if platform else [rules(name) for name in names()]
    if form == "json":
        say(msgspec.json.encode(document(found)).decode())
    elif platform:
        say_all(commands(found[0]))
    else:
        say_all(table(found))
    return int(ExitCode.DONE)
