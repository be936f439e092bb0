"""A plan for people: one screen first, then equal diffs together, then the lines as they are sent. Pure."""

from collections.abc import Iterable, Iterator

from linewright.plan.changeplan import ChangePlan, DevicePlan

_NAMES_ON_A_LINE = 6


def summary(plan: ChangePlan) -> Iterator[str]:
    """The first screen (fits 80 columns and 24 lines for any number of devices)."""
    shapes = len(by_diff(plan))
    sure = sum(part.timer > 0 for part in plan.devices)
    timers = sorted({part.timer for part in plan.devices if part.timer})
    drift = sum(len(part.drift) for part in plan.devices)
    drifted = [part.device for part in plan.devices if part.drift]
    yield (
        f"PLAN {plan.ticket}  code {plan.code}  {plan.marking}"
        if plan.ticket
        else f"PLAN  code {plan.code}  {plan.marking}"
    )
    if plan.mode == "replace":
        yield f"Scope     {plan.scope}"
        yield "Mode      REPLACE: the templates are the whole configuration; every other line goes"
    else:
        yield f"Scope     {plan.scope}; base: {plan.base}; mode: {plan.mode}"
    yield f"Devices   {len(plan.devices)} of {len(plan.devices) + plan.unchanged} change, {shapes} different diff{'s' * (shapes != 1)}"
    added, removed = _count(plan, "+"), _count(plan, "-")
    yield f"Lines     {added} added, {removed} removed"
    span = f" ({', '.join(f'{t} s' for t in timers)})" if timers else ""
    yield f"Safety    auto-rollback on {sure} of {len(plan.devices)}{span}{'; NO auto-rollback on the others' * (sure < len(plan.devices))}"
    for part in plan.devices:
        if part.on_own_path:
            guard = "the device takes it back unless confirmed" if part.timer else "NO auto-rollback"
            yield f"  OWN PATH  {part.device}: changes the way we reach it; {guard}"
    by_device = [part.device for part in plan.devices if part.order == "atomic"]
    if by_device:
        yield f"Order     {_names(by_device)}: one commit, ordered by the device; others: our lines in our order"
    yield f"Batches   {_names([name for batch in plan.batches for name in batch], ' | ')}"
    yield (
        f"Left out  {drift} line{'s' * (drift != 1)} of older drift on {_names(drifted)}"
        if drift
        else "Left out  nothing: no older drift on these devices"
    )
    yield from logins(plan)


def logins(plan: ChangePlan) -> Iterator[str]:
    """What the logins ask of people, and which proof they leave out; nothing where neither is so."""
    if codes := sum(part.codes for part in plan.devices):
        asking = [f"{part.device} {part.codes}" for part in plan.devices if part.codes]
        yield f"Codes     {codes} one-time code{'s' * (codes != 1)} will be asked for (more after a lost session):"
        yield f"          {_names(asking, ', ')}"
    for proof in dict.fromkeys(proof for part in plan.devices for proof in part.weakened):
        weak = [part.device for part in plan.devices if proof in part.weakened]
        yield f"Proof     WEAKER on {_names(weak)}:"
        yield f"          {proof}"


def diffs(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together."""
    for devices, part in by_diff(plan):
        yield ""
        yield f"{_names(devices)} ({part.platform}):"
        yield from (f"  {line}" for line in part.diff)


def detail(plan: ChangePlan) -> Iterator[str]:
    """Equal diffs together, then for each device the lines sent and the back-out."""
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
        if part.drift:
            yield f"{part.device}: older drift, left as it is"
            yield from (f"      {line}" for line in part.drift)


def by_diff(plan: ChangePlan) -> list[tuple[list[str], DevicePlan]]:
    """Devices that change alike, each group with one of them as its example."""
    groups: dict[tuple[str, tuple[str, ...]], list[DevicePlan]] = {}
    for part in plan.devices:
        groups.setdefault((part.platform, part.diff), []).append(part)
    return [([part.device for part in parts], parts[0]) for parts in groups.values()]


def _count(plan: ChangePlan, sign: str) -> int:
    return sum(line.startswith(sign) for part in plan.devices for line in part.diff)


def _names(names: Iterable[str], between: str = " ") -> str:
    listed = list(names)
    shown = between.join(listed[:_NAMES_ON_A_LINE])
    return shown if len(listed) <= _NAMES_ON_A_LINE else f"{shown} and {len(listed) - _NAMES_ON_A_LINE} more"
