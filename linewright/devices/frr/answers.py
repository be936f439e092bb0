"""The names and answers of change.sh. Pure."""

import re

from linewright.devices.target import Guard
from linewright.model.objects import Record

_CHANGE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
_JOURNAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")


#: Files, their inodes and lengths: where a router's record of commands stood.
MARK = re.compile(r"/[A-Za-z0-9._/-]+:\d+:\d+(?:,/[A-Za-z0-9._/-]+:\d+:\d+){0,19}")


class Job(Record, frozen=True):
    """One attempt at a change; `name` is what its files on the router are called by."""

    change: str
    attempt: int

    @property
    def name(self) -> str:
        """CHANGE.ATTEMPT."""
        return f"{self.change}.{self.attempt}"


class Fence(Record, frozen=True):
    """Whose job it is that asks: the name of its journal, empty for nobody's, and the job's number in it."""

    journal: str = ""
    token: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        """It as arguments of the script."""
        return (self.journal, str(self.token)) if self.journal else ()


NO_FENCE = Fence()


class Report(Record, frozen=True):
    """The end of an action: `words` are FRR's own lines, `left` seconds until the timer takes the change back.

    `remark` tells what had to be done beyond the usual: that FRR was started again to get back.
    """

    outcome: str
    reason: str = ""
    note: str = ""
    remark: str = ""
    words: str = ""
    left: int = -1


class Waiting(Record, frozen=True):
    """A change that is armed, confirming, reverting or stale; `left` -1: the router was restarted since, or stale.

    `timer_alive`: for an armed one whether its supervisor lives, else whether somebody is at work on it.
    """

    change: str
    attempt: int
    state: str
    left: int
    timer_alive: bool


class Status(Record, frozen=True):
    """What is pending, and how the last change here ended."""

    waiting: Waiting | None = None
    last: Job | None = None
    outcome: str = ""
    note: str = ""


def job(change: str, attempt: int) -> Job:
    """A job whose name is safe as a file's name.

    Raises:
        ValueError: it is not.
    """
    if not _CHANGE.fullmatch(change) or not 0 < attempt < 10**15:
        raise ValueError(
            f"{change!r}, attempt {attempt}: a change is named by up to 64 letters, digits, dots and dashes"
        )
    return Job(change=change, attempt=attempt)


def fence(journal: str, token: int) -> Fence:
    """A fence whose words are safe in a command.

    Raises:
        ValueError: they are not.
    """
    if not _JOURNAL.fullmatch(journal) or not 0 < token < 10**15:
        raise ValueError(f"{journal!r}, {token}: a journal is named by up to 64 letters, digits and dashes")
    return Fence(journal=journal, token=token)


def parse_report(text: str) -> Report:
    """The lines "key value" of an answer; a line "." only says that work goes on."""
    facts: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        facts.setdefault(key, []).append(value)
    if "outcome" not in facts:
        raise ValueError("no outcome in it")
    left = facts.get("left", ["-1"])[0]
    return Report(
        outcome=facts["outcome"][0],
        reason=facts.get("reason", [""])[0],
        note=facts.get("note", [""])[0],
        remark=facts.get("remark", [""])[0],
        words="\n".join(line.strip() for line in facts.get("words", []) if line.strip()),
        left=max(-1, int(left)),
    )


def parse_guard(text: str) -> Guard:
    """What `able` prints."""
    facts = dict(line.split(" ", 1) for line in text.splitlines() if " " in line)
    if facts.get("outcome") != "able":
        raise ValueError("no outcome in it")
    return Guard(restart=facts.get("restart", "no"), start_hook=facts.get("start") == "yes")


def parse_status(text: str) -> Status:
    """What `status` prints."""
    waiting = None
    last: dict[str, str] = {}
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "pending" and waiting is None:
            change, attempt, state, left, timer = rest.split()
            waiting = Waiting(
                change=change, attempt=int(attempt), state=state, left=int(left), timer_alive=timer == "alive"
            )
        elif kind == "last":
            key, _, value = rest.partition(" ")
            last[key] = value
    if "change" not in last:
        return Status(waiting=waiting)
    ended = Job(change=last["change"], attempt=int(last.get("attempt", "0")))
    return Status(waiting=waiting, last=ended, outcome=last.get("outcome", ""), note=last.get("note", ""))


#: What an action of the script does, in words to stand behind "the change X is".
_WORK = {
    "apply": "being applied",
    "supervise": "being applied or taken back",
    "send": "being applied",
    "restore": "being taken back",
    "rollback": "being taken back",
    "confirm": "being confirmed",
    "started": "being settled after a new start of FRR",
}


def parse_work(text: str) -> str:
    """What `work` prints, in words; "" when nothing is at work.

    Raises:
        ValueError: it is not what the script prints.
    """
    rows = [line.split() for line in text.splitlines() if line.strip()]
    if ["outcome", "told"] not in rows:
        raise ValueError("no outcome in it")
    found: dict[str, None] = {}
    for row in rows:
        if row[:1] == ["work"] and len(row) == 3 and row[1] in _WORK:
            found[f"{row[2]} is {_WORK[row[1]]}"] = None
    if not found and ["work", "lock"] in rows:
        found["linewright's lock on the router is held"] = None
    return "; ".join(found)


def parse_mark(text: str) -> str:
    """What `mark` prints; "" when FRR keeps no record of commands.

    Raises:
        ValueError: the router could not say, or not keep, where its record stands.
    """
    report = parse_report(text)
    if report.outcome != "marked" or (report.note and not MARK.fullmatch(report.note)):
        raise ValueError(report.note or report.outcome)
    return report.note


def parse_recorded(text: str) -> tuple[str, ...]:
    """What `recorded` prints, each command once though several daemons were given it.

    Raises:
        ValueError: a part of the record is gone.
    """
    if parse_report(text).outcome != "recorded":
        raise ValueError("a part of it is gone (the log was turned over or emptied since)")
    told: dict[tuple[str, str], int] = {}
    taken: dict[str, int] = {}
    found: list[str] = []
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        daemon, _, command = rest.partition(" ")
        if kind != "record":
            continue
        told[daemon, command] = told.get((daemon, command), 0) + 1
        if told[daemon, command] > taken.get(command, 0):
            taken[command] = told[daemon, command]
            found.append(command)
    return tuple(found)
