"""A Nornir made from a scope of devices, and the two things we do with it: collect, and carry a change's steps."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Generic, TypeVar

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import Host
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.state import GlobalState
from nornir.core.task import MultiResult
from nornir.plugins.runners import SerialRunner, ThreadedRunner

from linewright.change.dispatch import Outcome, Step
from linewright.change.step import Bench
from linewright.devices.read import told, unreachable
from linewright.devices.target import Reveal, Target
from linewright.errors import LinewrightError
from linewright.model.objects import Device
from linewright.model.observation import Observation
from linewright.runner.connection import NAME, LinewrightConnection
from linewright.runner.inventory import SnapshotInventory
from linewright.runner.pace import Pace, PacedRunner
from linewright.site import Site

#: How many devices are worked on at once when nornir.yaml does not say.
DEFAULT_WORKERS = 20
#: Told when a device is done: name, and its error or "".
Done = Callable[[str, str], None]
_T = TypeVar("_T")


def nornir(
    devices: Mapping[str, Device], targets: Mapping[str, Target], reveal: Reveal, settings: Mapping[str, Any]
) -> Nornir:
    """A Nornir over these targets, with the site's own Nornir settings (runner options, logging)."""
    if NAME not in ConnectionPluginRegister.available:
        ConnectionPluginRegister.register(NAME, LinewrightConnection)
    own = {key: value for key, value in settings.items() if key != "inventory"}
    config = Config.from_dict(inventory={"plugin": NAME}, **{"logging": {"enabled": False}, **own})
    inventory = SnapshotInventory(devices, targets, reveal).load()
    return Nornir(
        inventory=inventory, runner=ThreadedRunner(workers(settings)), config=config, data=GlobalState()
    )


def workers(settings: Mapping[str, Any]) -> int:
    """How many devices nornir.yaml lets be worked on at once."""
    return int(((settings.get("runner") or {}).get("options") or {}).get("num_workers", DEFAULT_WORKERS))


def collect(
    fleet: Nornir,
    site: Site,
    key: bytes,
    facets: tuple[str, ...],
    *,
    done: Done,
    take: Callable[[Observation], _T],
    commands: tuple[str, ...] = (),
    compared: bool = True,
    pace: Pace | None = None,
) -> dict[str, _T]:
    """Read every device of the fleet; one that fails takes no other down and keeps its whole error.

    Of each observation only what `take` makes of it is kept; it is called in the device's own thread. What `take` raises (a full disk) ends the run: devices under way are finished, no other is begun.
    """

    def observed(host: Host, result: MultiResult) -> _T:
        return take(_observation(host, result))

    task = site.load("tasks.collect:collect")
    asked = {"key": key, "facets": facets, "commands": commands, "compared": compared}
    return each(fleet, task, done, observed, pace=pace, **asked)


def each(
    fleet: Nornir,
    task: Callable[..., Any],
    done: Done,
    take: Callable[[Host, MultiResult], _T],
    *,
    pace: Pace | None = None,
    **arguments: Any,
) -> dict[str, _T]:
    """Run a task on every host; what `take` makes of each result, in the inventory's order.

    The session of a host is closed, and its result let go, as soon as it is done: three hundred configurations need
    not lie in memory at once.
    """
    taking = _Taking(done, take)
    fleet = fleet.with_processors([taking]).with_runner(PacedRunner(pace or _pace_of(fleet)))
    fleet.run(task=task, on_failed=True, **arguments)
    return {name: taking.found[name] for name in fleet.inventory.hosts}


def error_of(host: Host, result: MultiResult) -> LinewrightError:
    """Why a host's task failed; what no adapter expected is our own fault, and told as that."""
    error = result.exception
    message, hint = told(error, host.platform or "")
    if isinstance(error, LinewrightError):
        # The same error, for its kind decides the exit status; its words may quote the device.
        error.message, error.hint = message, hint
        return error
    return LinewrightError(f"{host.name}: {message}")


def _pace_of(fleet: Nornir) -> Pace:
    return Pace(parallel=getattr(fleet.runner, "num_workers", DEFAULT_WORKERS))


def _observation(host: Host, result: MultiResult) -> Observation:
    if isinstance(result[0].result, Observation):
        return result[0].result
    return unreachable(host.name, host.platform or "", error_of(host, result))


class NornirDispatch:
    """Carries steps by Nornir: each step is one run of the shipped push task on one host, in a thread of its own."""

    def __init__(self, fleet: Nornir, bench: Bench, size: int) -> None:
        # The shipped task, never a site's own: what writes to devices is not the site's to replace.
        self._task = Site().load("tasks.push:push")
        self._fleet = fleet
        self._bench = bench
        self._size = size
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="step")
        self._steps: dict[str, Future[Outcome]] = {}
        self._lock = threading.Lock()

    def capacity(self) -> int:
        """How many steps may be under way at once."""
        return self._size

    def submit(self, step: Step) -> str:
        """Begin a step; returns its ticket."""
        with self._lock:
            ticket = f"{step.job}/{step.plan.device}/{step.kind}/{step.attempt}/{len(self._steps)}"
            self._steps[ticket] = self._pool.submit(self._carry, step)
        return ticket

    def heartbeat(self, ticket: str) -> bool:
        """Whether the step is still being worked on."""
        return not self._steps[ticket].done()

    def cancel(self, ticket: str) -> bool:
        """Take back a step that has not begun."""
        return self._steps[ticket].cancel()

    def outcome(self, ticket: str) -> Outcome:
        """Wait for a step's end."""
        return self._steps[ticket].result()

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=True)

    def _carry(self, step: Step) -> Outcome:
        one = self._fleet.filter(name=step.plan.device).with_runner(SerialRunner())
        result = one.run(task=self._task, step=step, bench=self._bench, on_failed=True)[step.plan.device]
        if isinstance(result[0].result, Outcome):
            return result[0].result
        # A fault of ours in the middle of a step: what the device did is not known, and that is what we say.
        message, _ = told(result.exception, one.inventory.hosts[step.plan.device].platform or "")
        return Outcome(
            device=step.plan.device,
            result="unknown" if step.kind == "change" else "not reached",
            message=f"a fault in linewright itself: {message}",
            hint=f"find out where it stands: lw resume {step.job}; and please report this"
            if step.kind == "change"
            else "please report this",
        )


class _Taking(Generic[_T]):
    """A Nornir processor: takes what is needed of each host's result, closes its session, tells that it is done."""

    def __init__(self, done: Done, take: Callable[[Host, MultiResult], _T]) -> None:
        self._done = done
        self._take = take
        self.found: dict[str, _T] = {}

    def task_started(self, task: Any) -> None: ...

    def task_completed(self, task: Any, result: Any) -> None: ...

    def task_instance_started(self, task: Any, host: Host) -> None: ...

    def task_instance_completed(self, task: Any, host: Host, result: MultiResult) -> None:  # noqa: ARG002 - Nornir's signature
        with suppress(
            Exception
        ):  # what was read is read; a library that fails at saying goodbye changes nothing
            host.close_connections()
        self.found[host.name] = self._take(host, result)
        for part in result:
            part.result = None
        self._done(host.name, told(result.exception, host.platform or "")[0] if result.failed else "")

    def subtask_instance_started(self, task: Any, host: Any) -> None: ...

    def subtask_instance_completed(self, task: Any, host: Any, result: Any) -> None: ...
