"""The NAPALM driver for FRRouting on Linux (FRR 8.4, Debian 12).

Nothing is scraped from a screen: commands run on SSH exec channels, and everything that changes the router is done
there by one script (change.sh), which outlives the connection. docs/devices-frr.md tells what it does and what is not
promised.
"""

import time
from pathlib import Path
from typing import Any

from napalm.base.base import NetworkDriver
from napalm.base.exceptions import (
    MergeConfigException,
    NapalmException,
    ReplaceConfigException,
)

from linewright.devices.frr import lines
from linewright.devices.frr.answers import NO_FENCE, Job, Waiting, fence, job
from linewright.devices.frr.reading import Reading
from linewright.devices.frr.remote import STATE, WAIT, Remote
from linewright.devices.frr.ssh import Connection, Endpoint
from linewright.devices.frr.verdict import judge
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.devices.target import Guard, Pending

#: The change of a caller who names none (NAPALM's own contract has no names).
UNNAMED = "napalm"
_MAX_REVERT = 86_400


class FRRDriver(Reading, NetworkDriver):  # type: ignore[misc] # NAPALM ships no type information
    """NAPALM's contract, and linewright.devices.target.ChangeDriver.

    optional_args:
        port: TCP port, 22.
        key_file: private key without passphrase; without it the password is used.
        known_hosts: file of enrolled host keys, ~/.ssh/known_hosts.
        host_key_name: name under which the host key is enrolled; the address (OpenSSH's form) without it.
        sudo: the login is not root but may run `sudo -n sh` and `sudo -n vtysh`.
        connection: a Connection to use in the place of all these (jump hosts, an agent, one-time codes).
        state_dir: directory on the router for what a change needs there, /var/lib/linewright.
        restart_frr: whether FRR may be started again there when nothing else takes a change back, yes.
        restart_after: seconds for which FRR may be silent before that, 60.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        options = optional_args or {}
        self.hostname, self.username, self.timeout = hostname, username, timeout
        self._connection = options.get("connection") or Connection(
            Endpoint(
                host=hostname,
                username=username,
                port=int(options.get("port") or 22),
                known_hosts=str(options.get("known_hosts") or "~/.ssh/known_hosts"),
                name=str(options.get("host_key_name") or ""),
                key_file=str(options.get("key_file") or ""),
                timeout=timeout,
            ),
            password,
        )
        self._remote = Remote(
            self._connection, state=options.get("state_dir") or STATE, sudo=bool(options.get("sudo"))
        )
        self._restart = bool(options.get("restart_frr", True))
        self._wait = max(1, int(options.get("restart_after") or WAIT))
        self._named: Job | None = None
        self._work: Job | None = None
        self._candidate = ""
        self._mode = ""
        self._expected = "-"
        self._fence = NO_FENCE

    # ---- session

    def open(self) -> None:
        """Connect; the host key is verified before anything is sent. Raises as Connection.open."""
        self._connection.open()

    def close(self) -> None:
        """Disconnect; whatever is loaded or pending on the router stays as it is."""
        self._connection.close()

    def is_alive(self) -> dict[str, bool]:
        """Whether the connection stands."""
        return {"is_alive": self._connection.alive}

    # ---- candidate

    def begin_change(self, change: str, attempt: int) -> None:
        """Name the change that the next load, confirm, rollback or clean-up is about.

        Raises:
            CommitRefused: the name cannot be a file's name.
        """
        try:
            self._named = self._work = job(change, attempt)
        except ValueError as error:
            raise CommitRefused(str(error), reason="name") from None

    def fence(self, journal: str, token: int) -> None:
        """Every commit, confirm and rollback of this driver from now on is that job's; nothing is sent yet.

        Raises:
            CommitRefused: the journal's name cannot stand in a command.
        """
        try:
            self._fence = fence(journal, token)
        except ValueError as error:
            raise CommitRefused(str(error), reason="name") from None

    def announce(self) -> None:
        """Tell the router now whose job it is, so that it refuses what older ones still have under way.

        Raises:
            CommitRefused: a later job of that journal was here ("fenced"), or it cannot be written down ("silent").
            CommitUnknown: no answer came.
        """
        judge(self._remote.announce(self._fence), self.hostname)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Lines to be sent as they are, in this order, once.

        Raises:
            MergeConfigException: a line is not configuration, or vtysh knows no such command.
        """
        try:
            text = "".join(f"{line}\n" for line in lines.merge_lines(_text(filename, config)))
        except ValueError as error:
            raise MergeConfigException(f"the candidate cannot be sent: {error}") from None
        self._load(text, "merge", MergeConfigException)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """A whole configuration; the router works out lines and order (frr-reload.py).

        Raises:
            ReplaceConfigException: vtysh knows no such command, or the text is empty.
        """
        try:
            text = lines.whole_text(_text(filename, config))
        except ValueError as error:
            raise ReplaceConfigException(f"the candidate cannot be sent: {error}") from None
        self._load(text, "replace", ReplaceConfigException)

    def _load(self, text: str, mode: str, refused: type[NapalmException]) -> None:
        self.discard_config()
        if self._named is None:
            # Without a name there is nobody to clear away later: the next load does it for the one before.
            self._remote.clean(UNNAMED)
            self._work = job(UNNAMED, time.time_ns() // 1_000_000)
        work = self._job()
        self._remote.store(work, text)
        # Appending a candidate to the running text would check lines that begin with "no" wrongly; its own lines
        # can be checked by themselves. This is syntax only; what a daemon thinks of a line shows when it is sent.
        if complaint := self._remote.check(work, text):
            self._remote.discard(work)
            raise refused(f"vtysh refuses the candidate: {lines.masked(complaint, text)[:2000]}")
        self._candidate, self._mode = text, mode

    def compare_config(self) -> str:
        """For lines: the lines. For a whole configuration: "-" and "+" lines against what is running.

        Raises:
            CommandErrorException: the running configuration was not to be had whole.
        """
        if self._mode != "replace":
            return self._candidate.rstrip("\n")
        return lines.plain_diff(self._remote.running(), self._candidate)

    def discard_config(self) -> None:
        """Forget the candidate, here and on the router."""
        if self._mode:
            self._mode = self._candidate = ""
            self._remote.discard(self._job())

    # ---- commit

    def expect_running(self, sha256: str) -> None:
        """The next commit is refused unless the running text (as get_config gives it) has this SHA-256."""
        self._expected = sha256

    def commit_config(
        self,
        message: str = "",  # noqa: ARG002 - NAPALM's own signature
        revert_in: int | None = None,
    ) -> None:
        """Apply the candidate. Without `revert_in` startup is saved, with it only the confirm does that.

        Args:
            message: not used; FRR keeps no record of commits.
            revert_in: seconds until the router takes the change back by itself.

        Raises:
            CommitRefused: the router is as it was (`written`: after something had been applied).
            NotRestored: a line was refused and not everything could be taken back.
            NotSaved: applied, but the startup file could not be written.
            CommitUnknown: the connection was lost; with `revert_in` the router takes back what was applied.
        """
        if not self._mode:
            raise CommitRefused("no candidate is loaded", reason="candidate")
        if revert_in is not None and not 0 < revert_in <= _MAX_REVERT:
            raise CommitRefused(f"revert_in is 1 to {_MAX_REVERT} seconds", reason="candidate")
        work, text = self._job(), self._candidate
        self._remote.order(
            work,
            text,
            mode=self._mode,
            revert=revert_in or 0,
            expected=self._expected,
            restart=self._restart,
            wait=self._wait,
            fence=self._fence,
        )
        self._mode = self._candidate = ""
        self._expected = "-"
        try:
            report = self._remote.apply(work)
        except CommitUnknown as error:
            after = f"; if it was applied, it is taken back within {revert_in} s" if revert_in else ""
            raise CommitUnknown(f"lost {self.hostname} while committing: {error}{after}") from error
        judge(report, self.hostname, text)

    def confirm_commit(self) -> None:
        """Keep the pending change of this name and save startup.

        Raises:
            CommitRefused: what is pending has another name, nothing is pending, or the time is over.
            NotSaved: confirmed, but the startup file could not be written.
            CommitUnknown: no answer came.
        """
        judge(self._remote.confirm(self._pending_job(), self._fence), self.hostname)

    def rollback(self) -> None:
        """Back to before the pending change of this name or, if none is pending, its last commit; startup too.

        Raises:
            CommitRefused: there is nothing of this name to take back.
            NotRestored, CommitUnknown: as commit_config.
        """
        report = self._remote.rollback(self._pending_job(), self._fence)
        if report.outcome != "restored":
            judge(report, self.hostname)

    def clean_up(self) -> None:
        """Remove what the attempts of this change left on the router.

        Raises:
            CommitRefused: one of them is still pending.
            CommitUnknown: no answer came.
        """
        judge(self._remote.clean(self._job().change), self.hostname)

    def has_pending_commit(self) -> bool:
        """Whether any change waits for its confirmation, or is just being confirmed or taken back."""
        return self._remote.status().waiting is not None

    def pending_change(self) -> Pending | None:
        """What waits; the router's own count of seconds, -1 when it was restarted since or nobody knows its age."""
        waiting = self._remote.status().waiting
        if waiting is None:
            return None
        return Pending(
            change=waiting.change,
            seconds_left=waiting.left,
            timer="stale" if waiting.state == "stale" else "running" if waiting.timer_alive else "dead",
            way_out=self._remote.by_hand(waiting.change, waiting.attempt),
        )

    def guard(self) -> Guard:
        """What this router has when a daemon hangs, or FRR starts, while a change waits for its confirmation.

        Raises:
            CommandErrorException: it does not say.
        """
        return self._remote.guard()

    def at_work(self) -> str:
        """What of our script is under way on the router, whoever started it; "" for nothing.

        Raises:
            CommandErrorException: it does not say.
        """
        return self._remote.work()

    def record_mark(self) -> str:
        """Where the log stands into which FRR writes commands (`log commands`); "" when it writes none.

        Raises:
            CommandErrorException: it does not say, or cannot keep the mark.
        """
        return self._remote.mark()

    def recorded_since(self, mark: str) -> tuple[str, ...] | None:
        """Configuration commands that others gave FRR since a mark, secrets included; None without a mark.

        Raises:
            CommandErrorException: the log was turned over twice, or emptied, since.
        """
        return self._remote.recorded(mark) if mark else None

    def _job(self) -> Job:
        if self._work is None:
            raise CommitRefused("no change is named and none was made by this session", reason="none")
        return self._work

    def _pending_job(self) -> Job:
        """This session's own change; a session without a name may finish what another without a name began."""
        waiting: Waiting | None = self._remote.status().waiting if self._work is None else None
        if waiting is not None and waiting.change == UNNAMED:
            return job(UNNAMED, waiting.attempt)
        if waiting is not None:
            raise CommitRefused(
                f"{waiting.change} is pending, and this session names no change", reason="pending"
            )
        return self._job()


def _text(filename: str | None, config: str | None) -> str:
    if config is not None:
        return config
    if filename is None:
        raise ValueError("neither a file nor a text was given")
    return Path(filename).read_text(encoding="utf-8")
