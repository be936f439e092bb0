"""Read one device: its running configuration and what it sees of its neighbours."""

from nornir.core.task import Result, Task

from linewright.devices.read import observe
from linewright.platforms import rules


def collect(task: Task, key: bytes, facets: tuple[str, ...]) -> Result:
    """The device's Observation, secrets as tokens."""
    driver = task.host.get_connection("linewright", task.nornir.config)
    observation = observe(driver, task.host.name, rules(task.host.platform or ""), key, facets)
    return Result(host=task.host, result=observation)
