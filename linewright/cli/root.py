"""The root command: six groups, five questions, only what exists."""

import importlib
from pathlib import Path
from typing import Any

import click

from linewright import __version__

#: Command, its module and function below linewright.cli, and its line in the help. Groups in the order of the work.
COMMANDS: dict[str, dict[str, tuple[str, str]]] = {
    "Before": {
        "doctor": ("doctor:doctor", "what is missing here, and what to do"),
        "snapshot": ("snapshot:snapshot", "take NetBox as it is now"),
        "collect": ("collect:collect", "read what devices say; nothing is written to them"),
        "plan": ("plan:plan", "what would change, sealed in one file; show PLAN"),
        "approve": ("approve:approve", "agree to a plan with your key, or say no; --list says who has"),
    },
    "Change": {
        "apply": ("apply:apply", "do what a plan says: commit, prove, confirm, or be as before"),
        "status": ("status:status", "the jobs of this site; what is open, what is armed"),
        "resume": ("resume:resume", "after a crash: find out where each device stands, settle it"),
        "rollback": ("rollback:rollback", "take a job back: its back-out was agreed to with the plan"),
    },
    "State": {
        "verify": ("verify:verify", "does the network do what NetBox says?"),
        "drift": ("drift:drift", "whose line is this? applied, intended and running compared"),
        "backup": ("backup:backup", "keep running configurations, encrypted; list, show, open"),
        "check": ("check:check", "are the rules kept? also as pyATS testscripts"),
    },
    "Paper": {
        "docs": ("docs:docs", "build: cable schedule and topology sheets"),
    },
    "Site": {
        "init": ("init:init", "make a site; asks little and says what it wrote"),
        "eject": ("eject:eject", "copy one shipped file into the site, to change it there"),
        "site": ("site:site", "diff: your files beside the shipped ones; path ROOM/FILE"),
        "platforms": ("platforms:platforms", "what is possible where; every command that may be sent"),
        "trust": ("trust:trust", "host keys and certificates: scan, show, accept"),
        "playbook": ("playbook:playbook", "Ansible on the site's Linux hosts"),
        "lab": ("lab:lab", "FRR routers and a disposable NetBox to practise on"),
        "demo": ("demo:demo", "the main job on simulated devices; needs nothing"),
    },
}

QUESTIONS = (
    ("What would a change do?", "lw plan", "devices read"),
    ("Does the network do what NetBox says?", "lw verify", "devices read"),
    ("Are the rules kept?", "lw check", "devices read"),
    ("Whose line is this?", "lw drift", "devices read"),
    ("Is the paper on the wall still true?", "lw docs build", "nothing touched"),
)


_ARGUMENTS = "linewright.arguments"


class Root(click.Group):
    """Finds commands without importing all of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed for the log."""
        ctx.meta[_ARGUMENTS] = tuple(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All commands in the order of the work."""
        return [name for group in COMMANDS.values() for name in group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the one command that is asked for."""
        for group in COMMANDS.values():
            if cmd_name in group:
                module, _, name = group[cmd_name][0].partition(":")
                command: Any = getattr(importlib.import_module(f"linewright.cli.{module}"), name)
                assert isinstance(command, click.Command)  # noqa: S101 - a wrong entry in COMMANDS is our own fault
                return command
        return None

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Questions first, then the groups; what is not built is not listed."""
        formatter.write("Usage: linewright [--site-folder DIR] COMMAND ...        (short: lw)\n\n")
        formatter.write("What do you want to know?\n")
        for question, command, touched in QUESTIONS:
            formatter.write(f"  {question:<40} {command:<15} ({touched})\n")
        for title, group in COMMANDS.items():
            formatter.write(f"\n{title}\n")
            for name, (_, line) in group.items():
                formatter.write(f"  {name:<9} {line}\n")
        formatter.write("\nExit: 0 done  1 finding  2 wrong use  3 refused, nothing written  4 not reached\n")
        formatter.write("      5 outcome unknown  6 stopped, state known  70 our fault  130 interrupted\n")
        formatter.write("lw COMMAND --help shows options and an example.\n")


@click.group(cls=Root, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="linewright")
@click.option(
    "--site-folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    envvar="LINEWRIGHT_SITE_FOLDER",
    help="The site: the folder with nornir.yaml (default: here).",
)
@click.option("--debug", is_flag=True, help="Show tracebacks.")
@click.pass_context
def root(context: click.Context, site_folder: Path, *, debug: bool) -> None:  # noqa: ARG001 - `ended` looks for --debug itself
    """Keep a network, its NetBox and its documents in line."""
    context.obj = site_folder
    from linewright.cli.logged import begin

    begin(site_folder, context.meta[_ARGUMENTS])
