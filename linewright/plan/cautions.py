"""What a person should know before saying yes, line by line; several lines can be told shorter. Pure."""

from collections.abc import Callable, Iterator
from datetime import datetime

from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.columns import WIDTH, clipped, fitted
from linewright.plan.losses import old_secrets

#: Minutes between the reading of a device and its plan that nobody has to be told.
_FRESH = 30


def cautions(plan: ChangePlan) -> Iterator[str]:
    """What a person should know before saying yes, and whoever runs it without being asked should find in the log."""
    for told in (branch, own_path, worst_cases, back_out, unsaved, logins):
        yield from told(plan)


def branch(plan: ChangePlan) -> Iterator[str]:
    """That the data is not the main data."""
    if plan.branch:
        said = ": until it is merged, the next plan takes this back"
        yield clipped(f"Branch    {plan.branch}", WIDTH - len(said)) + said


def own_path(plan: ChangePlan) -> Iterator[str]:
    """Where we could lose our own way in."""
    sure = devices(plan, lambda part: bool(part.on_own_path and part.timer))
    bare = devices(plan, lambda part: bool(part.on_own_path and not part.timer))
    if sure:
        yield fitted("  OWN PATH  ", sure, ": our way in; taken back unless confirmed")
    if bare:
        yield fitted("  OWN PATH  ", bare, ": our way in; NO auto-rollback")


def own_path_in_short(plan: ChangePlan) -> Iterator[str]:
    """The same in one line: those that nothing brings back, first."""
    bare = devices(plan, lambda part: bool(part.on_own_path and not part.timer))
    sure = devices(plan, lambda part: bool(part.on_own_path and part.timer))
    if bare and sure:
        yield fitted("  OWN PATH  NO auto-rollback on ", bare, f"; {len(sure)} others take it back")
    else:
        yield from own_path(plan)


def worst_cases(plan: ChangePlan) -> Iterator[str]:
    """What a timer that is a program on the device does not survive there."""
    hookless, stuck, unread = _worst(plan)
    if hookless:
        yield fitted("Guard     ", hookless, ": no start hook, a restart in the window takes nothing back")
    if stuck:
        yield fitted("Guard     ", stuck, ": cannot be started again, a hung daemon keeps the change")
    if unread:
        yield fitted("Guard     not known on ", unread)


def worst_cases_in_short(plan: ChangePlan) -> Iterator[str]:
    """The same in one line, by how many devices it is so."""
    hookless, stuck, unread = _worst(plan)
    told = [(hookless, "no start hook"), (stuck, "cannot be started again"), (unread, "not known")]
    if found := [f"{words} on {len(names)}" for names, words in told if names]:
        yield f"Guard     {'; '.join(found)}"


def _worst(plan: ChangePlan) -> tuple[list[str], list[str], list[str]]:
    cases = {part.device: part.worst_case for part in plan.devices if part.worst_case is not None}
    return (
        [name for name, case in cases.items() if not case.unread and not case.start_hook],
        [name for name, case in cases.items() if case.restart == "no"],
        [name for name, case in cases.items() if case.unread],
    )


def back_out(plan: ChangePlan) -> Iterator[str]:
    """Old secrets that the back-out would bring again."""
    if number := sum(len(old_secrets(part)) for part in plan.devices):
        many = f"{number} old secret{'s' * (number != 1)}"
        where = devices(plan, lambda part: bool(old_secrets(part)))
        yield fitted(f"Back-out  needs {many}, kept until the job is closed (", where, ")")


def unsaved(plan: ChangePlan) -> Iterator[str]:
    """What is saved beside the change, or that nobody knows."""
    if lines := sum(len(part.unsaved) for part in plan.devices):
        what = f"{lines} line{'s' * (lines != 1)}"
        found = devices(plan, lambda part: bool(part.unsaved))
        are = "are" if lines != 1 else "is"
        yield fitted(f"Saves     also {what} that {are} not saved now (", found, ")")
    if old := tuple(_read_before(plan)):
        yield from old
    elif found := devices(plan, lambda part: bool(part.startup_unread)):
        yield fitted("Saves     what else it saves is not known, startup was not read (", found, ")")


def unsaved_in_short(plan: ChangePlan) -> Iterator[str]:
    """The same in one line."""
    told = list(unsaved(plan))
    if len(told) > 1:
        lines = sum(len(part.unsaved) for part in plan.devices)
        known = devices(plan, lambda part: bool(part.startup_unread))
        yield f"Saves     also {lines} unsaved line{'s' * (lines != 1)}; what else is not known on {len(known)}"
    else:
        yield from told


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


def logins(plan: ChangePlan) -> Iterator[str]:
    """What the logins ask of people, and which proof they leave out; nothing where neither is so."""
    yield from codes(plan)
    yield from proofs(plan)


def codes(plan: ChangePlan) -> Iterator[str]:
    """How many one-time codes somebody will be asked for."""
    if number := sum(part.codes for part in plan.devices):
        asking = [f"{part.device} {part.codes}" for part in plan.devices if part.codes]
        yield f"Codes     {number} one-time code{'s' * (number != 1)} will be asked for (more after a lost session):"
        yield fitted("          ", asking, between=", ")


def proofs(plan: ChangePlan) -> Iterator[str]:
    """Which proof is left out, and where."""
    for proof, weak in _weak(plan).items():
        yield fitted("Proof     WEAKER on ", weak, ":")
        yield f"          {proof}"


def logins_in_short(plan: ChangePlan) -> Iterator[str]:
    """The same in one line."""
    told = list(logins(plan))
    if len(told) <= 1:
        yield from told
        return
    number, found = sum(part.codes for part in plan.devices), _weak(plan)
    if not found:
        asking = [f"{part.device} {part.codes}" for part in plan.devices if part.codes]
        yield fitted(f"Codes     {number} one-time code{'s' * (number != 1)}: ", asking, between=", ")
        return
    weak = len(dict.fromkeys(name for names in found.values() for name in names))
    said = clipped(next(iter(found)).split(":")[0], 40) if len(found) == 1 else f"{len(found)} are left out"
    asked = f"; {number} code{'s' * (number != 1)}" if number else ""
    yield f"Proof     WEAKER on {weak} of {len(plan.devices)}: {said}{asked}"


def _weak(plan: ChangePlan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in plan.devices:
        for proof in part.weakened:
            found.setdefault(proof, []).append(part.device)
    return found


def devices(plan: ChangePlan, such: Callable[[DevicePlan], bool]) -> list[str]:
    """The names of the devices of which something is so."""
    return [part.device for part in plan.devices if such(part)]
