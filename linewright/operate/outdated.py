"""Whether a plan is still what the source of truth asks for: decided by rendering again, explained by what was read.

The site's templates are filled in with another snapshot for the planned devices alone, and everything the plan took from
the data is compared: the intended text, how each device is reached and known, which lines are on our own way in, the
order. What the templates had read then says which change of the data it was (`operate.causes`).
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from linewright import configs
from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.reach import target_for, why_not_managed
from linewright.devices.target import Target
from linewright.errors import LinewrightError
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.operate import branches
from linewright.operate.here import surrounding
from linewright.operate.rendering import render_all
from linewright.operate.surroundings import jumps
from linewright.operate.wanting import own_way
from linewright.operate.workplace import Workplace
from linewright.plan import build
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.distance import distances
from linewright.plan.logins import logins
from linewright.plan.way_in import on_own_way
from linewright.platforms import rules
from linewright.render import Rendered
from linewright.seal.canonical import code
from linewright.sources import recorded

#: What of a device is not as planned any more.
What = Literal[
    "gone",
    "not rendered",
    "templates",
    "configuration",
    "reached",
    "identity",
    "own path",
    "order",
    "checks",
    "base",
]


class Reason(Record, frozen=True):
    """One thing that is not as planned. `told` says it in words; `lines` are of the intended text, signed."""

    what: What
    told: str
    lines: tuple[str, ...] = ()


class Standing(Record, frozen=True):
    """One planned device by another snapshot: current where there is no reason.

    `reads` is what its rendering took from the data, then and now (`linewright.render.readset`).
    """

    device: str
    reasons: tuple[Reason, ...] = ()
    reads: tuple[str, ...] = ()

    @property
    def current(self) -> bool:
        """Whether a plan made now would want the same of this device."""
        return not self.reasons


def outdated(place: Workplace, plan: ChangePlan, snapshot: Snapshot) -> tuple[Standing, ...]:
    """How each device of a plan stands by a snapshot, in the order of the plan. No device is read, NetBox is not asked.

    Raises:
        LinewrightError: the site itself cannot be used (no templates, no key, settings that are wrong).
    """
    own = plan.code  # the whole plan is gone through for it
    reasons: dict[str, list[Reason]] = {part.device: [] for part in plan.devices}
    there: dict[str, Device] = {}
    for part in plan.devices:
        device = snapshot.devices.get(part.device)
        if device is None or (why := why_not_managed(device, place.settings)):
            told = f"it is left alone now: {why}" if device else "the source of truth has no such device now"
            reasons[part.device].append(Reason(what="gone", told=told))
        else:
            there[part.device] = device
    rendered, problems = render_all(place, snapshot, there)
    for problem in problems:
        reasons[problem.device].append(Reason(what="not rendered", told=problem.message))
    around = surrounding(place, snapshot, plan.may_lose)
    for part in (part for part in plan.devices if part.device in there):
        if part.device in rendered:
            reasons[part.device] += _rendered(plan, part, rendered[part.device])
        reasons[part.device] += _reached(place, part, there[part.device])
        reasons[part.device] += _checked(part, around(part))
        if plan.mode == "managed" and plan.base == "last":
            reasons[part.device] += _based(place, part, own)
    for name, told in _moved(plan, snapshot, there).items():
        reasons[name].append(Reason(what="order", told=told))
    read = {name: getattr(one, "reads", ()) for name, one in rendered.items()}
    return tuple(
        Standing(
            device=part.device,
            reasons=tuple(reasons[part.device]),
            reads=tuple(dict.fromkeys((*part.reads, *read.get(part.device, ())))),
        )
        for part in plan.devices
    )


def judged_by(place: Workplace, plan: ChangePlan) -> Snapshot:
    """The newest snapshot kept here that says what the plan's source holds now.

    For a plan of the main data that is the newest, unless the plan's own was taken later (of a part of NetBox, which is
    kept beside the newest). For a plan of a branch it is the newest of that branch.

    Raises:
        DataError: there is none, or its file is damaged.
    """
    if plan.branch:
        return branches.newest(place, plan.branch) or place.snapshot(code(plan.snapshot))
    newest = place.snapshot()
    own = place.state.snapshot_path(code(plan.snapshot))
    if newest.digest == plan.snapshot or not own.is_file():
        return newest
    older = newest.origin.taken < recorded.origin(own).taken
    return place.snapshot(code(plan.snapshot)) if older and newest.origin.taken else newest


def _rendered(plan: ChangePlan, part: DevicePlan, now: Rendered) -> Iterator[Reason]:
    known = rules(part.platform)
    changed = [name for name, digest in now.templates.items() if plan.templates.get(name) != digest]
    for name in changed:
        done = "changed" if name in plan.templates else "is used now and was not"
        yield Reason(what="templates", told=f"the template {name} {done}")
    if now.platform != part.platform:
        yield Reason(
            what="configuration", told=f"its platform is {now.platform} now, planned as {part.platform}"
        )
    elif configs.normalise(now.text, known) != part.intended:
        lines = configs.diff(part.intended, now.text, known)
        come, gone = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        yield Reason(
            what="configuration",
            told=f"its intended configuration is another: {come} line{'s' * (come != 1)} more, {gone} less",
            lines=lines,
        )


def _reached(place: Workplace, part: DevicePlan, device: Device) -> Iterator[Reason]:
    """How it is reached and known, by settings, data and what is enrolled."""
    try:
        target = target_for(device, place.settings)
    except LinewrightError as error:
        yield Reason(what="reached", told=error.message)
        return
    if (target.host, target.port) != (part.host, part.port):
        yield Reason(
            what="reached",
            told=f"it is at {target.host} port {target.port} now, planned at {part.host} port {part.port}",
        )
    if jumps(target) != part.jumps:
        ways = [" ".join(way) or "no jump host" for way in (jumps(target), part.jumps)]
        yield Reason(what="reached", told=f"the way there is by {ways[0]} now, planned by {ways[1]}")
    try:
        if (enrolled := enrolled_fingerprint(target)) != part.identity:
            yield Reason(
                what="identity",
                told=f"its enrolled identity is {enrolled} now, planned for {part.identity}",
            )
    except LinewrightError as error:
        yield Reason(what="identity", told=error.message)
    yield from _own_path(part, device, target)


def _own_path(part: DevicePlan, device: Device, target: Target) -> Iterator[Reason]:
    """What the change asks of our own way in: the lines on it, and the logins."""
    ours = on_own_way(part.diff, (part.before, part.after), own_way(device, target), rules(part.platform))
    if ours != part.on_own_path:
        told = f"{len(ours)} of its lines are on our own way in now, planned with {len(part.on_own_path)}"
        if len(ours) == len(part.on_own_path):
            told = "other lines of it are on our own way in now"
        yield Reason(what="own path", told=told)
    now = logins(single=target.single_login, codes_each=target.codes)
    if (now.count, now.codes, now.weakened) != (part.logins, part.codes, part.weakened):
        yield Reason(
            what="reached",
            told=f"the settings ask for {now.count} logins and {now.codes} one-time codes now, "
            f"planned with {part.logins} and {part.codes}",
        )


def _checked(part: DevicePlan, now: DevicePlan) -> Iterator[Reason]:
    """What it is judged by before the change is confirmed: the checks, what they expect, who is looked at beside it."""
    then = {check.name: check for check in part.checks}
    for check in now.checks:
        if (old := then.pop(check.name, None)) is None:
            yield Reason(what="checks", told=f"the check {check.name} is asked for now and was not")
        elif old.input != check.input:
            differs = sorted(
                name for name in {*old.input, *check.input} if old.input.get(name) != check.input.get(name)
            )
            yield Reason(
                what="checks", told=f"the check {check.name} expects other things: {', '.join(differs)}"
            )
        elif old.digest != check.digest:
            yield Reason(what="checks", told=f"the check {check.name} changed")
    yield from (Reason(what="checks", told=f"the check {name} is not asked for now") for name in then)
    beside = {one.device: one for one in part.around}
    for one in now.around:
        if (before := beside.pop(one.device, None)) is not None and before != one:
            yield Reason(
                what="checks", told=f"{one.device}, which is looked at beside it, is reached otherwise now"
            )


def _based(place: Workplace, part: DevicePlan, own: str) -> Iterator[Reason]:
    """Another plan than this (`own`, its code) that was carried out on the device in between: both begin at one place.

    The text it starts from is compared where plans are proved.
    """
    applied = place.state.applied(part.device)
    if applied is not None and applied.change not in (part.base, own):
        yield Reason(what="base", told=f"plan {applied.change} was carried out there since this one was made")


def _moved(plan: ChangePlan, snapshot: Snapshot, there: Mapping[str, Device]) -> dict[str, str]:
    """The devices that would have another place in the order now, and which; as few as explain the new order."""
    kept = [part for part in plan.devices if part.device in there]
    now = [name for batch in build.order(kept, distances(snapshot, there)) for name in batch]
    then = {name: place for place, batch in enumerate(plan.batches, 1) for name in batch}
    stay = in_order([then[name] for name in now])
    return {
        name: f"its place in the order is {place} of {len(now)} now, planned in batch {then[name]} of {len(plan.batches)}"
        for place, name in enumerate(now, 1)
        if place - 1 not in stay
    }


def in_order(ranks: Sequence[int]) -> frozenset[int]:
    """The places of a longest part of a sequence that never falls: what is not in it has moved."""
    ends: list[int] = []  # the place where the best part of each length ends
    before: list[int] = []
    for place, rank in enumerate(ranks):
        length = bisect_right(ends, rank, key=lambda end: ranks[end])
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [place]
    found = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        found.add(place)
        place = before[place]
    return frozenset(found)
