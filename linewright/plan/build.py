"""From what is wanted and what runs to a ChangePlan. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from linewright import configs
from linewright.errors import DataError, Refused
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan, Mode, WorstCase
from linewright.plan.logins import Logins
from linewright.plan.risk import judged
from linewright.plan.way_in import OwnWay, on_own_way
from linewright.platforms import PlatformRules
from linewright.redact import Slot
from linewright.seal.canonical import digest

#: Seconds; a shorter timer runs out before a new session can prove anything.
SHORTEST_TIMER = 10


class Found(Record, frozen=True):
    """What was seen of a device beside its running configuration; as in `DevicePlan`."""

    unsaved: tuple[str, ...] = ()
    startup_unread: str = ""
    worst_case: WorstCase | None = None
    serial: str = ""
    seen: str = ""


class Wanted(Record, frozen=True):
    """One device as the snapshot wants it, and how it is reached.

    `base` None: nothing was ever applied here, or nothing is needed to start from. `timer` is the one asked for, `may_lose`
    what may be gone after the change by the word of who asks for it.
    """

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
    jumps: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()


class Laid(Record, frozen=True):
    """The wanted change laid onto what runs: the whole canonical text before and after, and the drift left alone.

    `included` is drift that was taken into the change; `mode` and `adopted` are how it was laid.
    """

    before: str
    after: str
    drift: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    mode: Mode = "managed"
    adopted: bool = False


def lay(
    wanted: Wanted,
    running: str,
    rules: PlatformRules,
    *,
    adopt: bool = False,
    mode: Mode = "managed",
    include_drift: bool = False,
) -> Laid:
    """Lay what is wanted of one device onto what runs there.

    The wanted change is what lies between the base and what is intended now; other differences are drift, listed and
    left alone. With `adopt` everything that differs in sections our templates own is wanted. In mode `replace` the
    intended text is the whole configuration: what no template makes goes. Where a wanted line meets drift,
    `include_drift` takes that section's drift into the change.

    Raises:
        DataError: there is no base.
        Refused: a wanted line meets drift in the same place.
    """
    before = configs.normalise(running, rules)
    if mode == "replace":
        return Laid(before=before, after=configs.normalise(wanted.intended, rules), mode=mode)
    if adopt:
        return Laid(before=before, after=configs.adopt(wanted.intended, before, rules), adopted=True)
    if wanted.base is None:
        raise DataError(
            f"{wanted.device}: nothing was ever applied to it by linewright, so there is no base to change from",
            hint="--base running takes everything that differs in sections our templates own into this change",
        )
    merged = configs.three_way(wanted.base, wanted.intended, before, rules, include_drift=include_drift)
    if merged.conflicts:
        raise Refused(
            f"{wanted.device}: a wanted line meets drift: {'; '.join(merged.conflicts)}",
            hint="bring the device or NetBox in line first; lw verify shows every difference"
            + (
                ""
                if include_drift
                else "; or take the drift of that section into this change: --include-drift"
            ),
        )
    included = tuple(line for line in merged.included if line[:1] in "+-")
    return Laid(before=before, after=merged.target, drift=merged.drift, included=included)


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
        serial=wanted.found.serial,
        seen=wanted.found.seen,
        jumps=wanted.jumps,
        reads=wanted.reads,
        base_digest="" if wanted.base is None else text_digest(wanted.base, rules),
        included=laid.included,
    )
    check_lines(part, rules)
    risk, risks = judged(part, laid.mode, adopted=laid.adopted, may_lose=wanted.may_lose)
    return msgspec.structs.replace(part, risk=risk, risks=risks)


def text_digest(text: str, rules: PlatformRules) -> str:
    """SHA-256 (64 hex digits) of a tokenised configuration in its canonical form."""
    return digest(configs.normalise(text, rules))


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
