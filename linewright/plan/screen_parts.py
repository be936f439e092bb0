"""The parts of the first screen of a plan, each in at most so many lines as there is room for. Pure."""

from collections import Counter
from collections.abc import Iterator

from linewright.plan import cautions as told
from linewright.plan.cautions import devices
from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import fitted, spread
from linewright.plan.losses import removed
from linewright.plan.risk import highest
from linewright.plan.times import back_out_by, lasts, span
from linewright.plan.what import what

#: Of what goes in mode replace, so many kinds are told by name.
_NAMED_KINDS = 2
#: Of a batch of more devices, two are named.
_SHOWN_OF_BATCH = 4


def what_it_does(plan: ChangePlan, room: int) -> Iterator[str]:
    """The words of its author; then, or where there are none, the words its lines give."""
    if plan.purpose:
        yield from spread("What      ", [plan.purpose], most=1)
    if room > 1 or not plan.purpose:
        label = "          " if plan.purpose else "What      "
        yield from spread(label, what(plan), between="; ", most=room)


def why_now(plan: ChangePlan, room: int) -> Iterator[str]:
    """Why an emergency cannot wait."""
    if plan.change == "emergency":
        yield from spread("Why now   ", [plan.reason or "no reason is given"], most=room)


def mode(plan: ChangePlan, _room: int) -> Iterator[str]:
    """What is not as in most plans: mode replace, or another base."""
    if plan.mode == "replace":
        yield "Mode      REPLACE: the templates are the whole; all other lines go, drift too"
    elif plan.base != "last":
        yield fitted("Base      ", [plan.base], ", not what was last applied")


def branch(plan: ChangePlan, _room: int) -> Iterator[str]:
    """That the data is not the main data."""
    return told.branch(plan)


def how_many(plan: ChangePlan, _room: int) -> Iterator[str]:
    """Devices, different diffs, lines."""
    shapes = len({(part.platform, part.diff) for part in plan.devices})
    added, gone = (sum(line.startswith(s) for part in plan.devices for line in part.diff) for s in "+-")
    total = len(plan.devices) + plan.unchanged
    yield (
        f"Devices   {len(plan.devices)} of {total} change, {shapes} different diff{'s' * (shapes != 1)}; "
        f"{_lines(added)} added, {gone} removed"
    )


def removes(plan: ChangePlan, room: int) -> Iterator[str]:
    """In mode replace, what goes, by name; the kinds that hurt most first, the rest counted."""
    found = removed(plan) if plan.mode == "replace" else ()
    named = _NAMED_KINDS if room > 1 else 0
    yield from (fitted(f"Removes   {words}: ", names) for words, names in found[:named])
    if len(found) > named:
        yield fitted("Removes   ", [words for words, _ in found[named:]], between=", ")


def risk(plan: ChangePlan, room: int) -> Iterator[str]:
    """Where the highest risk is, and the commonest reason for it first."""
    worst = highest(part.risk for part in plan.devices)
    if worst == "low":
        return
    at = [part for part in plan.devices if part.risk == worst]
    reasons = Counter(reason for part in at for reason in part.risks)
    where = f" on {len(at)} of {len(plan.devices)}" if len(at) < len(plan.devices) else ""
    before = f"Risk      {worst.upper()}{where}: "
    yield from spread(before, [why for why, _ in reasons.most_common()], between="; ", most=room)


def safety(plan: ChangePlan, _room: int) -> Iterator[str]:
    """Who takes the change back by himself, and whether our way in is at stake."""
    sure = sum(part.timer > 0 for part in plan.devices)
    timers = sorted({part.timer for part in plan.devices if part.timer})
    among = f" to {timers[-1]}" if len(timers) > 1 else ""
    timer = f" ({timers[0]}{among} s)" if timers else ""
    rest = "; NO auto-rollback on the others" if sure < len(plan.devices) else ""
    own = "" if any(part.on_own_path for part in plan.devices) else "; our own way in not touched"
    yield f"Safety    auto-rollback on {sure} of {len(plan.devices)}{timer}{rest}{own}"


def own_path(plan: ChangePlan, room: int) -> Iterator[str]:
    """Where we could lose our own way in."""
    return told.own_path(plan) if room > 1 else told.own_path_in_short(plan)


def worst_cases(plan: ChangePlan, room: int) -> Iterator[str]:
    """What a timer that is a program on the device does not survive there."""
    return told.worst_cases(plan) if room > 1 else told.worst_cases_in_short(plan)


def back_out(plan: ChangePlan, _room: int) -> Iterator[str]:
    """Old secrets that the back-out would bring again."""
    return told.back_out(plan)


def saves(plan: ChangePlan, room: int) -> Iterator[str]:
    """What is saved beside the change."""
    return told.unsaved(plan) if room > 1 else told.unsaved_in_short(plan)


def order(plan: ChangePlan, room: int) -> Iterator[str]:
    """The batches; the canary is named, and how long is watched after each."""
    batches = [
        " ".join(batch)
        if len(batch) <= _SHOWN_OF_BATCH
        else f"{' '.join(batch[:2])} and {len(batch) - 2} more"
        for batch in plan.batches
    ]
    if plan.rollout.canary and len(batches) > 1:
        batches[0] += " (canary)"
    soak = f"; soak {lasts(plan.rollout.soak)} after each" if plan.rollout.soak else ""
    yield from spread("Order     ", batches, soak, between=" | ", rest="more batches", most=room)


def failures(plan: ChangePlan, _room: int) -> Iterator[str]:
    """What is done when devices fail, where it is not only that no further batch is begun."""
    if plan.rollout.on_breach != "halt" or plan.rollout.failures != "0":
        doing = {
            "halt": "no further batch is begun",
            "back out batch": "the failing batch is taken back",
            "back out all": "all is taken back",
        }[plan.rollout.on_breach]
        many = plan.rollout.failures
        first = "at the first that is not confirmed" if many == "0" else f"more than {many} not confirmed"
        yield f"Failures  {first}: {doing}"


def linked(plan: ChangePlan, room: int) -> Iterator[str]:
    """Sets of which all are confirmed, or none."""
    if plan.linked:
        sets = [" and ".join(found.devices) for found in plan.linked]
        yield from spread("Linked    ", sets, ": all are confirmed, or none", between="; ", most=room)


def holds(plan: ChangePlan, room: int) -> Iterator[str]:
    """What a person is asked before a confirmation."""
    if plan.holds:
        asked = [f'{hold.device} "{hold.question}"' for hold in plan.holds]
        yield from spread("Hold      waits for a person: ", asked, between="; ", most=room)


def left_out(plan: ChangePlan, room: int) -> Iterator[str]:
    """Older drift: what stays, and what the change takes in."""
    drift, taken = (
        sum(map(len, found)) for found in zip(*((p.drift, p.included) for p in plan.devices), strict=True)
    )
    if drift and taken and room < 2:
        yield f"Left out  {_lines(drift)} of older drift; {_lines(taken)} more taken into the change"
        return
    if drift and plan.mode != "replace":
        where = devices(plan, lambda part: bool(part.drift))
        yield fitted(f"Left out  {_lines(drift)} of older drift on ", where, "   (lw drift)")
    elif plan.mode != "replace":  # there the mode says it
        yield "Left out  nothing: no older drift on these devices"
    if taken:
        where = devices(plan, lambda part: bool(part.included))
        yield fitted(f"Takes in  {_lines(taken)} of older drift on ", where)


def logins(plan: ChangePlan, room: int) -> Iterator[str]:
    """What the logins ask of people, and which proof they leave out."""
    return told.logins(plan) if room > 1 else told.logins_in_short(plan)


def time(plan: ChangePlan, room: int) -> Iterator[str]:
    """How long it takes, when it may be made, when taking it back has to begin."""
    long = f"about {lasts(plan.expected)}" if plan.expected else "not estimated"
    if plan.window is None:
        yield f"Time      {long}; no window: at any time"
        return
    last = back_out_by(plan.window)
    words = [long, f"window {span(plan.window)}", *([f"back out by {last}"] if last else [])]
    yield from spread("Time      ", ["; ".join(words)], most=room)


def _lines(number: int) -> str:
    return f"{number} line{'s' * (number != 1)}"
