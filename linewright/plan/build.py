"""From what is wanted and what runs to a ChangePlan. Pure."""

from collections.abc import Iterable, Mapping

from linewright import configs
from linewright.errors import DataError, Refused
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan, Mode, WorstCase
from linewright.plan.logins import Logins
from linewright.plan.way_in import OwnWay, on_own_way
from linewright.platforms import PlatformRules
from linewright.redact import Slot


class Found(Record, frozen=True):
    """What was seen of a device beside its running configuration; as in `DevicePlan`."""

    unsaved: tuple[str, ...] = ()
    startup_unread: str = ""
    worst_case: WorstCase | None = None


class Wanted(Record, frozen=True):
    """One device as the snapshot wants it, and how it is reached. `base` None: nothing was ever applied here."""

    device: str
    host: str
    port: int
    identity: str
    timer: int
    intended: str
    slots: tuple[Slot, ...]
    base: str | None = None
    base_name: str = ""
    own_way: OwnWay = OwnWay()
    logins: Logins = Logins()
    found: Found = Found()


class Laid(Record, frozen=True):
    """The wanted change laid onto what runs: the whole canonical text before and after, and the drift left alone."""

    before: str
    after: str
    drift: tuple[str, ...] = ()


def lay(
    wanted: Wanted, running: str, rules: PlatformRules, *, adopt: bool = False, mode: Mode = "managed"
) -> Laid:
    """Lay what is wanted of one device onto what runs there.

    The wanted change is what lies between the base and what is intended now; other differences are drift, listed and
    left alone. With `adopt` everything that differs in sections our templates own is wanted. In mode `replace` the
    intended text is the whole configuration: what no template makes goes.

    Raises:
        DataError: there is no base.
        Refused: a wanted line meets drift in the same place.
    """
    before = configs.normalise(running, rules)
    if mode == "replace":
        return Laid(before=before, after=configs.normalise(wanted.intended, rules))
    if adopt:
        return Laid(before=before, after=configs.adopt(wanted.intended, before, rules))
    if wanted.base is None:
        raise DataError(
            f"{wanted.device}: nothing was ever applied to it by linewright, so there is no base to change from",
            hint="--base running takes everything that differs in sections our templates own into this change",
        )
    merged = configs.three_way(wanted.base, wanted.intended, before, rules)
    if merged.conflicts:
        raise Refused(
            f"{wanted.device}: a wanted line meets drift: {'; '.join(merged.conflicts)}",
            hint="bring the device or NetBox in line first; lw verify shows every difference",
        )
    return Laid(before=before, after=merged.target, drift=merged.drift)


def device_plan(wanted: Wanted, laid: Laid, rules: PlatformRules) -> DevicePlan | None:
    """What one device needs; None when nothing.

    Raises:
        Refused: the lines would not lead where they should.
    """
    before, after = laid.before, laid.after
    if after == before:
        return None
    commands = configs.commands(before, after, rules)
    diff = configs.diff(before, after, rules)
    part = DevicePlan(
        device=wanted.device,
        platform=rules.name,
        host=wanted.host,
        port=wanted.port,
        identity=wanted.identity,
        order=rules.order,
        timer=min(wanted.timer, rules.max_timer) if rules.timer else 0,
        before=before,
        after=after,
        intended=configs.normalise(wanted.intended, rules),
        commands=commands,
        back_out=configs.commands(after, before, rules),
        diff=diff,
        drift=laid.drift,
        slots=_used(wanted.slots, (*commands, after)),
        base=wanted.base_name,
        on_own_path=on_own_way(diff, (before, after), wanted.own_way, rules),
        logins=wanted.logins.count,
        codes=wanted.logins.codes,
        weakened=wanted.logins.weakened,
        unsaved=wanted.found.unsaved,
        startup_unread=wanted.found.startup_unread,
        worst_case=wanted.found.worst_case,
    )
    check_lines(part, rules)
    return part


def check_lines(part: DevicePlan, rules: PlatformRules) -> None:
    """Refuse lines that would not lead from before to after, or a back-out that would not lead back.

    Raises:
        Refused: naming the device.
    """
    there, back = (part.commands, part.before, part.after), (part.back_out, part.after, part.before)
    for what, (lines, start, end) in (("lines", there), ("back-out", back)):
        if configs.predict(start, lines, rules) != end:
            raise Refused(
                f"{part.device}: the {what} of this change would not lead where they should",
                hint="make a new plan; if it says so again, this is a gap in our knowledge of the platform: report it",
            )


def order(devices: Iterable[DevicePlan], distance: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Batches: one device each, the farthest from us first, so that no device is reached through a changed one."""
    ranked = sorted(devices, key=lambda part: (-distance.get(part.device, 0), part.device))
    return tuple((part.device,) for part in ranked)


def _used(slots: Iterable[Slot], lines: Iterable[str]) -> tuple[Slot, ...]:
    text = "\n".join(lines)
    return tuple(slot for slot in slots if slot.token in text)
