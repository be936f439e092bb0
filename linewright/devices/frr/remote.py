"""change.sh on a router, as functions: what is asked, what it answers, what its answer means."""

import re
import shlex
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TypeVar

from napalm.base.exceptions import (
    CommandErrorException,
    CommandTimeoutException,
    ConnectionException,
    MergeConfigException,
)

from linewright.devices.frr.answers import (
    MARK,
    NO_FENCE,
    Fence,
    Job,
    Report,
    Status,
    job,
    parse_guard,
    parse_mark,
    parse_recorded,
    parse_report,
    parse_status,
    parse_work,
)
from linewright.devices.frr.ssh import Answer, Connection
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.devices.target import Guard

T = TypeVar("T")

#: On the router; of root alone.
STATE = "/var/lib/linewright"
#: So long (seconds) a router that takes a change back waits for an FRR that does not answer, before it starts FRR again
#: and all its sessions go down. Nothing to do with the time limit of a question.
WAIT = 60
#: No action takes longer; taking back 2,000 lines by frr-reload took 93 s.
LONGEST = 7200

_COMPLAINT = re.compile(r"line \d+: ")
_STATE_DIR = re.compile(r"(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)+")


@cache
def script() -> str:
    """The script that does everything on the router, put together."""
    return "".join(
        (files("linewright.devices.frr") / part).read_text(encoding="utf-8")
        for part in ("router.sh", "fence.sh", "record.sh", "restore.sh", "jobs.sh", "settle.sh", "change.sh")
    )


class Remote:
    """The router's side of a change. `sudo`: the login is not root but may `sudo -n sh`."""

    def __init__(self, connection: Connection, *, state: str = STATE, sudo: bool = False) -> None:
        if not _STATE_DIR.fullmatch(state) or ".." in state:
            raise ValueError(f"{state!r} cannot be the state directory on the router")
        self.connection = connection
        self._state = state
        self._sudo = "sudo -n " if sudo else ""
        # The router gives up on a hung daemon before we give up on the router: then it can say what hangs.
        self._limit = min(20, max(2, connection.endpoint.timeout - 3))

    def root(self, command: str, stdin: str = "", *, total: float | None = None) -> Answer:
        """Run a shell command as root."""
        return self.connection.run(f"{self._sudo}sh -c {shlex.quote(command)}", stdin, total=total)

    def vtysh(self, command: str) -> str:
        """What vtysh prints for one command; it stands in the router's process list while it runs.

        Raises:
            CommandErrorException: FRR refused it.
        """
        answer = self.connection.run(f"{self._sudo}vtysh -c {shlex.quote(command)}")
        if answer.status:
            raise CommandErrorException(f"vtysh {command!r}: {_first(answer)}")
        return answer.out

    def running(self) -> str:
        """The running configuration, whole.

        Raises:
            CommandErrorException: FRR gave an error, half of it, or a daemon does not answer.
        """
        answer = self._script("running")
        lines = answer.out.splitlines()
        if answer.status:
            raise CommandErrorException(f"the running configuration was not to be had: {_first(answer)}")
        if error := next((line for line in lines if line.startswith("% ")), ""):
            raise CommandErrorException(
                f"FRR gave an error instead of its running configuration: {error[:200]!r}"
            )
        if not lines or lines[-1] != "end":
            raise CommandErrorException(f"the running configuration has no end: {len(lines)} lines came")
        if "\0" in answer.out:
            raise CommandErrorException("the running configuration holds a NUL character")
        return answer.out

    def store(self, work: Job, candidate: str) -> None:
        """Put script and candidate on the router, in a folder of root alone (files 0600).

        Raises:
            MergeConfigException: this attempt was used before, or the router has no room.
        """
        begun = self._asked("begin", work.name)
        if begun.outcome == "used":
            raise MergeConfigException(
                f"attempt {work.attempt} of change {work.change} was used on this router"
            )
        if begun.outcome == "young":
            raise MergeConfigException(
                f"attempt {work.attempt} of change {work.change} was begun on this router by another session, less than"
                " ten minutes ago"
            )
        if begun.outcome != "begun":
            raise MergeConfigException(f"the router has no place for the candidate: {begun.note}")
        try:
            self._put(work, "change.sh", script())
            self._put(work, "candidate", candidate)
        except MergeConfigException:
            self.discard(work)
            raise

    def _put(self, work: Job, name: str, text: str) -> None:
        path = f"{self._state}/job-{work.name}/{name}"
        answer = self.root(f"umask 077; cat >{path} && sha256sum <{path}", text)
        if answer.status or not answer.out.startswith(sha256(text.encode()).hexdigest()):
            reason = _first(answer) if answer.status else "something else arrived"
            raise MergeConfigException(f"the candidate did not arrive on the router: {reason}")

    def check(self, work: Job, candidate: str) -> str:
        """What vtysh has against the candidate's syntax, empty when nothing; it sends nothing to a daemon.

        Its exit status alone proves nothing: it is 0 after an unknown command too, when a good one follows.

        Raises:
            MergeConfigException: something else than the candidate lies there.
        """
        report = self._asked("check", work.name, sha256(candidate.encode()).hexdigest())
        if report.outcome != "checked":
            raise MergeConfigException("the candidate on the router is not the one that was sent")
        *said, status = report.words.splitlines() or ["exit status unknown"]
        found = [line for line in said if _COMPLAINT.match(line)]
        return "; ".join(found[:20]) or (
            "" if status == "exit status 0" else "; ".join([*said, status])[:200]
        )

    def order(
        self,
        work: Job,
        candidate: str,
        *,
        mode: str,
        revert: int,
        expected: str,
        restart: bool = True,
        wait: int = WAIT,
        fence: Fence = NO_FENCE,
    ) -> None:
        """Say what is to be done with the stored candidate; nothing happens yet.

        Raises:
            CommitRefused: it did not arrive.
        """
        facts = {
            "change": work.change,
            "attempt": work.attempt,
            "mode": mode,
            "revert": revert,
            "restart": "yes" if restart else "no",
            "wait": wait,
            "journal": fence.journal or "-",
            "number": fence.token,
            "expected": expected,
            "candidate": sha256(candidate.encode()).hexdigest(),
        }
        text = "".join(f"{key} {value}\n" for key, value in facts.items())
        try:
            self._put(work, "order", text)
        except (ConnectionException, CommandTimeoutException) as error:
            raise CommitRefused(f"nothing was sent: {error}", reason="silent") from error
        except MergeConfigException as error:
            raise CommitRefused(f"nothing was sent: {error}", reason="candidate") from error

    def apply(self, work: Job) -> Report:
        """Apply what is stored; returns when the router has done it, or has put everything back.

        Raises:
            CommitUnknown: the connection was lost or no sense was made of the answer.
        """
        place = f"{self._state}/job-{work.name}"
        return self._act(f"sh {place}/change.sh {self._state} {self._limit} apply {work.name}", "")

    def confirm(self, work: Job, fence: Fence = NO_FENCE) -> Report:
        """Keep and save. Raises as apply."""
        return self._act(*self._by_stdin("confirm", work.change, str(work.attempt), *fence.words))

    def rollback(self, work: Job, fence: Fence = NO_FENCE) -> Report:
        """Take back now. Raises as apply."""
        return self._act(*self._by_stdin("rollback", work.change, str(work.attempt), *fence.words))

    def announce(self, fence: Fence) -> Report:
        """Have the router refuse older jobs of the same journal from now on. Raises as apply."""
        return self._act(*self._by_stdin("announce", *fence.words))

    def by_hand(self, change: str, attempt: int) -> str:
        """What root types on the router to take a change back there."""
        work = job(change, attempt)
        return f"sh {self._state}/job-{work.name}/change.sh {self._state} 20 rollback {work.change} {work.attempt}"

    def clean(self, change: str) -> Report:
        """Remove what all attempts of a change left. Raises as apply."""
        return self._act(*self._by_stdin("clean", change))

    def discard(self, work: Job) -> None:
        """Remove a stored job that was not applied."""
        self._script("discard", work.name)

    def guard(self) -> Guard:
        """What this router has for the worst case.

        Raises:
            CommandErrorException: the answer makes no sense.
        """
        answer = self._script("able")
        try:
            return parse_guard(answer.out)
        except ValueError:
            raise CommandErrorException(
                f"the router does not say what it is able to: {_first(answer)}"
            ) from None

    def status(self) -> Status:
        """What is pending, and how the last change ended.

        Raises:
            CommandErrorException: the answer makes no sense.
        """
        answer = self._script("status")
        if answer.status:
            raise CommandErrorException(f"the router does not say what is pending: {_first(answer)}")
        try:
            return parse_status(answer.out)
        except ValueError:
            raise CommandErrorException("the router's state files are damaged") from None

    def work(self) -> str:
        """What of the script is under way there, in words; "" for nothing.

        Raises:
            CommandErrorException: the answer makes no sense.
        """
        return self._told("what is at work there", parse_work, "work")

    def mark(self) -> str:
        """Where FRR's record of commands stands; "" when it keeps none. Raises as work."""
        return self._told("where its record stands", parse_mark, "mark")

    def recorded(self, mark: str) -> tuple[str, ...]:
        """What others configured since a mark. Raises as work; also when a part of the record is gone."""
        if not MARK.fullmatch(mark):
            raise CommandErrorException("this is no mark of an FRR router's record")
        return self._told("its own record of commands", parse_recorded, "recorded", mark)

    def _told(self, what: str, meaning: Callable[[str], T], *words: str) -> T:
        answer = self._script(*words)
        try:
            return meaning(answer.out)
        except ValueError as error:
            raise CommandErrorException(
                f"the router does not say {what}: {_first(answer) if answer.status else error}"
            ) from None

    def _by_stdin(self, *words: str) -> tuple[str, str]:
        return f"sh -s -- {self._state} {self._limit} {' '.join(words)}", script()

    def _script(self, *words: str) -> Answer:
        command, stdin = self._by_stdin(*words)
        return self.connection.run(self._sudo + command, stdin)

    def _asked(self, *words: str) -> Report:
        answer = self._script(*words)
        try:
            return parse_report(answer.out)
        except ValueError:
            raise CommandErrorException(f"the router's answer makes no sense: {_first(answer)}") from None

    def _act(self, command: str, stdin: str) -> Report:
        if not self.connection.alive:
            raise CommitRefused(f"no connection to {self.connection.endpoint.host}", reason="silent")
        try:
            answer = self.connection.run(self._sudo + command, stdin, total=LONGEST)
        except (ConnectionException, CommandTimeoutException, CommandErrorException) as error:
            raise CommitUnknown(str(error)) from error
        try:
            return parse_report(answer.out)
        except ValueError:
            raise CommitUnknown(f"the router's answer makes no sense: {_first(answer)}") from None


def _first(answer: Answer) -> str:
    said = (answer.err or answer.out).strip().splitlines()
    return said[0][:200] if said else f"exit status {answer.status}, no word"
