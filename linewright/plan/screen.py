"""The first screen of a plan: 80 columns and 24 lines with the line that says where it was written, for any plan. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from linewright.model.printable import printable
from linewright.plan import cautions as told
from linewright.plan.agreement.records import Need
from linewright.plan.cautions import cautions, devices, logins
from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import WIDTH, clipped, columns, fitted
from linewright.plan.harm import harm, harm_in_short
from linewright.plan.losses import removed
from linewright.plan.risk import highest
from linewright.plan.times import back_out_by, lasts, span
from linewright.plan.what import what

__all__ = ["HEIGHT", "WIDTH", "cautions", "clipped", "fitted", "logins", "needed", "summary", "title"]

#: Lines of a screen; one of them is left for where the plan was written.
HEIGHT = 24
#: Of what goes in mode replace, so many kinds are told by name.
_NAMED_KINDS = 2
#: Of a ticket, so much stands in the title, however long the marking is.
_TICKET = len(" CHG-1142")

_Lines = Callable[[ChangePlan], Iterable[str]]


def summary(plan: ChangePlan) -> Iterator[str]:
    """The first screen: at most 23 lines of at most 80 columns.

    Nothing is left out where there is much to say: what is told in several lines is told in one, the least grave first.
    """
    parts = [list(long(plan)) for long, _ in _PARTS]
    for shrunk in _SHRINK:
        if sum(map(len, parts)) < HEIGHT:
            break
        number = [long for long, _ in _PARTS].index(shrunk)
        parts[number] = list(_PARTS[number][1](plan))
    yield from (clipped(line) for lines in parts for line in lines)


def title(plan: ChangePlan) -> str:
    """The ticket, the plan code, what sort of change, its risk and the marking; a long ticket is cut, then the marking."""
    kind = plan.change.upper() if plan.change == "emergency" else plan.change
    risk = highest(part.risk for part in plan.devices)
    shown = risk if risk == "low" else risk.upper()
    fixed = f"   code {plan.code}   {kind} change   risk {shown}   "
    room = WIDTH - len(fixed) - len("PLAN")
    ticket = printable(f" {plan.ticket}".rstrip())
    marking = clipped(plan.marking, room - min(columns(ticket), _TICKET))
    return f"PLAN{clipped(ticket, room - columns(marking))}{fixed}{marking}"


def needed(plan: ChangePlan) -> str:
    """Who has to agree: "1 signature: shift lead, not the author (m.keller)"."""
    if plan.needs:
        total = sum(need.count for need in plan.needs)
        roles = ", ".join(_need(need, alone=len(plan.needs) == 1) for need in plan.needs)
        return f"{total} signature{'s' * (total != 1)}: {roles}; not the author ({plan.author})"
    if plan.change == "emergency":
        return "nobody beforehand: an emergency is signed for afterwards"
    if plan.change == "standard":
        return f"nobody: agreed to beforehand as {plan.pattern}"
    if "approvals" in plan.policies:
        return "nobody: the policy of this site asks for no signature here"
    return "nobody: this site names no folder of approvals"


def _need(need: Need, *, alone: bool) -> str:
    key = " (a key that is touched)" if need.presence else ""
    return f"{'' if alone else f'{need.count} '}{need.role.replace('-', ' ')}{key}"


def _title(plan: ChangePlan) -> Iterator[str]:
    yield title(plan)


def _what(plan: ChangePlan) -> Iterator[str]:
    if plan.purpose:
        yield f"What      {plan.purpose}"
        yield fitted("          ", what(plan), between="; ")
    else:
        yield fitted("What      ", what(plan), between="; ")


def _what_in_short(plan: ChangePlan) -> Iterator[str]:
    yield f"What      {plan.purpose}" if plan.purpose else next(iter(_what(plan)))


def _why_now(plan: ChangePlan) -> Iterator[str]:
    if plan.change == "emergency":
        yield f"Why now   {plan.reason or 'no reason is given'}"


def _mode(plan: ChangePlan) -> Iterator[str]:
    if plan.mode == "replace":
        yield "Mode      REPLACE: the templates are the whole; all other lines go, drift too"
    elif plan.base != "last":
        yield f"Base      {plan.base}, not what was last applied"


def _devices(plan: ChangePlan) -> Iterator[str]:
    shapes = len({(part.platform, part.diff) for part in plan.devices})
    added, gone = (sum(line.startswith(s) for part in plan.devices for line in part.diff) for s in "+-")
    total = len(plan.devices) + plan.unchanged
    yield (
        f"Devices   {len(plan.devices)} of {total} change, {shapes} different diff{'s' * (shapes != 1)}; "
        f"{added} lines added, {gone} removed"
    )


def _removes(plan: ChangePlan, named: int = _NAMED_KINDS) -> Iterator[str]:
    """In mode replace, what goes, by name; the kinds that hurt most first, the rest counted."""
    found = removed(plan) if plan.mode == "replace" else ()
    for number, (words, names) in enumerate(found):
        if number == named:
            yield fitted("Removes   ", [words for words, _ in found[number:]], between=", ")
            return
        yield fitted(f"Removes   {words}: ", names)


def _removes_in_short(plan: ChangePlan) -> Iterator[str]:
    yield from _removes(plan, named=0)


def _risk(plan: ChangePlan) -> Iterator[str]:
    """Where the highest risk is, and the commonest reason for it first."""
    risk = highest(part.risk for part in plan.devices)
    if risk == "low":
        return
    at = [part for part in plan.devices if part.risk == risk]
    reasons = Counter(reason for part in at for reason in part.risks)
    where = f" on {len(at)} of {len(plan.devices)}" if len(at) < len(plan.devices) else ""
    yield fitted(
        f"Risk      {risk.upper()}{where}: ", [why for why, _ in reasons.most_common()], between="; "
    )


def _safety(plan: ChangePlan) -> Iterator[str]:
    sure = sum(part.timer > 0 for part in plan.devices)
    timers = sorted({part.timer for part in plan.devices if part.timer})
    span_of = (
        f" ({timers[0]} s)" if len(timers) == 1 else f" ({timers[0]} to {timers[-1]} s)" if timers else ""
    )
    rest = "; NO auto-rollback on the others" if sure < len(plan.devices) else ""
    own = "" if any(part.on_own_path for part in plan.devices) else "; our own way in not touched"
    yield f"Safety    auto-rollback on {sure} of {len(plan.devices)}{span_of}{rest}{own}"


def _order(plan: ChangePlan) -> Iterator[str]:
    rollout = plan.rollout
    batches = [
        fitted("", batch)
        if len(batch) < _SHOWN_OF_BATCH
        else f"{' '.join(batch[:2])} and {len(batch) - 2} more"
        for batch in plan.batches
    ]
    if rollout.canary and len(plan.batches) > 1:
        batches[0] += " (canary)"
    soak = f"; {lasts(rollout.soak)} of watching after each" if rollout.soak and len(batches) > 1 else ""
    yield fitted("Order     ", batches, soak, between=" | ", rest="more batches")


_SHOWN_OF_BATCH = 5


def _breach(plan: ChangePlan) -> Iterator[str]:
    if plan.rollout.on_breach != "halt" or plan.rollout.failures != "0":
        yield f"Failures  {breach(plan)}"


def breach(plan: ChangePlan) -> str:
    """What is done when devices fail, in words."""
    doing = {
        "halt": "nothing more is begun",
        "back out batch": "the failing batch is taken back",
        "back out all": "all is taken back",
    }[plan.rollout.on_breach]
    many = plan.rollout.failures
    return f"{'at the first' if many == '0' else f'above {many}'}: {doing}"


def _linked(plan: ChangePlan) -> Iterator[str]:
    if plan.linked:
        sets = ["+".join(linked.devices) for linked in plan.linked]
        yield fitted("Linked    ", sets, ": all are confirmed, or none", between="; ")


def _holds(plan: ChangePlan) -> Iterator[str]:
    if plan.holds:
        asked = [f'{hold.device} "{hold.question}"' for hold in plan.holds]
        yield fitted(f"Hold      {len(asked)} for a person: ", asked, between="; ")


def _left_out(plan: ChangePlan) -> Iterator[str]:
    drift = sum(len(part.drift) for part in plan.devices)
    if plan.mode == "replace":
        pass  # there the mode says it
    elif drift:
        lines = f"{drift} line{'s' * (drift != 1)}"
        where = devices(plan, lambda part: bool(part.drift))
        yield fitted(f"Left out  {lines} of older drift on ", where, "   (lw drift)")
    else:
        yield "Left out  nothing: no older drift on these devices"
    if taken := sum(len(part.included) for part in plan.devices):
        lines = f"{taken} line{'s' * (taken != 1)}"
        yield fitted(f"Takes in  {lines} of older drift on ", devices(plan, lambda part: bool(part.included)))


def _left_out_in_short(plan: ChangePlan) -> Iterator[str]:
    lines = list(_left_out(plan))
    if len(lines) > 1:
        drift, taken = (sum(len(one) for one in found) for found in zip(*_drifts(plan), strict=True))
        yield f"Left out  {drift} line{'s' * (drift != 1)} of older drift; {taken} more taken into the change"
    else:
        yield from lines


def _drifts(plan: ChangePlan) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    return ((part.drift, part.included) for part in plan.devices)


def _time(plan: ChangePlan) -> Iterator[str]:
    long = f"about {lasts(plan.expected)}" if plan.expected else "not estimated"
    if plan.window is None:
        yield f"Time      {long}; no window: at any time"
        return
    last = back_out_by(plan.window)
    yield f"Time      {long}; window {span(plan.window)}" + (f"; back out by {last}" if last else "")


def _needs(plan: ChangePlan) -> Iterator[str]:
    yield f"Needs     {needed(plan)}"


#: The parts in their order: in full, and in one line at most for a screen that has no room.
_PARTS: tuple[tuple[_Lines, _Lines], ...] = (
    (_title, _title),
    (_what, _what_in_short),
    (_why_now, _why_now),
    (_mode, _mode),
    (told.branch, told.branch),
    (_devices, _devices),
    (_removes, _removes_in_short),
    (_risk, _risk),
    (harm, harm_in_short),
    (_safety, _safety),
    (told.own_path, told.own_path_in_short),
    (told.worst_cases, told.worst_cases_in_short),
    (told.back_out, told.back_out),
    (told.unsaved, told.unsaved_in_short),
    (_order, _order),
    (_breach, _breach),
    (_linked, _linked),
    (_holds, _holds),
    (_left_out, _left_out_in_short),
    (told.codes, told.codes_in_short),
    (told.proofs, told.proofs_in_short),
    (_time, _time),
    (_needs, _needs),
)
#: Which of them are told in one line first, where there is no room: the least grave.
_SHRINK = (
    _left_out,
    told.codes,
    _what,
    _removes,
    told.unsaved,
    told.worst_cases,
    told.proofs,
    told.own_path,
    harm,
)
