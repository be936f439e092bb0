"""The first screen of a plan: 80 columns and 24 lines with the line that says where it was written, for any plan. Pure."""

from collections.abc import Callable, Iterable, Iterator

from linewright.model.printable import printable
from linewright.plan import screen_parts as parts
from linewright.plan.agreement.records import Need
from linewright.plan.cautions import cautions, logins
from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import WIDTH, clipped, columns, fitted, spread
from linewright.plan.harm import harm
from linewright.plan.risk import highest

__all__ = ["HEIGHT", "WIDTH", "cautions", "clipped", "fitted", "logins", "needed", "summary", "title"]

#: Lines of a screen; one of them is left for where the plan was written.
HEIGHT = 24
#: Of a ticket, so much stands in the title, however long the marking is.
_TICKET = len(" CHG-1142")

#: A part told within so many lines for each thing it tells.
_Told = Callable[[ChangePlan, int], Iterable[str]]


def summary(plan: ChangePlan) -> Iterator[str]:
    """The first screen: at most 23 lines of at most 80 columns.

    Nothing is left out where there is much to say: what could be told in several lines is told in one, the gravest last.
    """
    long = {told: list(told(plan, room)) for told, room in _PARTS.items()}
    left = HEIGHT - 1 - sum(map(len, long.values()))
    found = dict(long)
    if left < 0:
        found |= {told: list(told(plan, 1)) for told in _GRAVEST_FIRST}
        left = HEIGHT - 1 - sum(map(len, found.values()))
        for told in _GRAVEST_FIRST:
            if (more := len(long[told]) - len(found[told])) <= left:
                found[told], left = long[told], left - more
    yield from (clipped(line) for lines in found.values() for line in lines)


def title(plan: ChangePlan) -> list[str]:
    """Ticket, plan code, sort of change, risk and marking. A long ticket is cut; a long marking takes a second line."""
    kind = plan.change.upper() if plan.change == "emergency" else plan.change
    risk = highest(part.risk for part in plan.devices)
    sort = f"{kind} change   risk {risk if risk == 'low' else risk.upper()}"
    ticket, marking = printable(f" {plan.ticket}".rstrip()), printable(plan.marking)
    for end in (f"   code {plan.code}   {sort}   {marking}", f"   code {plan.code}   {sort}"):
        room = WIDTH - len("PLAN") - columns(end)
        if room >= min(columns(ticket), _TICKET):
            break
    first = f"PLAN{clipped(ticket, room)}{end}"
    return [first] if end.endswith(f"   {marking}") else [first, clipped(f"Marking   {marking}")]


def needed(plan: ChangePlan) -> str:
    """Who has to agree: "1 signature: shift lead, not the author (m.keller)"."""
    if len(plan.needs) == 1:
        (need,) = plan.needs
        many = f"{need.count} signature{'s' * (need.count != 1)}"
        return f"{many}: {_role(need)}, not the author ({plan.author})"
    if plan.needs:
        roles = ", ".join(f"{need.count} {_role(need)}" for need in plan.needs)
        return (
            f"{sum(need.count for need in plan.needs)} signatures, not the author's ({plan.author}): {roles}"
        )
    if plan.change == "emergency":
        return "nobody beforehand: an emergency is signed for afterwards"
    if plan.change == "standard":
        return f"nobody: agreed to beforehand as {plan.pattern}"
    if "approvals" in plan.policies:
        return "nobody: the policy of this site asks for no signature here"
    return "nobody: this site names no folder of approvals"


def _role(need: Need) -> str:
    role = need.role.replace("-", " ") or f"person{'s' * (need.count != 1)}"
    return role + (" (key with touch)" if need.presence else "")


def _title(plan: ChangePlan, _room: int) -> Iterator[str]:
    yield from title(plan)


def _needs(plan: ChangePlan, room: int) -> Iterator[str]:
    yield from spread("Needs     ", [needed(plan)], most=room)


#: The parts in their order, and how many lines each may take for a thing it tells.
_PARTS: dict[_Told, int] = {
    _title: 2,
    parts.what_it_does: 2,
    parts.why_now: 2,
    parts.mode: 1,
    parts.branch: 1,
    parts.how_many: 1,
    parts.removes: 2,
    parts.risk: 2,
    harm: 2,
    parts.safety: 1,
    parts.own_path: 2,
    parts.worst_cases: 2,
    parts.back_out: 1,
    parts.saves: 2,
    parts.order: 3,
    parts.failures: 1,
    parts.linked: 2,
    parts.holds: 2,
    parts.left_out: 2,
    parts.logins: 2,
    parts.time: 2,
    _needs: 2,
}
#: Which of them are told in one line where there is no room; the gravest is given room first.
_GRAVEST_FIRST: tuple[_Told, ...] = (
    _needs,
    harm,
    parts.own_path,
    parts.why_now,
    parts.risk,
    parts.time,
    parts.worst_cases,
    parts.what_it_does,
    parts.saves,
    parts.logins,
    parts.removes,
    parts.left_out,
    parts.linked,
    parts.holds,
    parts.order,
)
