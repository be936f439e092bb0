"""The first screen of a plan: 80 columns and 24 lines for any number of devices. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from linewright.model.printable import printable
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.losses import old_secrets, removed
from linewright.plan.risk import highest

WIDTH = 80
#: Of what goes in mode replace, so many kinds are told by name.
_NAMED_KINDS = 2
#: Minutes between the reading of a device and its plan that nobody has to be told.
_FRESH = 30


def summary(plan: ChangePlan) -> Iterator[str]:
    """The first screen."""
    yield from (clipped(line) for line in _lines(plan))


def cautions(plan: ChangePlan) -> Iterator[str]:
    """What a person should know before saying yes, and whoever runs it without being asked should find in the log."""
    yield from _branch(plan)
    yield from _own_path(plan)
    yield from _worst_cases(plan)
    yield from _back_out(plan)
    yield from _unsaved(plan)
    yield from logins(plan)


def _branch(plan: ChangePlan) -> Iterator[str]:
    if plan.branch:
        said = ": until it is merged, the next plan takes this back"
        yield clipped(f"Branch    {plan.branch}", WIDTH - len(said)) + said


def logins(plan: ChangePlan) -> Iterator[str]:
    """What the logins ask of people, and which proof they leave out; nothing where neither is so."""
    if codes := sum(part.codes for part in plan.devices):
        asking = [f"{part.device} {part.codes}" for part in plan.devices if part.codes]
        yield f"Codes     {codes} one-time code{'s' * (codes != 1)} will be asked for (more after a lost session):"
        yield fitted("          ", asking, between=", ")
    for proof in dict.fromkeys(proof for part in plan.devices for proof in part.weakened):
        weak = [part.device for part in plan.devices if proof in part.weakened]
        yield fitted("Proof     WEAKER on ", weak, ":")
        yield f"          {proof}"


def fitted(before: str, names: Iterable[str], after: str = "", between: str = " ") -> str:
    """One line with as many of the names as there is room for, at least one, and how many more there are."""
    listed = [printable(name) for name in names]
    for shown in range(len(listed), 0, -1):
        more = f" and {len(listed) - shown} more" if shown < len(listed) else ""
        line = before + between.join(listed[:shown]) + more + after
        if len(line) <= WIDTH or shown == 1:
            return line
    return before + after


def clipped(line: str, width: int = WIDTH) -> str:
    """A line no longer than so many columns, as it will be shown; dots say that it was."""
    line = printable(line)
    return line if len(line) <= width else line[: max(0, width - 3)] + "..."


def _lines(plan: ChangePlan) -> Iterator[str]:
    # Of these lines the ends matter: a long ticket or scope is cut, not the marking or the mode.
    title = f"  code {plan.code}  {plan.marking}"
    yield clipped(f"PLAN {plan.ticket}".rstrip(), WIDTH - len(title)) + title
    if plan.mode == "replace":
        yield clipped(f"Scope     {plan.scope}")
        yield "Mode      REPLACE: the templates are the whole; all other lines go, drift too"
    else:
        base = f"; base: {plan.base}; mode: {plan.mode}"
        yield clipped(f"Scope     {plan.scope}", WIDTH - len(base)) + base
    yield from _branch(plan)
    shapes = len({(part.platform, part.diff) for part in plan.devices})
    yield (
        f"Devices   {len(plan.devices)} of {len(plan.devices) + plan.unchanged} change, "
        f"{shapes} different diff{'s' * (shapes != 1)}"
    )
    added, gone = (sum(line.startswith(s) for part in plan.devices for line in part.diff) for s in "+-")
    yield f"Lines     {added} added, {gone} removed"
    if plan.mode == "replace":
        yield from _removes(plan)
    yield _risk(plan)
    yield _safety(plan)
    yield from _own_path(plan)
    yield from _worst_cases(plan)
    yield from _back_out(plan)
    yield from _unsaved(plan)
    if by_device := _devices(plan, lambda part: part.order == "atomic"):
        others = "; others: our order" if len(by_device) < len(plan.devices) else ""
        yield fitted("Order     ", by_device, f": one commit, ordered by the device{others}")
    yield fitted("Batches   ", [name for batch in plan.batches for name in batch], between=" | ")
    if plan.mode != "replace":  # there the mode says it
        yield _left_out(plan)
    if taken := sum(len(part.included) for part in plan.devices):
        lines = f"{taken} line{'s' * (taken != 1)}"
        yield fitted(
            f"Takes in  {lines} of older drift on ", _devices(plan, lambda part: bool(part.included))
        )
    yield from logins(plan)


def _risk(plan: ChangePlan) -> str:
    """The highest risk, where it is, and the commonest reason for it first."""
    risk = highest(part.risk for part in plan.devices)
    if risk == "low":
        return "Risk      low"
    at = [part for part in plan.devices if part.risk == risk]
    reasons = Counter(reason for part in at for reason in part.risks)
    where = f" on {len(at)} of {len(plan.devices)}" if len(at) < len(plan.devices) else ""
    return fitted(
        f"Risk      {risk.upper()}{where}: ", [why for why, _ in reasons.most_common()], between="; "
    )


def _read_before(plan: ChangePlan) -> Iterator[str]:
    """When the devices were read, where that was not as the plan was made: from what was collected, so without startup."""
    times = sorted(part.seen for part in plan.devices if part.seen)
    if times and _minutes(times[0], plan.created) > _FRESH:
        span = times[0] if times[0] == times[-1] else f"{times[0]} to {times[-1]}"
        yield f"Read      {span}, startup not; apply compares"


def _minutes(earlier: str, later: str) -> float:
    try:
        return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds() / 60
    except (ValueError, TypeError):
        return float("inf")  # a time that nobody can read is told


def _safety(plan: ChangePlan) -> str:
    sure = sum(part.timer > 0 for part in plan.devices)
    timers = sorted({part.timer for part in plan.devices if part.timer})
    span = f" ({timers[0]} s)" if len(timers) == 1 else f" ({timers[0]} to {timers[-1]} s)" if timers else ""
    rest = "; NO auto-rollback on the others" if sure < len(plan.devices) else ""
    return f"Safety    auto-rollback on {sure} of {len(plan.devices)}{span}{rest}"


def _left_out(plan: ChangePlan) -> str:
    if not (drift := sum(len(part.drift) for part in plan.devices)):
        return "Left out  nothing: no older drift on these devices"
    lines = f"{drift} line{'s' * (drift != 1)}"
    return fitted(f"Left out  {lines} of older drift on ", _devices(plan, lambda part: bool(part.drift)))


def _own_path(plan: ChangePlan) -> Iterator[str]:
    sure = _devices(plan, lambda part: bool(part.on_own_path and part.timer))
    bare = _devices(plan, lambda part: bool(part.on_own_path and not part.timer))
    if sure:
        yield fitted("  OWN PATH  ", sure, ": our way in; the device takes it back unless confirmed")
    if bare:
        yield fitted("  OWN PATH  ", bare, ": our way in; NO auto-rollback")


def _worst_cases(plan: ChangePlan) -> Iterator[str]:
    """What a timer that is a program on the device does not survive there."""
    cases = {part.device: part.worst_case for part in plan.devices if part.worst_case is not None}
    hookless = [name for name, case in cases.items() if not case.unread and not case.start_hook]
    stuck = [name for name, case in cases.items() if case.restart == "no"]
    unread = [name for name, case in cases.items() if case.unread]
    if hookless:
        yield fitted("Guard     ", hookless, ": no start hook, a restart in the window takes nothing back")
    if stuck:
        yield fitted("Guard     ", stuck, ": cannot be started again, a hung daemon keeps the change")
    if unread:
        yield fitted("Guard     not known on ", unread)


def _back_out(plan: ChangePlan) -> Iterator[str]:
    old = [f"{part.device}: {what}" for part in plan.devices for what in old_secrets(part)]
    if old:
        many = f"{len(old)} old secret{'s' * (len(old) != 1)}"
        yield clipped(
            fitted(f"Back-out  needs {many}, kept until the job is closed (", old, ")", between="; ")
        )


def _unsaved(plan: ChangePlan) -> Iterator[str]:
    if lines := sum(len(part.unsaved) for part in plan.devices):
        what = f"{lines} line{'s' * (lines != 1)}"
        found = _devices(plan, lambda part: bool(part.unsaved))
        are = "are" if lines != 1 else "is"
        yield fitted(f"Saves     also {what} that {are} not saved now (", found, ")")
    if old := tuple(_read_before(plan)):
        yield from old
    elif found := _devices(plan, lambda part: bool(part.startup_unread)):
        yield fitted("Saves     what else it saves is not known, startup was not read (", found, ")")


def _removes(plan: ChangePlan) -> Iterator[str]:
    """What goes, by name; the kinds that hurt most first, the rest counted."""
    found = removed(plan)
    for number, (words, names) in enumerate(found):
        if number == _NAMED_KINDS:
            yield fitted("Removes   ", [words for words, _ in found[number:]], between=", ")
            return
        yield fitted(f"Removes   {words}: ", names)


def _devices(plan: ChangePlan, such: Callable[[DevicePlan], bool]) -> list[str]:
    return [part.device for part in plan.devices if such(part)]
