"""From a snapshot and a scope to a sealed plan."""

import getpass
import time
from collections.abc import Mapping
from importlib.metadata import version

import msgspec

from linewright import __version__
from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.target import Target
from linewright.documents.marking import Markings
from linewright.errors import (
    DeviceError,
    ExitCode,
    LinewrightError,
    Refused,
    SettingsError,
    UsageError,
    worst,
)
from linewright.model.objects import Device, Record
from linewright.model.observation import Observation, now_text
from linewright.model.snapshot import Snapshot
from linewright.operate.fleet import targets
from linewright.operate.rendering import Problem, problem, render_all
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.surveying import beside, surveyed
from linewright.operate.workplace import Workplace
from linewright.plan import build
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan, Mode
from linewright.plan.logins import logins
from linewright.plan.way_in import OwnWay
from linewright.platforms import rules
from linewright.render import Rendered
from linewright.runner.nornir import Done
from linewright.trace import Path, paths

#: Libraries whose behaviour a plan depends on.
_LIBRARIES = ("jinja2", "napalm", "paramiko", "pyeapi")
#: Seconds; a shorter timer runs out before a new session can prove anything.
SHORTEST_TIMER = 10


class Request(Record, frozen=True):
    """What is asked for. `base`: "last" (what was last applied), "running" (adopt), or a snapshot's code.

    In mode `replace` there is no base: the intended text is the whole configuration.
    """

    scope: Scope
    base: str = "last"
    mode: Mode = "managed"
    ticket: str = ""
    timer: int = 0


class Planned(Record, frozen=True):
    """What came of it. No plan when nothing changes, or when a device has a problem: a plan is whole or not made."""

    matched: InScope
    plan: ChangePlan | None
    problems: tuple[Problem, ...] = ()
    drift: dict[str, int] = {}  # noqa: RUF012 - msgspec copies it per instance

    @property
    def code(self) -> ExitCode:
        """What the command exits with."""
        return worst([ExitCode(problem.code) for problem in self.problems])


def make_plan(place: Workplace, snapshot: Snapshot, request: Request, done: Done) -> Planned:
    """Read the devices in scope, lay the wanted change onto what runs there, and seal it.

    Raises:
        LinewrightError: the scope, the settings or the base cannot be used at all.
    """
    if (timer := request.timer or place.settings.apply.timer) < SHORTEST_TIMER:
        raise SettingsError(
            f"an auto-rollback timer of {timer} s is too short",
            hint=f"set apply.timer to {SHORTEST_TIMER} or more; a platform without a timer needs none",
        )
    if request.mode == "replace" and request.base != "last":
        raise UsageError(
            "--mode replace and --base exclude each other",
            hint="replace makes the whole configuration as intended, whatever was there before",
        )
    matched = in_scope(snapshot, request.scope, place.settings)
    wanted, problems = _wanted(place, snapshot, matched.devices, request)
    seen = surveyed(place, {name: matched.devices[name] for name in wanted}, done) if wanted else {}
    parts: list[DevicePlan] = []
    drift: dict[str, int] = {}
    for name, (want, _rendered) in wanted.items():
        try:
            found = seen[name].observation
            if found.error:
                code = int(found.failure)
                problems.append(Problem(device=name, message=found.error, hint=found.error_hint, code=code))
                continue
            laid = _laid(want, found, request)
            whole = msgspec.structs.replace(want, found=beside(seen[name]))
            if part := build.device_plan(whole, laid, rules(seen[name].observation.platform)):
                parts.append(part)
            elif laid.drift:
                drift[name] = len(laid.drift)
        except LinewrightError as error:
            problems.append(problem(name, error))
    if problems or not parts:
        return Planned(matched=matched, plan=None, problems=tuple(problems), drift=drift)
    templates: dict[str, str] = {}
    for part in parts:
        templates |= wanted[part.device][1].templates
    plan = ChangePlan(
        schema=SCHEMA,
        site=place.settings.site_id,
        marking=_marking(place, [matched.devices[part.device] for part in parts]),
        created=now_text(time.time()),
        author=getpass.getuser(),
        ticket=request.ticket,
        scope=str(request.scope),
        base=request.base,
        mode=request.mode,
        snapshot=snapshot.digest,
        position=snapshot.origin.position,
        templates=templates,
        versions={"linewright": __version__, **{name: version(name) for name in _LIBRARIES}},
        devices=tuple(parts),
        batches=build.order(parts, distances(snapshot, matched.devices)),
        unchanged=len(wanted) - len(parts),
    )
    return Planned(matched=matched, plan=plan, drift=drift)


def distances(snapshot: Snapshot, devices: Mapping[str, Device]) -> dict[str, int]:
    """How far each device is from us: 0 out of band; in band, one more than the device it is reached through."""
    neighbors: dict[str, set[str]] = {}
    for path in paths(snapshot):
        for one, other in _joined(path):
            neighbors.setdefault(one, set()).add(other)
            neighbors.setdefault(other, set()).add(one)
    found = {device.name: 0 for device in snapshot.devices.values() if device.oob_ip}
    edge = set(found)
    distance = 0
    while edge:
        distance += 1
        edge = {far for near in edge for far in neighbors.get(near, ()) if far not in found}
        found |= dict.fromkeys(edge, distance)
    return {name: found.get(name, distance) for name in devices}


def _joined(path: Path) -> list[tuple[str, str]]:
    return [(path.a.device, path.z.device)] if path.complete and path.joins_interfaces else []


def _wanted(
    place: Workplace, snapshot: Snapshot, devices: Mapping[str, Device], request: Request
) -> tuple[dict[str, tuple[build.Wanted, Rendered]], list[Problem]]:
    """What each device should be, from where, and how it is reached; and what stands in the way."""
    reached = targets(place, devices)
    now, problems = render_all(place, snapshot, devices)
    earlier = place.snapshot(request.base) if request.base not in ("last", "running") else None
    before: dict[str, Rendered] = {}
    if earlier is not None:
        before, more = render_all(
            place, earlier, {n: d for n in now if (d := earlier.devices.get(n)) is not None}
        )
        problems += more
    wanted: dict[str, tuple[build.Wanted, Rendered]] = {}
    for name, rendered in now.items():
        device, target = devices[name], reached[name]
        applied = place.state.applied(name)
        if earlier is None:
            base, base_name = (applied.intended, applied.change) if applied else (None, "")
        else:
            base, base_name = (before[name].text, earlier.code) if name in before else (None, "")
        try:
            identity = enrolled_fingerprint(target)
        except LinewrightError as error:
            problems.append(problem(name, error))
            continue
        wanted[name] = (
            build.Wanted(
                device=name,
                host=target.host,
                port=target.port,
                identity=identity,
                timer=request.timer or place.settings.apply.timer,
                intended=rendered.text,
                slots=rendered.slots,
                base=base,
                base_name=base_name,
                own_way=own_way(device, target),
                logins=logins(single=target.single_login, codes_each=target.codes),
            ),
            rendered,
        )
    return wanted, problems


def _laid(want: build.Wanted, seen: Observation, request: Request) -> build.Laid:
    if seen.running is None:
        raise DeviceError(f"{want.device}: its running configuration was not read")
    if pending := seen.missing.get("pending"):
        raise Refused(
            f"{want.device}: {pending}", hint="wait until it is confirmed or has rolled back, then plan"
        )
    adopt = request.base == "running"
    return build.lay(want, seen.running, rules(seen.platform), adopt=adopt, mode=request.mode)


def _marking(place: Workplace, devices: list[Device]) -> str:
    """The plan's marking: the highest of the devices it touches, never below the site's."""
    markings = Markings(order=place.settings.markings, floor=place.settings.marking)
    return markings.of((f"device {device.name}", device.custom) for device in devices)


def own_way(device: Device, target: Target) -> OwnWay:
    """How we reach a device: the interface of the address we really go to, and what that interface rests on.

    The address is that of the settings or of OpenSSH's configuration where they say one. Where no interface has it (a
    name, a translated address) it is the one the source of truth manages the device by.
    """
    declared = (device.oob_ip or device.primary_ip4 or device.primary_ip6).partition("/")[0]
    ports = _with(device, target.host) or _with(device, declared)
    known = {interface.name: interface for interface in device.interfaces}
    for name in ports:  # grows while it is gone through; each name once, so it ends
        port = known.get(name)
        beneath = (port.parent, port.lag, port.bridge) if port is not None else ()
        ports += [under for under in dict.fromkeys(beneath) if under and under not in ports]
    members = [i.name for i in device.interfaces if i.lag in ports and i.name not in ports]
    return OwnWay(ports=(*ports, *members), login=target.username)


def _with(device: Device, address: str) -> list[str]:
    return [
        interface.name
        for interface in device.interfaces
        if address and any(a.address.partition("/")[0] == address for a in interface.addresses)
    ]
