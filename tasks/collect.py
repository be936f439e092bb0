"""Read one device: its running configuration, what it says of itself and sees of others, answers to show commands."""

from nornir.core.task import Result, Task

from linewright.devices.read import observe
from linewright.platforms import rules


def collect(
    task: Task,
    key: bytes,
    facets: tuple[str, ...],
    commands: tuple[str, ...] = (),
    compared: bool = True,
) -> Result:
    """The device's Observation, secrets as tokens."""
    driver = task.host.get_connection("linewright", task.nornir.config)
    platform = rules(task.host.platform or "")
    observation = observe(driver, task.host.name, platform, key, facets, commands=commands, compared=compared)
    return Result(host=task.host, result=observation)
