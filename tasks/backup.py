"""Keep one device's running configuration: encrypted, and as a view whose secrets are tokens."""

from collections.abc import Callable

from nornir.core.task import Result, Task

from linewright.devices.read import kept
from linewright.platforms import rules


def backup(
    task: Task, key: bytes, encrypt: Callable[[bytes], bytes], unchanged: Callable[[str, str], bool]
) -> Result:
    """The device's Kept; nothing is encrypted where `unchanged(device, view)` says that it is kept already."""
    driver = task.host.get_connection("linewright", task.nornir.config)
    name = task.host.name
    found = kept(
        driver,
        name,
        rules(task.host.platform or ""),
        key,
        encrypt=encrypt,
        unchanged=lambda view: unchanged(name, view),
    )
    return Result(host=task.host, result=found)
