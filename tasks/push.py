"""Do one step of a change on one device. What a step is, and what makes it safe, is `linewright.change.step`."""

from collections.abc import Iterator
from contextlib import contextmanager

from nornir.core.task import Result, Task

from linewright.change.dispatch import Step
from linewright.change.step import Bench
from linewright.change.step import step as do
from linewright.devices.target import ChangeDriver


def push(task: Task, step: Step, bench: Bench) -> Result:
    """The step's Outcome."""

    @contextmanager
    def session() -> Iterator[ChangeDriver]:
        """A new connection each time: a proof over the session that made the change would prove nothing."""
        try:
            yield task.host.get_connection("linewright", task.nornir.config)
        finally:
            if "linewright" in task.host.connections:
                task.host.close_connection("linewright")

    outcome = do(step, session, bench)
    return Result(host=task.host, result=outcome, changed=outcome.result in ("confirmed", "unknown"))
