"""How much can go wrong on one device, each reason in words. Pure: from what the plan says of the device alone.

The rules never ask the source of truth: who may edit it must not be able to say that a change is harmless.
"""

from collections.abc import Iterable, Iterator

from linewright.plan.changeplan import DevicePlan, Mode, Risk
from linewright.plan.losses import gone, old_secrets

#: Seconds; who is cut off waits as long.
LONG_TIMER = 3600
#: Reasons that stand in a plan at most; a change that has more is no riskier.
_NAMED = 3
_ORDER: tuple[Risk, ...] = ("low", "normal", "high")


def judged(
    part: DevicePlan, mode: Mode, *, adopted: bool = False, may_lose: Iterable[str] = ()
) -> tuple[Risk, tuple[str, ...]]:
    """The risk of one device's part, and every reason for it, the gravest first.

    Args:
        part: what is to happen there; its own `risk` and `risks` say nothing.
        mode: the plan's.
        adopted: everything that differs in sections our templates own is part of the change.
        may_lose: what need not stand after the change, by the word of who made the plan.
    """
    high = tuple(_high(part, mode))
    normal = (*_normal(part, adopted=adopted), *(f"it may lose {what}, its author says" for what in may_lose))
    return ("high" if high else "normal" if normal else "low"), high + normal


def highest(risks: Iterable[Risk]) -> Risk:
    """The highest of several; "low" for none."""
    return max(risks, key=_ORDER.index, default="low")


def _high(part: DevicePlan, mode: Mode) -> Iterator[str]:
    if part.on_own_path:
        way = "the device takes it back unless confirmed" if part.timer else "nothing takes it back"
        yield f"it changes our own way in; {way}"
    if not part.timer:
        yield "no auto-rollback"
    if mode == "replace":
        yield "every line that no template makes goes"
    yield from part.weakened
    if part.worst_case is not None and part.timer:
        yield from _guard(part)


def _guard(part: DevicePlan) -> Iterator[str]:
    case = part.worst_case
    if case is None:
        return
    if case.unread:
        yield "what it has for the worst case of its timer is not known"
        return
    if case.restart == "no":
        yield "it cannot be started again: a hung daemon keeps the change"
    if not case.start_hook:
        yield "no start hook: a restart in the window takes nothing back"


def _normal(part: DevicePlan, *, adopted: bool) -> Iterator[str]:
    if part.timer > LONG_TIMER:
        yield f"who is cut off waits {part.timer // 60} minutes"
    if adopted:
        yield "everything that differs in sections our templates own is taken in"
    if part.included:
        yield f"it takes in {_counted(len(part.included), 'line')} of older drift"
    if old := old_secrets(part):
        yield f"its back-out needs {_counted(len(old), 'old secret')} that the job alone keeps"
    found = gone(part)
    yield from (f"it takes away {words}" for words, _ in found[:_NAMED])
    if len(found) > _NAMED:
        yield "and more"
    if part.unsaved:
        yield f"confirming saves {_counted(len(part.unsaved), 'line')} that nobody saved"
    if part.startup_unread:
        yield "what else confirming saves is not known"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
