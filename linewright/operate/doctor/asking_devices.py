"""What devices answer: who they are, whether a login works, what time they have. Bounded in time, many at once."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import msgspec

from linewright.devices.clocks import https_ahead
from linewright.devices.connect import session
from linewright.devices.reach import target_for
from linewright.devices.target import Target
from linewright.devices.trust import Trust, scan
from linewright.errors import ExitCode, LinewrightError
from linewright.model.objects import Device
from linewright.operate.doctor.devices import Answer
from linewright.operate.workplace import Workplace
from linewright.platforms import rules
from linewright.runner.nornir import Done

_AT_ONCE = 16
#: A device that takes longer to show who it is would be no pleasure to work with.
_SECONDS = 5


def answers(
    place: Workplace, devices: Mapping[str, Device], done: Done, *, login: bool
) -> tuple[Answer, ...]:
    """Ask these devices; no credential is sent unless `login`, and then only to one with the enrolled identity.

    Raises:
        DataError: the file of enrolled identities is damaged.
    """
    trust = Trust(place.settings.path(place.settings.trust))
    trust.enrolled()

    def one(device: Device) -> Answer:
        found = _answer(place, trust, device, login=login)
        done(device.name, found.error)
        return found

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="doctor") as pool:
        return tuple(pool.map(one, devices.values()))


def _answer(place: Workplace, trust: Trust, device: Device, *, login: bool) -> Answer:
    try:
        target = _quick(target_for(device, place.settings))
    except LinewrightError as error:
        return Answer(device=device.name, error=error.message, hint=error.hint, reached=True)
    by_ssh = rules(target.platform).transport == "ssh"
    kind: Literal["host key", "certificate"] = "host key" if by_ssh else "certificate"
    if target.ssh is not None and target.ssh.jumps and not login:
        way = ", ".join(jump.name for jump in target.ssh.jumps)
        return Answer(
            device=device.name, kind=kind, skipped=f"behind {way}", hint="lw doctor --login logs in there"
        )
    try:
        identity = trust.state(scan(target, place.secrets.credential) if login else scan(target))
    except LinewrightError as error:
        return Answer(
            device=device.name, kind=kind, error=error.message, hint=error.hint, reached=_reached(error)
        )
    ahead, no_clock = (None, "over SSH no clock is read") if by_ssh else _clock(target)
    found = Answer(device=device.name, kind=kind, identity=identity, ahead=ahead, no_clock=no_clock)
    if not login or identity != "enrolled":
        return found
    try:
        with session(target, place.secrets.credential):
            return msgspec.structs.replace(found, login=True)
    except LinewrightError as error:
        return msgspec.structs.replace(found, login=False, error=error.message, hint=error.hint, reached=True)


def _quick(target: Target) -> Target:
    """The same with a short patience."""
    seconds = min(target.timeout, _SECONDS)
    if target.ssh is None:
        return msgspec.structs.replace(target, timeout=seconds)
    ssh = msgspec.structs.replace(target.ssh, timeout=min(target.ssh.timeout, seconds))
    return msgspec.structs.replace(target, timeout=seconds, ssh=ssh)


def _clock(target: Target) -> tuple[float | None, str]:
    try:
        ahead = https_ahead(target)
    except LinewrightError as error:
        return None, error.message
    return ahead, "" if ahead is not None else "it names no time"


def _reached(error: LinewrightError) -> bool:
    return error.code != ExitCode.NOT_REACHED
