"""A plan made anew for what NetBox and the devices say now, told beside the one before."""

from collections import Counter
from typing import Literal

from msgspec.structs import replace

from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.planning import Planned, Request, make_plan
from linewright.operate.scope import parsed
from linewright.operate.snapshots import take
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.runner.nornir import Done
from linewright.sources.netbox.branches import Merged

#: How a device stands in the new plan beside the old one.
How = Literal["same lines", "other lines", "nothing to do", "new"]
#: What else is told when it differs, and the fields of a plan that hold it.
_TOLD = {
    "its address": ("host", "port"),
    "the way there": ("jumps",),
    "its identity": ("identity", "serial"),
    "its running configuration": ("before",),
    "its auto-rollback timer": ("timer",),
    "its checks": ("checks", "around"),
    "its risk": ("risk",),
}


class Beside(Record, frozen=True):
    """One device in both plans. `added` are lines that are sent now and were not, `removed` the other way round.

    `moved` names what else differs: how it is reached, what it is checked by, the running configuration it starts from.
    """

    device: str
    how: How
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()


class Refreshed(Record, frozen=True):
    """What came of it: the new plan or why there is none, and each device beside the old plan."""

    planned: Planned
    devices: tuple[Beside, ...] = ()
    merged: str = ""

    @property
    def same(self) -> bool:
        """Whether the same lines are sent to the same devices: only what they start from is newer."""
        return bool(self.devices) and all(one.how == "same lines" for one in self.devices)


def request_of(plan: ChangePlan, *, offline: bool = False) -> Request:
    """What was asked for when a plan was made; `offline` takes the devices as they were last collected.

    Raises:
        DataError: its scope is none.
    """
    return Request(
        scope=parsed(plan.scope),
        base=plan.base,
        mode=plan.mode,
        ticket=plan.ticket,
        timer=max((part.timer for part in plan.devices), default=0),
        include_drift=plan.include_drift,
        branch=plan.branch,
        offline=offline,
        may_lose=plan.may_lose,
        pattern=plan.pattern,
        purpose=plan.purpose,
    )


def source(place: Workplace, plan: ChangePlan, code: str = "") -> tuple[Snapshot, str]:
    """The data a plan is made anew for, and the branch that was merged since, or "".

    That snapshot; else the newest, of a plan of a branch a new one of that branch. A branch that was merged is part of
    the main data: of those a new snapshot is taken.

    Raises:
        LinewrightError: as `take`, or there is no snapshot.
    """
    if code or not plan.branch:
        return place.snapshot(code), ""
    merged = ""
    try:
        taken = take(place, (), None, lambda *_: None, branch=plan.branch)
    except Merged:
        merged = plan.branch
        taken = take(place, (), None, lambda *_: None)
    return place.snapshot(taken.code), merged


def refresh(
    place: Workplace,
    plan: ChangePlan,
    snapshot: Snapshot,
    done: Done,
    *,
    merged: str = "",
    offline: bool = False,
) -> Refreshed:
    """Make the plan anew: the same scope, base, mode, ticket and timer; devices are read now, or `offline` as last collected.

    Raises:
        LinewrightError: as `make_plan`.
    """
    request = request_of(plan, offline=offline)
    planned = make_plan(place, snapshot, replace(request, branch="") if merged else request, done)
    if planned.problems:
        return Refreshed(planned=planned, merged=merged)
    return Refreshed(planned=planned, devices=beside(plan, planned.plan), merged=merged)


def beside(old: ChangePlan, new: ChangePlan | None) -> tuple[Beside, ...]:
    """Each device of two plans: those of the old in its order, then those that are new. Pure."""
    now = {part.device: part for part in (new.devices if new is not None else ())}
    then = {part.device for part in old.devices}
    known = [_compared(part, now.get(part.device)) for part in old.devices]
    fresh = [
        Beside(device=name, how="new", added=part.commands) for name, part in now.items() if name not in then
    ]
    return (*known, *fresh)


def _compared(old: DevicePlan, new: DevicePlan | None) -> Beside:
    if new is None:
        return Beside(device=old.device, how="nothing to do", removed=old.commands)
    moved = tuple(
        told
        for told, fields in _TOLD.items()
        if any(getattr(old, name) != getattr(new, name) for name in fields)
    )
    if old.commands == new.commands:
        return Beside(device=old.device, how="same lines", moved=moved)
    come, gone = Counter(new.commands), Counter(old.commands)
    return Beside(
        device=old.device,
        how="other lines",
        added=tuple((come - gone).elements()),
        removed=tuple((gone - come).elements()),
        moved=moved,
    )
