"""What changes leave on a device, and taking it away: finished sessions of ours, and configurations that were kept."""

from collections.abc import Callable
from typing import Any

from napalm.base.exceptions import CommandErrorException
from pyeapi.eapilib import CommandError

from linewright.devices.eos.sessions import Named, Seen, files, named, owner

#: The driver's way to send commands.
Run = Callable[..., Any]


def quietly(run: Run, command: str, unless: str) -> None:
    """Remove something that may be gone already.

    Raises:
        CommandErrorException: refused for another reason than `unless` names.
    """
    try:
        run([command], encoding="text")
    except CommandError as error:
        if unless not in str(error.command_error or error.error_text):
            raise CommandErrorException(f"{command!r} was refused: {error.command_error}") from None


def own(run: Run, change: Named, now: Seen) -> None:
    """Remove what all attempts of a change left, but for one that waits and what is needed to take it back.

    Raises:
        CommandErrorException: the device refuses it.
    """
    attempts = {named(change.change, number) for number in range(1, change.attempt + 1)} | {change}
    for session in now.states:
        mine = owner(session)
        if mine is not None and mine.change == change.change:
            attempts.add(mine)
            if session != now.waiting:
                quietly(run, f"no configure session {session}", "non-existent")
    for mine in sorted(attempts):
        if mine.session != now.waiting:
            quietly(run, f"delete {mine.file}", "No such file")


def older(run: Run, sessions: Callable[[], Seen]) -> None:
    """Remove the kept configurations of jobs that are no more: no session of theirs is open or waits.

    Raises:
        CommandErrorException: the device refuses it.
    """
    try:
        listed = str(run(["dir flash:"], encoding="text")[0]["output"])
    except CommandError:
        return  # an account that may not look is no reason to call a good change anything else
    now = sessions()  # after the listing: a job that began meanwhile has its session before its file
    for mine in files(listed):
        if now.finished(mine.session) or mine.session not in now.states:
            quietly(run, f"delete {mine.file}", "No such file")
