"""A plan that was just written is signed by who made it, where the settings say with which key."""

from pathlib import Path

from linewright.cli.screen import say, warn_prose
from linewright.errors import LinewrightError
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan


def written(place: Workplace, made: ChangePlan, output: Path) -> None:
    """Say where a plan was written and what comes next, and sign it; what keeps it from being signed is told: the plan is there."""
    from linewright.operate.approving import sign_as_author
    from linewright.operate.hearing import denied_before_here

    then = "lw approve" if made.needs else "lw apply"
    say(f"Written   {output}    (lw plan show {output}; {then} {output})")
    try:
        for text in denied_before_here(place, made):
            warn_prose(f"DENIED before: {text}")
    except LinewrightError as error:
        warn_prose(f"Whether this was denied before is not known: {error.message}")
    try:
        if (signed := sign_as_author(place, made, output)) is not None:
            say(f"Signed    by its author, {made.author}: {signed}")
    except LinewrightError as error:
        warn_prose(f"NOT signed by its author: {error.message}")
        warn_prose(f"Next: {error.hint or f'lw approve --author {output}'}")
