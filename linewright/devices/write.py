"""Writing to a device. Only `linewright.change` may import this (an import-linter contract).

Secrets are put in here, in memory, right before the load, and every token is recomputed first. What a library raises
becomes one of four things: not reached (nothing written), refused by the device, refused and restored, unknown.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Protocol, runtime_checkable

from napalm.base.exceptions import ConnectionException, MergeConfigException, NapalmException

from linewright.devices.outcome import CommitRefused, CommitUnknown, NotRestored
from linewright.devices.target import ChangeDriver, Fenced, Reveal
from linewright.errors import DeviceError, LinewrightError, Moved, OutcomeUnknown, Refused
from linewright.plan.changeplan import DevicePlan
from linewright.redact import restore


class RefusedAndRestored(Exception):  # noqa: N818 - it says what happened
    """The device refused a line after others were taken, and put back what was there before."""


class NotTakenBack(OutcomeUnknown):
    """The device says that it stopped the change and could not put back everything from before."""


@runtime_checkable
class Saves(Protocol):
    """A driver that saves running as startup when asked to; on other platforms only the device's own script does."""

    def save_running(self) -> None:
        """Refused while a change waits for its confirmation."""


class Lines:
    """Lines with their secrets put in, and what to show in the place of each. Its own text form says nothing."""

    def __init__(self, text: str, hidden: Mapping[str, str]) -> None:
        self.text = text
        self._hidden = hidden

    def __repr__(self) -> str:
        return "Lines(...)"

    def shown(self, error: BaseException) -> str:
        """A device's or library's words, tokens in the place of secrets: a device quotes the line it refuses."""
        words = str(error)
        for value in sorted(self._hidden, key=len, reverse=True):
            words = words.replace(value, self._hidden[value])
        return words


def lines_for(plan: DevicePlan, key: bytes, reveal: Reveal) -> Lines:
    """The plan's lines with the secrets put in.

    Raises:
        SecretError: a secret is not what it was when the plan was made.
    """
    text = restore("\n".join(plan.commands) + "\n", plan.slots, key, reveal)
    return Lines(text, {reveal(slot.ref): slot.token for slot in plan.slots})


def fence(driver: ChangeDriver, journal: str, token: int) -> bool:
    """Have every commit, confirm and rollback of this session carry the job's number; nothing is sent yet.

    False where the device cannot hold it: there an applier that was overtaken is found by reading, or not at all.

    Raises:
        Refused: the names cannot be sent.
    """
    if not isinstance(driver, Fenced):
        return False
    try:
        driver.fence(journal, token)
    except CommitRefused as error:
        raise Refused(str(error)) from None
    return True


def announce(driver: ChangeDriver) -> bool:
    """Tell the device now of the job that `fence` named: nothing of an older one begins there any more.

    The configuration is not touched; a number is written to the device's own state. False where it cannot hold one.

    Raises:
        Refused: a later job was there already, or the device cannot keep the number.
        DeviceError: no answer came; whoever asks has to ask again.
    """
    if not isinstance(driver, Fenced):
        return False
    try:
        driver.announce()
    except CommitRefused as error:
        raise Refused(str(error), hint="see what that job did: lw status") from None
    except (CommitUnknown, NapalmException, OSError, EOFError) as error:
        raise DeviceError(f"the device did not say whose job it is at: {error}") from None
    return True


def commit(
    driver: ChangeDriver, change: str, attempt: int, lines: Lines, *, expected: str, timer: int
) -> None:
    """Load exactly these lines and commit them; with a timer the device takes them back unless confirmed.

    Args:
        driver: an open session.
        change: the change's name on the device.
        attempt: counts from 1; candidate and state on the device carry it.
        lines: what `lines_for` made; the secrets in it go nowhere else.
        expected: SHA-256 of the device's raw running text just read.
        timer: seconds, 0 for none.

    Raises:
        Refused: the device would not take it (Moved: it changed in the last moment); nothing was written.
        RefusedAndRestored: a line was refused; the device put back what was there before.
        NotTakenBack: it was stopped, and not everything could be put back.
        OutcomeUnknown: it was sent and no answer came.
    """
    try:
        driver.begin_change(change, attempt)
        driver.expect_running(expected)
        driver.load_merge_candidate(config=lines.text)
    except (MergeConfigException, CommitRefused) as error:
        raise Refused(f"the device refuses the lines: {lines.shown(error)}") from None
    except LinewrightError:
        raise
    except Exception as error:  # noqa: BLE001 - drivers raise what their libraries raise; nothing is committed yet
        raise DeviceError(
            f"the lines could not be loaded: {lines.shown(error) or type(error).__name__}"
        ) from None
    try:
        driver.commit_config(revert_in=timer or None)
    except CommitRefused as error:
        if error.written:
            raise RefusedAndRestored(lines.shown(error)) from None
        _forget(driver)
        kind = Moved if error.reason == "moved" else Refused
        raise kind(f"the device refused the change, nothing was written: {lines.shown(error)}") from None
    except NotRestored as error:
        raise NotTakenBack(lines.shown(error)) from None
    except CommitUnknown as error:
        raise OutcomeUnknown(lines.shown(error)) from None
    except (ConnectionException, OSError, EOFError) as error:
        raise OutcomeUnknown(
            f"the connection was lost after the commit was sent ({type(error).__name__})"
        ) from None
    except Exception as error:  # noqa: BLE001 - see below
        # A driver or library that fails in its own way has not said that the commit failed: the device is read.
        raise OutcomeUnknown(
            f"the commit ended without an answer that can be trusted: {lines.shown(error) or type(error).__name__}"
        ) from None


def _forget(driver: ChangeDriver) -> None:
    """Nothing was written; the candidate, secrets and all, must not stay on the device either."""
    with suppress(NapalmException, LinewrightError, OSError, EOFError):  # the refusal is the news
        driver.clean_up()


def confirm(driver: ChangeDriver, change: str, attempt: int) -> None:
    """Confirm the pending change of this name.

    Raises:
        Refused: another change is pending, or none.
        OutcomeUnknown: no answer came.
    """
    _told(driver, change, attempt, driver.confirm_commit, "confirmation")


def roll_back(driver: ChangeDriver, change: str, attempt: int) -> None:
    """Back to before this change, now.

    Raises:
        Refused: the device would not.
        NotTakenBack: it did, but could not put back everything.
        OutcomeUnknown: no answer came.
    """
    _told(driver, change, attempt, driver.rollback, "rollback")


def clean_up(driver: ChangeDriver, change: str, attempt: int) -> None:
    """Remove what this change left on the device.

    Raises:
        Refused: the device would not.
        OutcomeUnknown: no answer came.
    """
    _told(driver, change, attempt, driver.clean_up, "clearing away")


def save(driver: ChangeDriver, change: str, attempt: int) -> bool:
    """Save running as startup; False where only the device's own script does that, and nothing was sent.

    Raises:
        Refused: the device would not.
        OutcomeUnknown: no answer came.
    """
    if not isinstance(driver, Saves):
        return False
    _told(driver, change, attempt, driver.save_running, "saving")
    return True


def _told(driver: ChangeDriver, change: str, attempt: int, action: Callable[[], None], what: str) -> None:
    try:
        driver.begin_change(change, attempt)
        action()
    except CommitRefused as error:
        raise Refused(f"the {what} was refused: {error}") from None
    except NotRestored as error:
        raise NotTakenBack(str(error)) from None
    except LinewrightError:
        raise
    except Exception as error:  # noqa: BLE001 - as for the commit
        raise OutcomeUnknown(
            f"the {what} had no answer that can be trusted: {str(error) or type(error).__name__}"
        ) from None
