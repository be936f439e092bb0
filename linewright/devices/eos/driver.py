"""The driver for Arista EOS: NAPALM's own, with what a safe change needs put right.

Where it differs from napalm.eos (5.2):

- a session is named after the change and the attempt, so that another process can confirm it, and nobody else's;
- closing or forgetting the driver ends the connection and nothing else: a pending commit stays pending;
- what is aborted is a candidate, never a commit that waits for its confirmation;
- before a commit the running configuration (not the startup one) is kept on the device for `rollback`;
- a timer of 24 hours or more is refused (NAPALM sends a day as 00:00:00);
- the server's certificate is verified before the login, and one connection serves all requests;
- a configuration that is not whole is not believed, and an answer lost on the way is not called a failure.
"""

import secrets
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from napalm.base.exceptions import (
    CommandErrorException,
    ConnectAuthError,
    MergeConfigException,
    ReplaceConfigException,
    SessionLockedException,
)
from pyeapi.eapilib import CommandError

from linewright.devices.eos import clearing
from linewright.devices.eos.candidate import Command, NotACandidate, commands, refusal
from linewright.devices.eos.reader import EosReader
from linewright.devices.eos.sessions import Named, Seen, named, open_candidates, owner
from linewright.devices.eos.transport import NoAnswer, NotSent
from linewright.devices.outcome import CommitRefused, CommitUnknown, NotSaved
from linewright.devices.target import Pending
from linewright.errors import DeviceError
from linewright.platforms import rules
from linewright.redact import hide

_LONGEST_TIMER = 24 * 3600 - 1
_ENABLE = Command(0, "enable")
#: What eAPI answers when it did not take a command: it failed, is invalid, or is not allowed. Any other error (an
#: internal one, 1001; those of JSON-RPC, below zero) says nothing about what was done.
_NOT_TAKEN = (1000, 1002, 1005)
#: What a question ends with that was not answered, or not so that it can be believed.
_SILENT = (NoAnswer, NotSent, ConnectAuthError, DeviceError)
_NOT_DONE = (*_SILENT, CommandErrorException, CommandError)


class EosDriver(EosReader):
    """One EOS device through eAPI; also a `linewright.devices.target.ChangeDriver`. Arguments as for `EosReader`."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self._named: Named | None = None
        self._begun = False
        self._expected = ""
        #: What this driver committed without a timer: that alone may be undone by replacing the whole device.
        self._untimed: Named | None = None

    def begin_change(self, change: str, attempt: int) -> None:
        """Name the change that the next load belongs to; what lies on the device carries both.

        Raises:
            CommitRefused: the name cannot name a session (letters, digits, ".", "-", "_"; at most 100).
        """
        try:
            self._named = named(change, attempt)
        except ValueError as error:
            raise CommitRefused(str(error), reason="name") from None
        self._begun, self._expected = True, ""
        self.config_session = None

    def _load_config(
        self, filename: str | None = None, config: str | list[str] | None = None, replace: bool = True
    ) -> None:
        """Both of NAPALM's loads: a session of our name with exactly these lines.

        A candidate of this change that a crashed job left behind is dropped first. Where a commit waits for its
        confirmation nothing is loaded, ours or not: the candidate would be made of what may be taken back.

        Raises:
            MergeConfigException, ReplaceConfigException: a line is refused; the candidate is dropped, the message
                names the line, secrets hidden.
            SessionLockedException: a commit waits for its confirmation, or somebody else is editing in a session.
            DeviceError: the connection was lost; the message names what may have stayed on the device.
        """
        refused = ReplaceConfigException if replace else MergeConfigException
        try:
            lines = commands(_text(filename, config))
        except NotACandidate as error:
            raise refused(str(error)) from None
        now = self._sessions()
        if now.waiting:
            raise SessionLockedException(f"a commit waits for its confirmation: {now.waiting}")
        if not self._begun:
            self._forget_last()
            self._named = named(secrets.token_hex(4), 0)
        name = self._change().session
        self._make_room(now, name)
        opening = [Command(0, f"configure session {name}")]
        if replace:
            opening.append(Command(0, "rollback clean-config"))
        every = [*opening, *lines, Command(0, "end")]
        self.config_session = name
        extra = {} if self.eos_autoComplete is None else {"autoComplete": self.eos_autoComplete}
        try:
            self._run_commands([command.sent for command in every], **extra)
        except CommandError as error:
            told = refusal(error, [_ENABLE, *every])
            raise refused(told + self._left_behind()) from None
        except (NoAnswer, NotSent, ConnectAuthError) as error:
            raise DeviceError(
                f"{self._device_name}: the lines were not loaded: {error}{self._left_behind()}"
            ) from None

    def compare_config(self) -> str:
        """The device's own diff of the candidate, without its two header lines; "" when there is none."""
        if self.config_session is None:
            return ""
        command = f"show session-config named {self.config_session} diffs"
        with self._believed(command):
            text = str(self._run_commands([command], encoding="text")[0]["output"])
        lines = text.strip().splitlines()
        return "\n".join(lines[2:] if lines[:1] and lines[0].startswith("---") else lines).strip()

    def discard_config(self) -> None:
        """Forget a candidate that was loaded and not committed; a commit that waits for its confirmation stays."""
        session = self.config_session
        if session is None:
            return
        now = self._sessions()
        if now.states.get(session) == "pending" and now.waiting != session:
            clearing.quietly(self._run_commands, f"configure session {session} abort", "non-existent")
        self.config_session = None

    def _forget_last(self) -> None:
        """Remove what the last change of no name kept on the device: as with NAPALM, there is one way back."""
        if self._named is not None:
            self.clean_up()

    def _make_room(self, now: Seen, name: str) -> None:
        others = [s for s, state in now.states.items() if state == "pending" and owner(s) is None]
        if others and not self.lock_disable:
            raise SessionLockedException(f"somebody else is editing in session {', '.join(sorted(others))}")
        change = self._change().change
        for session, state in now.states.items():
            mine = owner(session)
            if mine is not None and mine.change == change and state == "pending":
                self._run_commands([f"configure session {session} abort"], encoding="text")
            elif session == name:
                self._run_commands([f"no configure session {session}"], encoding="text")

    def expect_running(self, sha256: str) -> None:
        """The next commit is refused if the running text's SHA-256 (hex) is another one.

        eAPI cannot compare and commit in one step: it is compared on our side, in the request right before the
        commit. A change that another person makes between the two is overwritten by the commit, as EOS overwrites
        everything that was changed since the session began.
        """
        self._expected = sha256

    def commit_config(
        self,
        message: str = "",  # noqa: ARG002 - NAPALM's own signature; see below
        revert_in: int | None = None,
    ) -> None:
        """Commit the candidate. Without a timer it is saved as startup; with one, the confirmation does that.

        `message` is accepted and left to the caller's journal: an EOS commit has no place for one, the session's name
        says which change it was.

        Raises:
            CommitRefused: nothing was written; the candidate is dropped.
            CommitUnknown: it was sent and no answer came, or an error that its own sessions do not bear out.
            NotSaved: committed, but not saved as startup.
        """
        session = self.config_session
        if session is None:
            raise CommitRefused("no candidate is loaded", reason="candidate")
        if revert_in is not None and not 1 <= revert_in <= _LONGEST_TIMER:
            raise self._dropped(
                "timer", f"a commit timer of {revert_in} s is refused: EOS takes 1 to {_LONGEST_TIMER} s"
            )
        try:
            now = self._sessions()
            if now.waiting:
                self.config_session = None if now.waiting == session else session
                raise self._dropped("pending", f"a commit waits for its confirmation: {now.waiting}")
            if now.states.get(session) != "pending":
                self.config_session = None
                raise CommitRefused(f"the candidate {session} is no longer on the device", reason="candidate")
            self._keep_running()
        except _SILENT as error:
            raise self._dropped("silent", f"not committed: {error}") from None
        timer = "" if revert_in is None else time.strftime(" timer %H:%M:%S", time.gmtime(revert_in))
        self._untimed = self._change() if revert_in is None else None
        try:
            self._decide(f"configure session {session} commit{timer}", "commit")
        except CommitRefused as error:
            if error.reason in ("device", "fault"):
                self._must_be_uncommitted(session, error)
            self._untimed = None
            raise self._dropped(error.reason, str(error)) from None
        self._expected = ""
        if revert_in is None:
            self.config_session = None
            self._save()

    def has_pending_commit(self) -> bool:
        """Whether any commit waits for its confirmation, whoever made it."""
        return bool(self._sessions().waiting)

    def pending_change(self) -> Pending | None:
        """What waits for confirmation: the change's name, for a session of another maker the session's name."""
        now = self._sessions()
        if not now.waiting:
            return None
        whose = owner(now.waiting)
        return Pending(change=whose.change if whose else now.waiting, seconds_left=now.left)

    def at_work(self) -> str:
        """Candidates of ours that are open: whoever made one may still commit it. "" when there is none.

        A request that is under way is not seen: whoever has to be certain waits as long as one may last, and asks again.
        """
        return open_candidates(self._sessions())

    def confirm_commit(self) -> None:
        """Confirm the pending commit of this change and attempt, and save it as startup.

        The session is named in the confirmation; a timer that ends in between makes the device refuse it.

        Raises:
            CommitRefused: nothing is pending, or something else.
            CommitUnknown: it was sent and no answer came.
            NotSaved: confirmed, but not saved as startup.
        """
        session = self._change().session
        now = self._asked_first("confirmed")
        if now.waiting != session:
            what = f"what waits is {now.waiting}" if now.waiting else "nothing waits for a confirmation"
            raise CommitRefused(
                f"{session} cannot be confirmed: {what}", reason="foreign" if now.waiting else "none"
            )
        self._decide(f"configure session {session} commit", "confirmation")
        self.config_session = None
        self._save()

    def rollback(self) -> None:
        """Back to before this change: a pending commit is taken back.

        What this same driver committed without a timer is undone by replacing the whole configuration by what was
        kept. A commit with a timer never is: when nothing waits any more the device has gone back by itself, or the
        change was confirmed, and what others have changed since would be thrown away.

        Raises:
            CommitRefused: another change is pending ("foreign"), or nothing is ("none").
            CommitUnknown: it was sent and no answer came.
            NotSaved: taken back, but startup could not be written.
        """
        change = self._change()
        now = self._asked_first("rolled back")
        if now.waiting and now.waiting != change.session:
            raise CommitRefused(
                f"what waits for its confirmation is another's: {now.waiting}", reason="foreign"
            )
        if now.waiting:
            self._decide(f"configure session {change.session} abort", "rollback")
            self.config_session = None
            return
        if self._untimed != change:
            raise CommitRefused(
                f"{change.session} is not rolled back: nothing waits for a confirmation", reason="none"
            )
        self._decide(f"configure replace {change.file}", "rollback")
        self.config_session = self._untimed = None
        self._save()

    def save_running(self) -> None:
        """Save what runs as startup.

        Raises:
            CommitRefused: a change waits for its confirmation; nobody has proved it.
            NotSaved: startup could not be written.
        """
        now = self._asked_first("saved")
        if now.waiting:
            raise CommitRefused(f"not saved: {now.waiting} waits for its confirmation", reason="pending")
        self._save()

    def clean_up(self) -> None:
        """Remove what this change left on the device: its finished sessions and the kept configuration.

        A commit that waits for its confirmation, and what is needed to take it back, stays. When this change was
        confirmed, what jobs that died have kept goes too.
        """
        change, now = self._change(), self._sessions()
        clearing.own(self._run_commands, change, now)
        if now.finished(change.session):
            clearing.older(self._run_commands, self._sessions)
        self.config_session = None

    def _change(self) -> Named:
        if self._named is None:
            raise CommitRefused("no change was begun with this driver", reason="none")
        return self._named

    def _asked_first(self, done: str) -> Seen:
        """The sessions, before something is sent; an answer that does not come means that nothing was sent."""
        try:
            return self._sessions()
        except _SILENT as error:
            raise CommitRefused(f"not {done}, the device does not answer: {error}", reason="silent") from None

    def _must_be_uncommitted(self, session: str, refusal: CommitRefused) -> None:
        """An error to a commit is a refusal only where the candidate still is one.

        Raises:
            CommitUnknown: it waits, is completed or gone, or nobody knows.
        """
        try:
            now = self._sessions()
        except _SILENT as error:
            raise CommitUnknown(f"{refusal}; what became of it is not known: {error}") from None
        if refusal.reason == "device" and now.states.get(session) == "pending" and now.waiting != session:
            return
        state = "waits" if now.waiting == session else now.states.get(session, "gone")
        raise CommitUnknown(f"{refusal}; but {session} is not as a refused one: {state}")

    def _keep_running(self) -> None:
        """Keep what runs now in a file, and refuse if it is not what is expected."""
        try:
            self._run_commands([f"copy running-config {self._change().file}"], encoding="text")
        except CommandError as error:
            raise self._dropped(
                "space", f"the running configuration cannot be kept: {error.command_error}"
            ) from None
        if self._expected:
            text = self._text("show running-config")
            if sha256(text.encode()).hexdigest() != self._expected:
                raise self._dropped("moved", "the running configuration has changed since it was read")

    def _dropped(self, reason: str, why: str) -> CommitRefused:
        """The refusal of a commit that was not made; what it left on the device goes, or is named."""
        change = self._change()
        try:
            self.clean_up()
        except _NOT_DONE:
            why += f"; {change.session} and {change.file} may still be on the device, the next attempt removes them"
        return CommitRefused(why, reason=reason)

    def _left_behind(self) -> str:
        """Drop the candidate; what to say behind a message where that does not work either."""
        session = self.config_session
        try:
            self.discard_config()
        except _NOT_DONE:
            return f"; the candidate {session} may still be on the device, the next attempt removes it"
        return ""

    def _decide(self, command: str, what: str) -> None:
        """Send a command that changes the device: done, refused, or unknown.

        The connection is known to be open just before; if it is lost afterwards, nobody knows what the device did.
        """
        try:
            self._run_commands([command], encoding="text")
        except CommandError as error:
            raise CommitRefused(
                f"the device refuses the {what}: {hide(str(error.command_error or error.error_text), rules('eos'))}",
                reason="device" if error.error_code in _NOT_TAKEN else "fault",
            ) from None
        except NotSent as error:
            raise CommitRefused(f"the {what} was not sent: {error}", reason="silent") from None
        except ConnectAuthError as error:
            raise CommitRefused(f"the {what} was not taken: {error}", reason="login") from None
        except NoAnswer as error:
            raise CommitUnknown(f"the {what} was sent and has no answer: {error}") from None

    def _save(self) -> None:
        try:
            self._run_commands(["write memory"], encoding="text")
        except (CommandError, NoAnswer, NotSent, ConnectAuthError) as error:
            raise NotSaved(f"running is as wanted, startup was not written: {error}") from None


def _text(filename: str | None, config: str | list[str] | None) -> str:
    if filename is not None:
        return Path(filename).read_text(encoding="utf-8")
    return "\n".join(config) if isinstance(config, list) else config or ""
