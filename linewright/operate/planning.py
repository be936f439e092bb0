"""From a snapshot and a scope to a sealed plan."""

import re
import time
from collections.abc import Mapping

import msgspec

from linewright.devices.survey import Surveyed
from linewright.errors import (
    DeviceError,
    ExitCode,
    LinewrightError,
    Refused,
    SettingsError,
    UsageError,
    worst,
)
from linewright.model.objects import Record
from linewright.model.observation import now_text
from linewright.model.snapshot import Snapshot
from linewright.operate.here import marking_of, policies_of, surrounding, versions
from linewright.operate.needing import author_of, with_needs
from linewright.operate.rendering import Problem, problem
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.surveying import beside, collected, surveyed
from linewright.operate.wanting import Asked, own_way, wanted
from linewright.operate.workplace import Workplace
from linewright.plan import build
from linewright.plan.build import SHORTEST_TIMER, Wanted
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan, Mode
from linewright.plan.contents import contents
from linewright.plan.distance import distances
from linewright.platforms import rules
from linewright.render import Rendered
from linewright.runner.nornir import Done

__all__ = ["SHORTEST_TIMER", "Planned", "Request", "distances", "make_plan", "own_way"]

#: What is looked at before a change is confirmed (`linewright.checks.change.items`), or the beginning of it.
_THING = re.compile(r"(?:port|heard|bgp|ospf)(?: [\x21-\x7e]{1,100}){0,4}")


class Request(Record, frozen=True):
    """What is asked for. `base`: "last" (what was last applied), "running" (adopt), or a snapshot's code.

    In mode `replace` there is no base: the intended text is the whole configuration. `include_drift` takes drift into
    the change where a wanted line meets it. `branch` is the branch of the source of truth the snapshot was taken from.
    `offline` takes the devices as they were last collected. `may_lose` is what may be gone after the change.
    `pattern` is the standard change that it is to be, `purpose` what it is for.
    """

    scope: Scope
    base: str = "last"
    mode: Mode = "managed"
    ticket: str = ""
    timer: int = 0
    include_drift: bool = False
    branch: str = ""
    offline: bool = False
    may_lose: tuple[str, ...] = ()
    pattern: str = ""
    purpose: str = ""


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
    if wrong := [what for what in request.may_lose if not _THING.fullmatch(what)]:
        raise UsageError(
            f"--may-lose {wrong[0]!r} is nothing that is checked",
            hint="port NAME, heard PORT, bgp PEER, ospf INTERFACE, or the kind alone: docs/change-checks.md",
        )
    asked = Asked(base=request.base, mode=request.mode, timer=timer, may_lose=request.may_lose)
    wants, problems = wanted(place, snapshot, matched.devices, asked)
    look = collected if request.offline else surveyed
    seen = look(place, {name: matched.devices[name] for name in wants}, done) if wants else {}
    parts: list[DevicePlan] = []
    drift: dict[str, int] = {}
    for name, (want, _rendered) in wants.items():
        try:
            found = seen[name].observation
            if found.error:
                code = int(found.failure)
                problems.append(Problem(device=name, message=found.error, hint=found.error_hint, code=code))
                continue
            laid = _laid(want, seen[name], request)
            whole = msgspec.structs.replace(want, found=beside(seen[name]))
            if part := build.device_plan(whole, laid, rules(found.platform)):
                parts.append(part)
            elif laid.drift:
                drift[name] = len(laid.drift)
        except LinewrightError as error:
            problems.append(problem(name, error))
    if problems or not parts:
        return Planned(matched=matched, plan=None, problems=tuple(problems), drift=drift)
    around = surrounding(place, snapshot, request.may_lose)
    parts = [around(part) for part in parts]
    plan = _sealed(place, snapshot, request, parts, {p.device: wants[p.device][1] for p in parts})
    plan = msgspec.structs.replace(plan, unchanged=len(wants) - len(parts))
    return Planned(matched=matched, plan=with_needs(place, plan, snapshot), drift=drift)


def _sealed(
    place: Workplace,
    snapshot: Snapshot,
    request: Request,
    parts: list[DevicePlan],
    rendered: Mapping[str, Rendered],
) -> ChangePlan:
    templates: dict[str, str] = {}
    for one in rendered.values():
        templates |= one.templates
    return ChangePlan(
        schema=SCHEMA,
        site=place.settings.site_id,
        marking=marking_of(place, [snapshot.device(part.device) for part in parts]),
        created=now_text(time.time()),
        author=author_of(place),
        ticket=request.ticket,
        scope=str(request.scope),
        base=request.base,
        mode=request.mode,
        snapshot=snapshot.digest,
        position=snapshot.origin.position,
        templates=templates,
        versions=versions(),
        contents=dict(contents()),
        policies=policies_of(place, parts),
        back_out_within=place.settings.apply.back_out_hours * 3600,
        include_drift=request.include_drift,
        may_lose=request.may_lose,
        pattern=request.pattern,
        purpose=request.purpose,
        branch=request.branch or snapshot.origin.branch,
        devices=tuple(parts),
        batches=build.order(parts, distances(snapshot, [part.device for part in parts])),
    )


def _laid(want: Wanted, surveyed: Surveyed, request: Request) -> build.Laid:
    seen = surveyed.observation
    if seen.running is None:
        raise DeviceError(f"{want.device}: its running configuration was not read")
    if pending := seen.missing.get("pending"):
        raise Refused(
            f"{want.device}: {pending}", hint="wait until it is confirmed or has rolled back, then plan"
        )
    adopt = request.base == "running"
    return build.lay(
        want,
        seen.running,
        rules(seen.platform),
        adopt=adopt,
        mode=request.mode,
        include_drift=request.include_drift,
    )
