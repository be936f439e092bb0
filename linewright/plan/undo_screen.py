"""A back-out for people: one screen, then the lines as they are sent. Pure."""

from collections.abc import Iterator, Mapping

from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.screen import WIDTH, cautions, clipped, fitted
from linewright.plan.undo import Undo

#: Of lines of others so many are shown for each device.
_MOST_OTHERS = 20


def screen(
    plan: ChangePlan,
    undone: Mapping[str, Undo],
    *,
    job: str,
    until: str,
    nothing: tuple[str, ...],
    since: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    """What is taken back, whether it was agreed to, and what a person should know.

    Args:
        plan: the plan turned round.
        undone: of each device, what its lines are.
        job: the job that is taken back.
        until: when the agreement to its back-out ends (UTC), "" when nobody knows.
        nothing: devices on which nothing of the job is left.
        since: jobs that have changed a device after this one.
    """
    return (clipped(line) for line in _screen(plan, undone, job, until, nothing=nothing, since=since))


def _screen(
    plan: ChangePlan,
    undone: Mapping[str, Undo],
    job: str,
    until: str,
    *,
    nothing: tuple[str, ...],
    since: Mapping[str, tuple[str, ...]],
) -> Iterator[str]:
    title = f"  code {plan.code}  {plan.marking}"
    yield clipped(f"BACK-OUT of {job}", WIDTH - len(title)) + title
    yield f"Agreed    with plan {plan.base}, until {until or 'a time nobody knows'}"
    names = [part.device for part in plan.devices]
    yield fitted(f"Devices   {len(names)} go{'es' * (len(names) == 1)} back: ", names)
    if nothing:
        yield fitted("          nothing of it is left on ", nothing)
    if exact := [name for name in names if undone[name].agreed]:
        yield fitted("Lines     as agreed to with the plan on ", exact)
    for why in dict.fromkeys(one.why for one in undone.values() if not one.agreed):
        yield fitted("Lines     NOT those of the plan on ", [n for n in names if undone[n].why == why], ":")
        yield f"          {why}"
    if after := list(dict.fromkeys(one for jobs in since.values() for one in jobs)):
        yield fitted("Since     ", list(since), f" changed by {', '.join(after)}")
    sure = sum(part.timer > 0 for part in plan.devices)
    rest = "; NO auto-rollback on the others" if sure < len(names) else ""
    yield f"Safety    auto-rollback on {sure} of {len(names)}{rest}"
    # Of secrets that the way forward would need nothing is said: nobody goes it.
    yield from (line for line in cautions(plan) if not line.startswith("Back-out"))
    yield fitted("Batches   ", [name for batch in plan.batches for name in batch], between=" | ")


def lines(plan: ChangePlan, undone: Mapping[str, Undo]) -> Iterator[str]:
    """For each device what changes, the very lines that are sent, and what others have changed there, which stays."""
    for part in plan.devices:
        yield ""
        yield f"{part.device} ({part.platform}):"
        yield from (f"  {line}" for line in part.diff)
        yield f"{part.device}: {len(part.commands)} lines, {_how(part)}"
        yield from (f"  {number:3} {line}" for number, line in enumerate(part.commands, start=1))
        if others := undone[part.device].others:
            yield f"{part.device}: changed by others since, stays"
            yield from (f"      {line}" for line in others[:_MOST_OTHERS])
            if len(others) > _MOST_OTHERS:
                yield f"      and {len(others) - _MOST_OTHERS} more lines"


def _how(part: DevicePlan) -> str:
    return (
        "sent in this order, once" if part.order == "sent" else "loaded as one candidate, committed at once"
    )
