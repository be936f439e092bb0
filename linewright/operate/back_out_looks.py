"""The devices of a back-out as they are now, and what leads them back.

Nothing here asks the source of truth, templates or policies: how a device is reached stands in the plan and in the
site's settings, and a snapshot that is gone or damaged is done without.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Result, Task

from linewright import configs, log
from linewright.devices import read
from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.old_secrets import OldSecrets
from linewright.devices.reach import target_for
from linewright.devices.target import ChangeDriver, Target
from linewright.errors import LinewrightError, Moved, Refused
from linewright.model.objects import Device, Record
from linewright.operate.fleet import pace
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.logins import logins
from linewright.plan.undo import Undo, undo
from linewright.platforms import rules
from linewright.runner.nornir import Done, each, error_of, nornir
from linewright.seal.canonical import code


class Look(Record, frozen=True):
    """One device: what takes it back, or why nothing can be said; `pending` is the change that waits there ("" none)."""

    device: str
    undo: Undo | None = None
    pending: str = ""
    error: str = ""
    hint: str = ""
    code: int = 0


def reached(place: Workplace, plan: ChangePlan, names: tuple[str, ...]) -> dict[str, tuple[Device, Target]]:
    """Each of these devices of a plan and how it is reached now.

    Where the settings now lead elsewhere (a way around what is broken) they are followed: that it is the very device
    is shown by its enrolled identity.

    Raises:
        Moved: another identity is enrolled than the plan was made for.
        SettingsError: there is no login for its platform.
    """
    found: dict[str, tuple[Device, Target]] = {}
    for name in names:
        part = plan.device(name)
        device = _device(place, plan, part)
        target = target_for(device, place.settings)
        if (enrolled := enrolled_fingerprint(target)) != part.identity:
            raise Moved(
                f"{name}: its enrolled identity is {enrolled}, the plan was made for {part.identity}",
                hint="find out why the device's key changed; a device that was exchanged has nothing to take back",
            )
        found[name] = device, target
    return found


def looked(
    place: Workplace,
    plan: ChangePlan,
    ways: Mapping[str, tuple[Device, Target]],
    old: OldSecrets,
    job: str,
    *,
    done: Done,
) -> dict[str, Look]:
    """Read these devices now, and find what takes each of them back; one that does not answer says why.

    Args:
        place: the site.
        plan: what was done.
        ways: how they are reached.
        old: takes in the secrets that run there now.
        job: the job that is taken back.
        done: told of each device.
    """
    fleet = nornir(
        {name: device for name, (device, _) in ways.items()},
        {name: target for name, (_, target) in ways.items()},
        place.secrets.credential,
        place.settings.nornir,
    )

    def look(task: Task) -> Result:
        driver: ChangeDriver = task.host.get_connection("linewright", task.nornir.config)
        name = task.host.name
        return Result(host=task.host, result=_look(driver, plan.device(name), old, job, place.secrets.key))

    def seen(host: Host, result: MultiResult) -> Look:
        if isinstance(found := result[0].result, Look):
            log.note("read", device=host.name)
            return found
        error = error_of(host, result)
        return Look(device=host.name, error=error.message, hint=error.hint, code=int(error.code))

    return each(fleet, look, done, seen, pace=pace(place))


def _look(driver: ChangeDriver, part: DevicePlan, old: OldSecrets, job: str, key: bytes) -> Look:
    name, known = part.device, rules(part.platform)
    waiting = read.pending(driver, name)
    if waiting is not None and waiting.change == job:
        return Look(device=name, pending=job)
    if waiting is not None:
        raise Refused(
            f"{name}: another change {waiting.told}",
            hint=waiting.next_step(
                name,
                f"wait until it is confirmed or has rolled back; if it is a job of ours: lw resume {waiting.change}",
            ),
        )
    listening = old.listening(name, known, job)
    running = read.running(driver, name, known, key, seal=listening).text
    found = undo(part, running, known)
    if found.part is None:
        return Look(device=name, undo=found)
    facts: dict[str, Any] = {}
    try:
        saved = read.startup(driver, name, known, key)
        differing = configs.diff(saved, running, known)
        facts["unsaved"] = tuple(line for line in differing if line[:1] in "+-")
    except LinewrightError as error:
        facts["startup_unread"] = error.message
    return Look(
        device=name, undo=msgspec.structs.replace(found, part=msgspec.structs.replace(found.part, **facts))
    )


def as_reached(part: DevicePlan, target: Target) -> DevicePlan:
    """The part as the device is reached and logged in to now."""
    found = logins(single=target.single_login, codes_each=target.codes)
    return msgspec.structs.replace(
        part, host=target.host, port=target.port, logins=found.count, codes=found.codes, weakened=found.weakened
    )  # fmt: skip


def _device(place: Workplace, plan: ChangePlan, part: DevicePlan) -> Device:
    """The device as the plan's snapshot has it; without that, what the plan itself says of it."""
    try:
        found = place.snapshot(code(plan.snapshot))
        if found.digest == plan.snapshot:
            return found.device(part.device)
    except LinewrightError:
        pass
    jumps = _names(place, part)
    return Device(
        name=part.device,
        site="",
        role="",
        type="",
        platform=rules(part.platform).slugs[0],
        primary_ip4=part.host,
        context={"reach": {"jump": ",".join(jumps)}} if jumps else {},
    )


def _names(place: Workplace, part: DevicePlan) -> list[str]:
    """The jump hosts of a plan ("HOST:PORT") by the names the settings have for them; all of them, or none."""
    by_host = {jump.host or name: name for name, jump in place.settings.jumps.items()}
    found = [by_host.get(where.rpartition(":")[0], "") for where in part.jumps]
    return found if all(found) else []
