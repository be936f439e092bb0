"""A sealed plan made again on this machine, to be compared before anything is approved or applied."""

from linewright.errors import DataError, LinewrightError, Refused
from linewright.model.snapshot import Snapshot
from linewright.operate.here import marking_of, policies_of, surrounding, versions
from linewright.operate.needing import policies_here, prove_needs
from linewright.operate.scope import in_scope, parsed
from linewright.operate.wanting import Asked, wanted
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan
from linewright.plan.contents import contents
from linewright.plan.distance import distances
from linewright.plan.proving import Here, prove, unmoved
from linewright.seal.canonical import code

_LIE = "do not apply it: find out who made it and how, then make a new plan: lw plan"


def prove_plan(place: Workplace, plan: ChangePlan, *, only: frozenset[str] | None = None) -> None:
    """Refuse a plan that is not what this linewright makes of what is sealed in it. No device is read, nothing is sent.

    Templates are filled in only to compare; what is sent are the sealed lines.

    Args:
        place: the site.
        plan: the plan.
        only: judge these devices alone, where others of the plan are done already.

    Raises:
        Moved: something it was made with is not here any more; it is named.
        Refused: it is another site's, its snapshot is not here, or a field is not what follows from what is sealed.
    """
    if plan.site != place.settings.site_id:
        raise Refused(
            f"plan {plan.code} is for site {plan.site!r}, this is {place.settings.site_id!r}",
            hint="apply it at its own site",
        )
    snapshot = snapshot_of(place, plan)
    here = _here(place, plan, snapshot, going_on=only is not None)
    unmoved(plan, here)
    if only is None:
        prove_needs(place, plan, snapshot)
    names = [part.device for part in plan.devices if only is None or part.device in only]
    # One timer was asked for; platforms cap it, `prove` works that out.
    asked = Asked(
        base=plan.base, mode=plan.mode, timer=max(part.timer for part in plan.devices), may_lose=plan.may_lose
    )
    try:
        devices = {name: snapshot.device(name) for name in (part.device for part in plan.devices)}
        found, problems = wanted(place, snapshot, devices, asked)
        surround = surrounding(place, snapshot, plan.may_lose)
    except Refused:
        raise
    except LinewrightError as error:
        raise Refused(f"plan {plan.code} cannot be made again: {error.message}", hint=error.hint) from None
    if standing := [one for one in problems if one.device in names]:
        first = standing[0]
        raise Refused(
            f"plan {plan.code}: {first.device} cannot be planned again: {first.message}", hint=first.hint
        )
    templates: dict[str, str] = {}
    for _, rendered in found.values():
        templates |= rendered.templates
    prove(plan, here, {name: want for name, (want, _) in found.items()}, templates, surround, only=only)


def snapshot_of(place: Workplace, plan: ChangePlan) -> Snapshot:
    """The snapshot a plan was made from, as it is kept here.

    Raises:
        Refused: it is not here, damaged, another one of its code, or of a branch the plan does not name.
    """
    try:
        snapshot = place.snapshot(code(plan.snapshot))
    except DataError as error:
        raise Refused(
            f"plan {plan.code}: the snapshot it was made from is not here: {error.message}", hint=error.hint
        ) from None
    if snapshot.digest != plan.snapshot:
        raise Refused(
            f"plan {plan.code}: its snapshot is not in this site's state folder",
            hint="bring it there, or make a new plan: lw plan",
        )
    if snapshot.origin.branch and not plan.branch:
        raise Refused(
            f"plan {plan.code} says that it is of the main data, its snapshot is of the branch {snapshot.origin.branch!r}",
            hint=_LIE,
        )
    return snapshot


def _here(place: Workplace, plan: ChangePlan, snapshot: Snapshot, *, going_on: bool) -> Here:
    """What is here of what every plan depends on.

    Raises:
        Refused: a device is not in the plan's scope, or not in its snapshot.
    """
    names = [part.device for part in plan.devices]
    try:
        matched = in_scope(snapshot, parsed(plan.scope), place.settings)
        marking = marking_of(place, [snapshot.device(name) for name in names])
    except LinewrightError as error:
        raise Refused(
            f"plan {plan.code}: its scope cannot be looked up again: {error.message}", hint=_LIE
        ) from None
    if outside := [name for name in names if name not in matched.devices]:
        raise Refused(f"plan {plan.code}: {outside[0]} is not in its scope ({plan.scope})", hint=_LIE)
    return Here(
        site=place.settings.site_id,
        marking=marking,
        snapshot=snapshot.digest,
        position=snapshot.origin.position,
        versions=versions(),
        contents=dict(contents()),
        policies=policies_here(place, plan, policies_of(place, plan.devices), going_on=going_on),
        back_out_within=place.settings.apply.back_out_hours * 3600,
        unchanged=len(matched.devices) - len(names),
        distances=distances(snapshot, names),
        branch=snapshot.origin.branch,
    )
