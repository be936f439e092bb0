"""Read what a plan has to know of one device: running and startup, what is pending, its guard for the worst case."""

from nornir.core.task import Result, Task

from linewright.devices import survey as visit
from linewright.platforms import rules


def survey(task: Task, key: bytes) -> Result:
    """The device's Surveyed, secrets as tokens."""
    driver = task.host.get_connection("linewright", task.nornir.config)
    found = visit.survey(driver, task.host.name, rules(task.host.platform or ""), key)
    return Result(host=task.host, result=found)
