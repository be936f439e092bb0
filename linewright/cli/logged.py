"""The log of a command: begun when the site is known, ended with its exit status."""

import getpass
import logging
from collections.abc import Sequence
from pathlib import Path

from linewright import log
from linewright.errors import SettingsError


def begin(site_folder: Path, arguments: Sequence[str]) -> None:
    """Start the site's log file and note the command.

    A folder without nornir.yaml is no site, and settings that cannot be read are told by the command itself.
    """
    from linewright import settings as settings_of
    from linewright.log.arguments import shown_arguments

    try:
        if not (site_folder / settings_of.FILE).is_file():
            return
        settings = settings_of.load(site_folder)
    except (SettingsError, OSError):
        return
    if settings.log.level == "off":
        return
    log.start(
        settings.path(settings.state) / settings.log.file,
        logging.getLevelNamesMapping()[settings.log.level.upper()],
        size=settings.log.size,
        keep=settings.log.keep,
    )
    log.note("command", arguments=shown_arguments(arguments), user=_user(), site=settings.site_id)


def failed(error: BaseException) -> None:
    """Note what ended a command early."""
    hint = getattr(error, "hint", "")
    log.note("error", level=logging.ERROR, kind=type(error).__name__, message=str(error), hint=hint)


def end(code: int) -> str:
    """Note how the command ended and let the file go; why the log could not be written, "" when it could."""
    log.note("ended", exit=code)
    return log.stop()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return ""
