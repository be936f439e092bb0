"""`lw init`: a new site."""

from collections.abc import Callable
from pathlib import Path

import click

from linewright.cli.screen import on_terminal, say
from linewright.errors import ExitCode, LinewrightError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option("--site-id", default=None, metavar="NAME", help="What the site is called.")
@click.option("--marking", default=None, help="The lowest marking of plans and documents.")
@click.option("--netbox", default=None, metavar="URL", help="Where NetBox is.")
@click.option(
    "--description",
    "description_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    help="Without a NetBox: a file that describes the network; it is copied.",
)
@click.option(
    "--git/--no-git", default=None, help="Make the folder a git repository, as lw backup needs one."
)
@click.option("--defaults", is_flag=True, help="Ask nothing; no git repository without --git.")
def init(
    folder: Path,
    site_id: str | None,
    marking: str | None,
    netbox: str | None,
    description_file: Path | None,
    *,
    git: bool | None,
    defaults: bool,
) -> int:
    """Make a site: a folder with settings, a key, and empty rooms that explain themselves.

    Asks for what no option says, if somebody is there to answer. A folder that holds something is refused.

    \b
    Example:
      lw init hq
      lw init hq --netbox https://netbox.example.net --defaults
    """
    from linewright.operate import founding
    from linewright.operate.founding_texts import Answers
    from linewright.settings import Settings

    asking = on_terminal() and not defaults
    usual = Answers(site_id=_usual_name(folder))
    if site_id is None:
        site_id = _asked("Name of the site", usual.site_id, founding.check_name) if asking else usual.site_id
    if marking is None:
        known = click.Choice(Settings().markings)
        marking = _choice("Lowest marking", known, usual.marking) if asking else usual.marking
    if netbox is None and description_file is None and asking:
        netbox = _asked("URL of NetBox (empty: a description in a file)", "", _url)
    if git is None:
        possible = asking and founding.git_is_possible(folder)
        git = possible and click.confirm("Make it a git repository?", default=True, err=True)
    answers = Answers(site_id=site_id, marking=marking, netbox=netbox or "")
    written = founding.found_site(folder, answers, description_file, git=git)
    say(f"Site {answers.site_id} in {folder}:")
    for one in written:
        say(f"  {one.path:<30} {one.what}")
    say("Next:")
    for step in founding.next_steps(folder, answers):
        say(f"  {step}")
    return int(ExitCode.DONE)


def _usual_name(folder: Path) -> str:
    """The folder's own name where it can name a site."""
    from linewright.operate import founding
    from linewright.operate.founding_texts import Answers

    try:
        return founding.check_name(folder.absolute().name)
    except LinewrightError:
        return Answers().site_id


def _url(text: str) -> str:
    from linewright.operate import founding

    return founding.check_netbox(text) if text else ""


def _asked(question: str, usual: str, check: Callable[[str], str]) -> str:
    """An answer that passes its check; a wrong one is told and asked again."""

    def checked(text: str) -> str:
        try:
            return check(text.strip())
        except LinewrightError as error:
            raise click.UsageError(f"{error.message}. {error.hint}") from None

    answer: str = click.prompt(
        question, default=usual, value_proc=checked, err=True, show_default=bool(usual)
    )
    return answer


def _choice(question: str, known: click.Choice[str], usual: str) -> str:
    answer: str = click.prompt(question, default=usual, type=known, err=True)
    return answer
