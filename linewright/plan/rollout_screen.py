"""How a plan goes about its work and whom it can hurt, behind the first screen: batches, sets, impact, times. Pure."""

from collections.abc import Hashable, Iterator

from linewright.plan.changeplan import ChangePlan, CheckRef
from linewright.plan.columns import fitted
from linewright.plan.times import lasts

#: So many batches are told one by one; a plan of hundreds has them in its file.
_BATCHES = 30


def going_about(plan: ChangePlan) -> Iterator[str]:
    """All of it as lines of text; each part begins with an empty line, and what there is nothing to say of is left out."""
    for told in (_purpose, _when, _batches, _together, _apart, _impact, _looked_at, _holds):
        if lines := list(told(plan)):
            yield ""
            yield from lines


def batch_rules(plan: ChangePlan) -> Iterator[str]:
    """What holds for every batch."""
    rollout = plan.rollout
    if rollout.soak:
        yield f"after each batch everything is looked at again for {lasts(rollout.soak)}"
    doing = {
        "halt": "no further batch is begun",
        "back out batch": "the failing batch is taken back, no further one is begun",
        "back out all": "everything is taken back",
    }[rollout.on_breach]
    many = (
        "one device is not confirmed"
        if rollout.failures == "0"
        else f"more than {rollout.failures} of the devices are not confirmed"
    )
    yield f"if {many}: {doing}"


def checks(found: tuple[CheckRef, ...]) -> Iterator[str]:
    """Checks in words: the name and what it is given."""
    for check in found:
        given = "; ".join(f"{key} {', '.join(names)}" for key, names in sorted(check.input.items()) if names)
        yield f"{check.name}: {given}" if given else check.name


def _purpose(plan: ChangePlan) -> Iterator[str]:
    if plan.purpose:
        yield f"Purpose, in the words of its author: {plan.purpose}"
    if plan.change == "emergency":
        yield f"Emergency, because: {plan.reason or 'no reason is given'}"
    if plan.pattern:
        yield f"Standard change, agreed to beforehand as {plan.pattern}"


def _when(plan: ChangePlan) -> Iterator[str]:
    yield f"Made {plan.created} by {plan.author}"
    if (window := plan.window) is not None:
        yield f"Window {window.start} to {window.end} (asked for in {window.zone})"
        if window.back_out_by:
            yield f"Back-out has to begin by {window.back_out_by}"
    yield f"The back-out is agreed to with the plan: for {lasts(plan.back_out_within)} after the job has ended"
    longest = max((part.expected for part in plan.devices), default=0)
    if longest:
        yield f"Expected {lasts(plan.expected)}; one device at most {lasts(longest)}"


def order_of(plan: ChangePlan) -> Iterator[tuple[int, bool, tuple[str, ...]]]:
    """The batches: number, whether it is the canary, its devices. One batch alone warns nobody: it is no canary."""
    for number, batch in enumerate(plan.batches, start=1):
        yield number, number == 1 and plan.rollout.canary > 0 and len(plan.batches) > 1, batch


def _batches(plan: ChangePlan) -> Iterator[str]:
    yield "Batches, each begun when the one before has ended well"
    for number, canary, batch in order_of(plan):
        if number > _BATCHES:
            names = [name for batch in plan.batches[_BATCHES:] for name in batch]
            yield fitted(f"      and {len(plan.batches) - _BATCHES} more: ", names)
            break
        yield fitted(f"  {number:3} ", batch, ", canary" if canary else "")
    yield from (f"  {rule}" for rule in batch_rules(plan))


def _together(plan: ChangePlan) -> Iterator[str]:
    for linked in plan.linked:
        yield f"Linked: {', '.join(linked.devices)}: {linked.why}"
        yield "  all are armed, committed and checked; then confirmed, the farthest first, or none"


def _apart(plan: ChangePlan) -> Iterator[str]:
    if plan.apart:
        yield "Stand in for each other, so never in one batch"
        yield from (f"  {pair.a} and {pair.z}: {pair.why}" for pair in plan.apart)


def _impact(plan: ChangePlan) -> Iterator[str]:
    if not plan.impact:
        return
    yield "While a device is away, or if its change goes wrong"
    for touched in plan.impact:
        told = [
            *(f"CUT OFF: {who}" for who in touched.cut),
            *(f"no second way: {who}" for who in touched.unprotected),
            *(
                f"{word}{'s' * (len(names) != 1)}: {', '.join(names)}"
                for word, names in (
                    ("site", touched.sites),
                    ("circuit", touched.circuits),
                    ("service", touched.services),
                )
                if names
            ),
        ]
        yield f"  {touched.device}: {told[0] if len(told) == 1 else '' if told else 'nobody is touched by name'}".rstrip()
        if len(told) > 1:
            yield from (f"    {line}" for line in told)


def _looked_at(plan: ChangePlan) -> Iterator[str]:
    groups: dict[Hashable, list[str]] = {}
    for part in plan.devices:
        if part.live or part.observe:
            groups.setdefault((tuple(checks(part.live)), part.observe), []).append(part.device)
    for names in groups.values():
        part = plan.device(names[0])
        if part.live:
            yield fitted("", names, ": right before its batch, on the network itself")
            yield from (f"  {line}" for line in checks(part.live))
        if part.observe:
            yield fitted(
                "", names, f": must hold for {lasts(part.observe)} before it is confirmed (its own timers)"
            )


def _holds(plan: ChangePlan) -> Iterator[str]:
    if plan.holds:
        yield "A person looks before the confirmation; unanswered, the device is taken back"
        yield from (f"  {hold.device}: {hold.question}" for hold in plan.holds)
