"""A plan for people, behind the first screen: equal diffs together, then the lines as they are sent. Pure."""

from collections.abc import Iterator

from linewright.plan.changeplan import ChangePlan, DevicePlan, WorstCase
from linewright.plan.losses import lost_secrets
from linewright.plan.screen import WIDTH, fitted


def diffs(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together."""
    for devices, part in by_diff(plan):
        yield ""
        yield fitted("", devices, f" ({part.platform}):")
        yield from (f"  {line}" for line in part.diff)


def detail(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together, then for each device the lines sent, the back-out, and what is told of it in short."""
    if len(plan.scope) > WIDTH - len("Scope     "):
        yield ""
        yield f"Whole scope: {plan.scope}"
    yield from diffs(plan)
    for part in plan.devices:
        yield ""
        how = (
            "sent in this order, once"
            if part.order == "sent"
            else "loaded as one candidate, committed at once"
        )
        yield f"{part.device}: {len(part.commands)} lines, {how}"
        yield from (f"  {number:3} {line}" for number, line in enumerate(part.commands, start=1))
        yield f"{part.device}: back-out"
        yield from (f"  {number:3} {line}" for number, line in enumerate(part.back_out, start=1))
        for title, lines in _remarks(part):
            yield f"{part.device}: {title}"
            yield from (f"      {line}" for line in lines)


def _remarks(part: DevicePlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the first screen tells in short."""
    if lost := lost_secrets(part):
        yield "secrets that the back-out cannot restore, nobody has the old value", lost
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
    groups: dict[tuple[str, tuple[str, ...]], list[DevicePlan]] = {}
    for part in plan.devices:
        groups.setdefault((part.platform, part.diff), []).append(part)
    return [([part.device for part in parts], parts[0]) for parts in groups.values()]
