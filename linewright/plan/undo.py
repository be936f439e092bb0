"""The way back: from the part of a plan and what runs now to the same part turned round. Pure.

While a device runs what the plan led to, the lines are those of the plan's back-out, which were agreed to with the
plan. When others have changed the device since, only what the plan changed is turned back; their lines stay.
"""

from collections.abc import Iterable, Iterator

import msgspec

from linewright import configs
from linewright.errors import DataError, Refused
from linewright.model.objects import Record
from linewright.plan.build import check_lines
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import PlatformRules
from linewright.redact import Slot
from linewright.redact.token import TOKEN

#: Of what stands in the way on one device, so many places are named.
_MOST_NAMED = 5


class Undo(Record, frozen=True):
    """What takes a device back.

    Attributes:
        part: from what runs now to what should; None when nothing of the change is left there.
        agreed: whether its lines are, one for one, the back-out that was agreed to with the plan.
        why: why they are not; empty when they are.
        others: what others have changed since, signed lines as `configs.diff` gives them; all of it stays.
    """

    part: DevicePlan | None
    agreed: bool = True
    why: str = ""
    others: tuple[str, ...] = ()


def undo(part: DevicePlan, running: str, rules: PlatformRules) -> Undo:
    """Turn a device's part of a plan round.

    Args:
        part: what was done there.
        running: what runs there now, tokenised.
        rules: the platform's.

    Raises:
        Refused: others have changed the very lines; each place is named. Or no lines lead back.
        DataError: a text cannot be read.
    """
    # Texts of the plan are brought into today's normal form: it may be that of a newer linewright.
    now, before, after = (configs.normalise(text, rules) for text in (running, part.before, part.after))
    if now == before:
        return Undo(part=None)
    if now == after:
        return _as_it_was_left(part, now, before, rules)
    merged = configs.three_way(after, before, now, rules)
    if merged.conflicts:
        raise Refused(
            f"{part.device}: others have changed what is to be taken back: {_named(merged.conflicts)}",
            hint=f"bring these lines of {part.device} back to what the job left there, then again; or make a plan: lw plan",
        )
    others = _signed(configs.diff(after, now, rules))
    if merged.target == now:
        return Undo(part=None, others=others)
    turned = _turned(part, now, merged.target, configs.commands(now, merged.target, rules), rules)
    return Undo(
        part=_proved(turned, rules), agreed=False, why="others have changed it since the job", others=others
    )


def base_without(part: DevicePlan, base: str, rules: PlatformRules) -> str | None:
    """What the templates had said before the change, for a base that nobody kept.

    Args:
        part: what is taken back.
        base: the intended text that was last applied, with the change.
        rules: the platform's.

    Returns:
        The base with the change taken out of it; None where that cannot be told.
    """
    try:
        merged = configs.three_way(part.after, part.before, base, rules)
    except DataError:
        return None
    return None if merged.conflicts else merged.target


def secrets_needed(part: DevicePlan) -> tuple[str, ...]:
    """The tokens in the lines that are sent, each once."""
    return tuple(dict.fromkeys(token for line in part.commands for token in TOKEN.findall(line)))


def with_slots(part: DevicePlan, slots: Iterable[Slot], where: str) -> DevicePlan:
    """The part with the slots its lines need.

    Args:
        part: a part turned round.
        slots: what is known; of several for one token the first counts.
        where: why the others are not known, for a person.

    Raises:
        Refused: nobody has the value of a secret in the lines; each line is named, with "*" for the secret.
    """
    known: dict[str, Slot] = {}
    for slot in slots:
        known.setdefault(slot.token, slot)
    needed = secrets_needed(part)
    if lost := [line for line in part.commands if any(one not in known for one in TOKEN.findall(line))]:
        lines = "; ".join(dict.fromkeys(TOKEN.sub("*", line.strip()) for line in lost))
        raise Refused(
            f"{part.device}: the old secret of these lines is not to be had here ({where}): {lines}",
            hint="give the site's backup key, which opens what the job kept: lw rollback ... --identity FILE",
        )
    return msgspec.structs.replace(part, slots=tuple(known[token] for token in needed))


def _as_it_was_left(part: DevicePlan, now: str, before: str, rules: PlatformRules) -> Undo:
    turned = _turned(part, now, before, part.back_out, rules)
    try:
        return Undo(part=_proved(turned, rules))
    except (Refused, DataError):
        # The plan's lines were proved when it was made. A newer linewright knows the platform better, and would send
        # others: these are shown, and a person says yes to them.
        lines = configs.commands(now, before, rules)
        again = _proved(_turned(part, now, before, lines, rules), rules)
        return Undo(part=again, agreed=False, why="this linewright sends other lines than the plan has")


def _turned(
    part: DevicePlan, now: str, target: str, lines: tuple[str, ...], rules: PlatformRules
) -> DevicePlan:
    diff = configs.diff(now, target, rules)
    exact = lines == part.back_out
    return msgspec.structs.replace(
        part,
        before=now,
        after=target,
        commands=lines,
        back_out=part.commands if exact else configs.commands(target, now, rules),
        diff=diff,
        drift=(),
        slots=(),
        on_own_path=_mirrored(part.on_own_path, diff),
        unsaved=(),
        startup_unread="",
        reads=(),
        # What the checks expect is said of the change; where this leads to has been in force before.
        checks=(),
        around=(),
    )


def _proved(part: DevicePlan, rules: PlatformRules) -> DevicePlan:
    """The part when its lines lead there and back. Raises Refused."""
    try:
        check_lines(part, rules)
    except Refused as error:
        if part.commands and configs.predict(part.before, part.commands, rules) == part.after:
            # Only the way forward again is in doubt, and nobody asked for it.
            return msgspec.structs.replace(part, back_out=configs.commands(part.after, part.before, rules))
        raise Refused(error.message, hint=f"take it back on {part.device} by hand, then lw verify") from None
    return part


def _mirrored(on_own_path: Iterable[str], diff: Iterable[str]) -> tuple[str, ...]:
    """The lines of our own way in, turned round; those that come back or go for good."""
    signs = {"+": "-", "-": "+"}
    content = {line[2:].strip() for line in diff if line[:1] in signs}
    found: list[str] = []
    for line in on_own_path:
        head, inside, rest = line.partition(": ") if line[:1] not in signs else ("", "", line)
        if rest[:1] in signs and rest[2:].strip() in content:
            found.append(f"{head}{inside}{signs[rest[0]]}{rest[1:]}")
    return tuple(found)


def _signed(diff: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in diff if line[:1] in "+-")


def _named(conflicts: tuple[str, ...]) -> str:
    def parts() -> Iterator[str]:
        yield from conflicts[:_MOST_NAMED]
        if len(conflicts) > _MOST_NAMED:
            yield f"and {len(conflicts) - _MOST_NAMED} more"

    return "; ".join(parts())
