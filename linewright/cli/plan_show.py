"""`lw plan show`: a plan for people, on a terminal and on one page that can be printed and sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewright.cli.screen import say, say_all, say_prose, warn_prose
from linewright.errors import DataError, ExitCode, LinewrightError, UsageError

if TYPE_CHECKING:
    from linewright.plan.changeplan import ChangePlan

#: What `lw plan show --format json` prints; the number is that of the plan's own schema.
SHOWN_SCHEMA = "linewright.plan/4"
#: A page is longer than its plan only by marks; no page of ours is larger.
_MOST_BYTES = 512 << 20


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it as one page, for review and print.",
)
@click.option(
    "--check",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Is this page the one of the plan? Exit 1: no.",
)
def show(file: Path, form: str, html: Path | None, check: Path | None) -> int:
    """Show a plan: one screen first, then equal diffs together, then the lines as they are sent.

    With --html all of it goes into one page that needs nothing else: no script, nothing from elsewhere. The page is made
    from the plan alone; --check makes it again and compares every byte. What is signed and applied is the plan, not the page.

    \b
    Example:
      lw plan show change.lwplan
      lw plan show change.lwplan --html change.html
      lw plan show change.lwplan --check change.html
    """
    from linewright.plan.changeplan import load
    from linewright.plan.screen import summary
    from linewright.plan.show import detail

    asked = [name for name, given in (("--html", html), ("--check", check)) if given]
    if len(asked) > 1 or (asked and form == "json"):
        raise UsageError(f"{' and '.join([*asked, '--format json'][:2])} exclude each other")
    found = load(file)
    if check is not None:
        return _compared(file, check)
    if html is not None:
        write_page(file, html)
        say(f"Written   {html}    (lw plan show {file} --check {html})")
        return int(ExitCode.DONE)
    if form == "json":
        import msgspec

        whole = {"schema": SHOWN_SCHEMA, "code": found.code, "digest": found.digest, "plan": found}
        say(msgspec.json.encode(whole).decode())
        return int(ExitCode.DONE)
    say_all(summary(found))
    say_all(_said(file, found))
    say_all(detail(found))
    return int(ExitCode.DONE)


def _said(file: Path, plan: "ChangePlan") -> Iterator[str]:
    """What lies beside the plan's file says that people said; whether that is so, only the site's signers can tell."""
    from linewright.plan.agreement.statements import folder_of, load_folder
    from linewright.plan.columns import fitted

    try:
        found, damaged = load_folder(folder_of(file))
    except LinewrightError as error:
        yield fitted("Said      cannot be read: ", [error.message])
        return
    about = [signed.statement for signed in found if signed.statement.plan == plan.digest]
    told = [f"{'DENIED' if one.decision == 'deny' else one.decision} {one.person}" for one in about]
    # What cannot be read may have been a no.
    told += [f"NOT READABLE {len(damaged)}"] if damaged else []
    if told:
        # A no first: it is not to be among those that found no room.
        yield fitted("Said      ", sorted(told), " (lw approve --list judges)", between=", ")


def write_page(file: Path, page: Path) -> None:
    """The page of a plan file, for its owner alone to read and write."""
    from linewright.files import write_whole
    from linewright.plan.changeplan import load
    from linewright.plan.pages.html import page_of

    if page.resolve() == file.resolve():
        raise UsageError(
            f"{page} is the plan itself", hint="give the page a name of its own: --html FILE.html"
        )
    write_whole(page, page_of(load(file)), mode=0o600)


def _compared(file: Path, page: Path) -> int:
    """Say whether a page is that of a plan; exit 1 where it is not, with what to do."""
    from linewright.files import read_bounded
    from linewright.plan.changeplan import load
    from linewright.plan.pages.html import differs

    try:
        data = read_bounded(page, _MOST_BYTES)
    except FileNotFoundError:
        raise DataError(
            f"{page}: there is no such file", hint=f"make it: lw plan show {file} --html {page}"
        ) from None
    plan = load(file)
    if not (why := differs(plan, data)):
        say_prose([f"The page is that of plan {plan.code}, byte for byte: {page}"])
        return int(ExitCode.DONE)
    warn_prose(f"NOT THE PAGE of plan {plan.code}: {page}: {why}")
    warn_prose(f"Next: do not decide by this page; make it anew: lw plan show {file} --html {page}")
    return int(ExitCode.FINDING)
