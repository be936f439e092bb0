"""A plan for people, behind the first screen: equal diffs together, then the lines as they are sent. Pure."""

from collections.abc import Callable, Hashable, Iterator

from linewright.plan.changeplan import ChangePlan, DevicePlan, WorstCase
from linewright.plan.columns import fitted
from linewright.plan.losses import old_secrets
from linewright.plan.rollout_screen import going_about
from linewright.plan.what import what

#: Characters of ticket and marking that the first line of the first screen certainly has room for.
_LONG = 22


def diffs(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together."""
    for devices, part in by_diff(plan):
        yield ""
        yield fitted("", devices, f" ({part.platform}):")
        for line in part.diff:
            # A banner is one entry of many lines; each stands set in, so that none passes for a line of ours.
            yield from (f"  {piece}" for piece in line.split("\n"))


def detail(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together, then how it goes about them, equal lines with their back-out and what is told in short, the ways in."""
    yield ""
    base = "" if plan.mode == "replace" else f"; changes from: {plan.base}"
    yield f"Scope: {plan.scope}; mode: {plan.mode}{base}"
    if len(plan.marking) + len(plan.ticket) > _LONG:
        yield f"Ticket: {plan.ticket}; marking: {plan.marking}"
    if len(words := what(plan)) > 1:
        yield "In words, from its lines:"
        yield from (f"  {phrase}" for phrase in words)
    if plan.may_lose:
        yield ""
        yield f"May be gone afterwards, as whoever made this plan says: {', '.join(plan.may_lose)}"
    yield from diffs(plan)
    yield from going_about(plan)
    for devices, part in grouped(plan, sent_alike):
        yield ""
        sent = part.order == "sent"
        how = "sent in this order, once" if sent else "loaded as one candidate, committed at once"
        yield fitted("", devices, f": {len(part.commands)} lines, {how}")
        yield from (f"  {number:3} {line}" for number, line in enumerate(part.commands, start=1))
        if not sent:
            yield fitted("", devices, ": what others change right before the commit is overwritten")
        yield fitted("", devices, ": back-out")
        yield from (f"  {number:3} {line}" for number, line in enumerate(part.back_out, start=1))
        for title, lines in remarks(part):
            yield fitted("", devices, f": {title}")
            yield from (f"      {line}" for line in lines)
    yield ""
    yield "Reached at"
    for part in plan.devices:
        yield f"  {part.device}: {'; '.join(reached(part))}"


def reached(part: DevicePlan) -> Iterator[str]:
    """Where a device is, which identity it must show, its serial number, when it was read."""
    yield f"{part.host} port {part.port}" + "".join(f" through {jump}" for jump in part.jumps)
    yield part.identity
    if part.serial:
        yield f"serial number {part.serial}"
    if part.seen:
        yield f"read {part.seen}"


def sent_alike(part: DevicePlan) -> Hashable:
    """Equal for devices of which all is alike that stands behind the diffs."""
    return part.platform, part.order, part.commands, part.back_out, tuple(remarks(part))


def remarks(part: DevicePlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the first screen tells in short."""
    if part.risks:
        yield f"risk {part.risk}", part.risks
    if old := old_secrets(part):
        yield "old secrets for the back-out: the job keeps them, encrypted, until it is closed", old
    if part.on_own_path:
        yield "lines by which we could lose our own way in", part.on_own_path
    if part.worst_case is not None:
        yield (
            "if its routing software is started again inside the window, or hangs",
            _worst_case(part.worst_case),
        )
    if part.unsaved:
        yield "running but not saved now; confirming saves it too", part.unsaved
    if part.startup_unread:
        yield "what confirming saves beside the change is not known", (part.startup_unread,)
    if part.drift:
        yield "older drift, left as it is", part.drift
    if part.included:
        yield "older drift that becomes part of the change", part.included


def _worst_case(case: WorstCase) -> tuple[str, ...]:
    if case.unread:
        return (f"not known: {case.unread}",)
    return (
        "a start takes the change back (start hook)"
        if case.start_hook
        else "no start hook: a restart inside the window is not taken back, the change stays shown as pending",
        "it cannot be started again: if a daemon hangs as the time is over, the change stays"
        if case.restart == "no"
        else f"it can be started again ({case.restart}) if a daemon hangs as the time is over",
    )


def by_diff(plan: ChangePlan) -> list[tuple[list[str], DevicePlan]]:
    """Devices that change alike, each group with one of them as its example."""
    return grouped(plan, lambda part: (part.platform, part.diff))


def grouped(plan: ChangePlan, alike: Callable[[DevicePlan], Hashable]) -> list[tuple[list[str], DevicePlan]]:
    """Devices of which something is alike, each group with one of them as its example."""
    groups: dict[Hashable, list[DevicePlan]] = {}
    for part in plan.devices:
        groups.setdefault(alike(part), []).append(part)
    return [([part.device for part in parts], parts[0]) for parts in groups.values()]
