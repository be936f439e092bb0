"""What the process Ansible runs in is told and says, and what that makes of each host. Pure."""

from typing import Any, Literal

from linewright.model.objects import Record

#: What became of one host. "failed": a task failed there, those before it are done. "stopped": the run ended before its
#: end, between two tasks; "unknown": in the middle of one; "not begun": before its first.
Result = Literal[
    "ok", "changed", "failed", "unreachable", "not reached by any play", "stopped", "unknown", "not begun"
]
#: How the run itself ended: at its end; before it did anything; over its time; because somebody ended it; by a fault.
Ending = Literal["", "not begun", "over its time", "interrupted", "broken off"]


class Job(Record, frozen=True):
    """What the child does: a playbook by its path, on an inventory; `check` changes nothing and says what would be.

    `timeout` in seconds for the whole run. `agent`: keys of the SSH agent may be used.
    """

    playbook: str
    inventory: dict[str, Any]
    check: bool
    timeout: int
    agent: bool = False


class Event(Record, frozen=True):
    """What the child says: a task that began or ended on a host, or how the run ended other than well (`host` empty).

    `result` is "begun", ok, changed, failed or unreachable; `message` why it failed, in Ansible's words.
    """

    host: str = ""
    task: str = ""
    result: str = ""
    message: str = ""
    ending: Ending = ""


class HostResult(Record, frozen=True):
    """What became of a host; `tasks` are those that changed something there, or would."""

    host: str
    result: Result
    tasks: tuple[str, ...] = ()
    message: str = ""


def result(host: str, told: list[Event], ending: Ending, *, check: bool) -> HostResult:
    """What became of a host.

    Args:
        host: its name.
        told: what was said of it, in order.
        ending: how the run ended.
        check: nothing was to be changed.
    """
    changed = tuple(event.task for event in told if event.result == "changed")
    for word in ("unreachable", "failed"):
        if worst := [event for event in told if event.result == word]:
            task = f"{worst[0].task}: " if word == "failed" else ""
            became: Result = "unreachable" if word == "unreachable" else "failed"
            return HostResult(host=host, result=became, tasks=changed, message=f"{task}{worst[0].message}")
    if ending:
        return _cut(host, told, changed, check=check)
    if not told:
        return HostResult(host=host, result="not reached by any play", message="no task was for this host")
    return HostResult(host=host, result="changed" if changed else "ok", tasks=changed)


def _cut(host: str, told: list[Event], changed: tuple[str, ...], *, check: bool) -> HostResult:
    """What became of a host of a run that did not come to its end."""
    if not told:
        return HostResult(host=host, result="not begun", message="nothing was done here")
    last = told[-1]
    if last.result == "begun" and not check:
        return HostResult(
            host=host,
            result="unknown",
            tasks=changed,
            message=f"{last.task}: it was under way; whether it was done, or goes on there, is not known",
        )
    return HostResult(
        host=host, result="stopped", tasks=changed, message=f"nothing was done after {last.task}"
    )
