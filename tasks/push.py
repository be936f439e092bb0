"""Do one step of a change on one device. What a step is, and what makes it safe, is `linewright.change.step`."""

from typing import cast

from nornir.core.task import Result, Task

from linewright.change.dispatch import Step
from linewright.change.sessions import sessions
from linewright.change.step import Bench
from linewright.change.step import step as do
from linewright.devices.target import ChangeDriver


def push(task: Task, step: Step, bench: Bench) -> Result:
    """The step's Outcome."""

    def connect() -> ChangeDriver:
        return cast("ChangeDriver", task.host.get_connection("linewright", task.nornir.config))

    def close() -> None:
        if "linewright" in task.host.connections:
            task.host.close_connection("linewright")

    # A single login is the one of the check before the job; what closes it is the end of the change.
    keep = bool(step.plan.weakened)
    try:
        outcome = do(step, sessions(connect, close, keep=keep), bench)
    finally:
        if step.kind == "change":
            close()
    return Result(host=task.host, result=outcome, changed=outcome.result in ("confirmed", "unknown"))
