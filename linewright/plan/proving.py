"""Whether a sealed plan is what this linewright would have made: nothing that can be computed is believed.

The digest of a plan proves that it did not change since it was sealed, not that it is right: whoever writes a plan
writes its risk, its batches and its back-out too. So before anything is approved or applied the plan is made again from
what is sealed in it (what ran on each device, what was asked for) and from what is here (templates, the snapshot of its
digest, what was last applied, settings, enrolled identities), and every field has to come out the same.

What was observed on a device when the plan was made cannot be computed: `before` is compared with the device in the
moment of the commit, the rest by `still_found` once the device was read.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from linewright import configs
from linewright.errors import LinewrightError, Moved, Refused
from linewright.model.objects import Record
from linewright.plan.build import SHORTEST_TIMER, Found, Wanted, device_plan, lay, order, text_digest
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.contents import moved
from linewright.platforms import PlatformRules, rules
from linewright.redact.token import TOKEN

_AGAIN = "make a new plan: lw plan"
_LIE = "do not apply it: find out who made it and how, then make a new plan: lw plan"
_SHOWN = 160
_NUMBER = re.compile(r"\d{1,18}")

#: Computed fields of a device's part, as people call them, in the order in which a difference says most.
_COMPUTED = {
    "platform": "its platform",
    "before": "what ran there before",
    "after": "what is to run there",
    "included": "the drift taken in",
    "drift": "the drift left alone",
    "diff": "its diff",
    "commands": "its lines",
    "back_out": "its back-out",
    "order": "who orders its lines",
    "timer": "its auto-rollback timer",
    "on_own_path": "the lines on our own way in",
    "slots": "the places of its secrets",
    "base": "what it starts from",
    "base_digest": "what it starts from",
    "risk": "its risk",
    "risks": "the reasons of its risk",
    "reads": "what its templates read",
    "checks": "its checks",
}
#: What is as the settings, the data and the enrolled identities have it now.
_REACHED = {
    "host": "its address",
    "port": "its port",
    "jumps": "its jump hosts",
    "identity": "its enrolled identity",
    "logins": "its logins",
    "codes": "its one-time codes",
    "weakened": "the proof that is left out",
}

#: Gives a device's part its checks and those that are read beside it, as for a new plan.
Surround = Callable[[DevicePlan], DevicePlan]


class Here(Record, frozen=True):
    """What this machine has of what a plan depends on, computed as for a new plan of the same scope.

    `distances` says how far each planned device is from us, `unchanged` how many others are in scope. The rest is as
    in `ChangePlan`.
    """

    site: str
    marking: str
    snapshot: str
    position: str
    versions: dict[str, str]
    contents: dict[str, str]
    policies: dict[str, str]
    back_out_within: int
    unchanged: int
    distances: dict[str, int]
    branch: str = ""


def unmoved(plan: ChangePlan, here: Here) -> None:
    """Refuse a plan of another site, or one made with what is not here any more.

    Raises:
        Refused: it is for another site.
        Moved: the software, the settings or the snapshot are not those it was made with; each is named.
    """
    if plan.site != here.site:
        raise Refused(
            f"plan {plan.code} is for site {plan.site!r}, this is {here.site!r}",
            hint="apply it at its own site",
        )
    for what, sealed, now in (
        ("software", plan.versions, here.versions),
        ("software", plan.contents, here.contents),
        ("settings", plan.policies, here.policies),
        ("snapshot", {"snapshot": plan.snapshot}, {"snapshot": here.snapshot}),
    ):
        _unmoved(plan, what, sealed, now)


def prove(
    plan: ChangePlan,
    here: Here,
    wanted: Mapping[str, Wanted],
    templates: Mapping[str, str],
    surround: Surround,
    *,
    only: frozenset[str] | None = None,
) -> None:
    """Make a plan again and compare.

    Args:
        plan: the plan.
        here: what is here now.
        wanted: what the snapshot of the plan's digest and today's templates, settings and state want of each device.
        templates: the SHA-256 of each template that was used for that.
        surround: gives a part its checks.
        only: judge these devices alone, where others are done already and start from another base by now.

    Raises:
        Moved: something it was made with is not here any more; it is named.
        Refused: a field is not what follows from what is sealed; the field and the device are named.
    """
    unmoved(plan, here)
    _unmoved(plan, "templates", plan.templates, templates)
    _same(plan, "its marking", plan.marking, here.marking)
    if not _reaches(plan.position, here.position):
        _same(plan, "the position of its snapshot", plan.position, here.position)
    _same(plan, "the branch of its snapshot", plan.branch, here.branch)
    _same(plan, "how long its back-out is agreed to", plan.back_out_within, here.back_out_within)
    _same(plan, "how many devices in scope do not change", plan.unchanged, here.unchanged)
    if plan.mode == "replace" and plan.base != "last":
        raise Refused(f"plan {plan.code}: mode replace starts from nothing, and a base is named", hint=_LIE)
    asked = max((part.timer for part in plan.devices), default=0)
    for part in plan.devices:
        if only is None or part.device in only:
            if (want := wanted.get(part.device)) is None:
                raise Refused(f"plan {plan.code}: {part.device}: nothing is wanted of it here", hint=_AGAIN)
            _prove_device(plan, part, want, asked, surround)
    _same(plan, "its batches", plan.batches, order(plan.devices, here.distances))


def _reaches(sealed: str, here: str) -> bool:
    """Whether a position is that of the same data taken again, later: the source counts on where nothing of ours changed."""
    then, now = (_NUMBER.match(text) for text in (sealed, here))
    return then is not None and now is not None and int(now[0]) >= int(then[0])


def still_found(part: DevicePlan, found: Found) -> None:
    """Refuse when a device is not as it was seen when the plan was made, in what a plan says beside its lines.

    Raises:
        Moved: another serial number; other unsaved lines; less for the worst case of a timer. What was not read on
            one of both occasions is not compared.
    """
    if part.serial and found.serial and part.serial != found.serial:
        raise Moved(
            f"{part.device}: its serial number is {found.serial}, the plan was made for {part.serial}",
            hint="find out which device answers there, then make a new plan",
        )
    if not part.startup_unread and not found.startup_unread and part.unsaved != found.unsaved:
        raise Moved(
            f"{part.device}: what is not saved there is not what the plan found; confirming would save it",
            hint=_AGAIN,
        )
    if part.worst_case != found.worst_case and not (part.worst_case is None or part.worst_case.unread):
        raise Moved(
            f"{part.device}: what it has for the worst case of its timer is not what the plan found",
            hint=_AGAIN,
        )


def _prove_device(plan: ChangePlan, part: DevicePlan, want: Wanted, asked: int, surround: Surround) -> None:
    named = f"plan {plan.code}: {part.device}"
    try:
        known = rules(part.platform)
        _intended(named, part, want, known)
        _base(named, plan, part, want, known)
        for field, now in _now(want).items():
            _reached(named, _REACHED[field], getattr(part, field), now)
        made = surround(_made(plan, part, want, asked, known))
    except Refused:
        raise
    except LinewrightError as error:
        raise Refused(f"{named}: it cannot be made again: {error.message}", hint=_LIE) from None
    if known.timer and asked < SHORTEST_TIMER:
        raise Refused(f"{named}: its auto-rollback timer is {asked} s; {SHORTEST_TIMER} at least", hint=_LIE)
    sealed, now = ({check.name: check.digest for check in one.checks} for one in (part, made))
    if [*sealed] == [*now]:
        _unmoved(plan, "checks", sealed, now)
    for field, words in _COMPUTED.items():
        if (told := getattr(part, field)) != (computed := getattr(made, field)):
            raise Refused(
                f"{named}: {words} ({field}) is not what follows from what is sealed: {_difference(told, computed, known)}",
                hint=_LIE,
            )
    _around(named, part, made)


def _made(plan: ChangePlan, part: DevicePlan, want: Wanted, asked: int, known: PlatformRules) -> DevicePlan:
    """The part made again from what is sealed; what was observed is taken over."""
    observed = Found(
        unsaved=part.unsaved,
        startup_unread=part.startup_unread,
        worst_case=part.worst_case,
        serial=part.serial,
        seen=part.seen,
    )
    whole = msgspec.structs.replace(want, timer=asked, found=observed)
    laid = lay(
        whole,
        part.before,
        known,
        adopt=plan.base == "running",
        mode=plan.mode,
        include_drift=plan.include_drift,
    )
    made = device_plan(whole, laid, known)
    if made is None:
        raise Refused(
            f"plan {plan.code}: {part.device}: what is to run there (after) is not what follows from what is sealed: "
            "nothing changes there",
            hint=_LIE,
        )
    return made


def _intended(named: str, part: DevicePlan, want: Wanted, known: PlatformRules) -> None:
    now = configs.normalise(want.intended, known)
    if now == part.intended:
        return
    if TOKEN.sub("*", now) == TOKEN.sub("*", part.intended):
        refs = ", ".join(sorted({slot.ref for slot in want.slots} or {"a secret"}))
        raise Moved(
            f"{named}: a secret has another value than the plan was made with (one of {refs})", hint=_AGAIN
        )
    raise Refused(
        f"{named}: what is intended (intended) is not what the templates make of its snapshot: "
        f"{_difference(part.intended, now, known)}",
        hint=_LIE,
    )


def _base(named: str, plan: ChangePlan, part: DevicePlan, want: Wanted, known: PlatformRules) -> None:
    """What a change starts from decides what it takes away, so the text itself is compared, not its name alone."""
    if plan.mode == "replace" or plan.base == "running":
        return
    if want.base is None:
        raise Refused(
            f"{named}: what it starts from (base) is not known here, so nobody can say what it takes away",
            hint="make the plan where it is applied, or name what to start from: --base SNAPSHOT, --base running",
        )
    if want.base_name != part.base:
        raise Moved(
            f"{named}: it starts from {part.base or 'nothing'} (base), and {want.base_name} was applied there",
            hint=_AGAIN,
        )
    if text_digest(want.base, known) != part.base_digest:
        raise Refused(
            f"{named}: what it starts from (base) is not what is known here as {part.base}", hint=_LIE
        )


def _now(want: Wanted) -> dict[str, object]:
    found: dict[str, object] = {
        field: getattr(want, field) for field in ("host", "port", "jumps", "identity")
    }
    return found | {
        "logins": want.logins.count,
        "codes": want.logins.codes,
        "weakened": want.logins.weakened,
    }


def _reached(named: str, words: str, told: object, now: object) -> None:
    if told != now:
        raise Moved(
            f"{named}: {words}: planned with {_short(told)}, it is {_short(now)} now",
            hint="find out why that changed, then make a new plan: lw plan",
        )


def _around(named: str, part: DevicePlan, made: DevicePlan) -> None:
    """Everybody who can be read beside a device now has to be in the plan, as he is reached now.

    One who cannot be read any more (another key, another address) blocks nothing: he is left out where he would be read.
    """
    told = {each.device: each for each in part.around}
    beside = {name.removeprefix("on ") for check in made.checks for name in check.input}
    wrong = [each.device for each in made.around if told.get(each.device) != each]
    wrong += [
        each.device for each in part.around if each.device not in beside or told[each.device] is not each
    ]
    if wrong:
        raise Refused(
            f"{named}: who is read beside it (around) is not what follows from what is sealed: {wrong[0]}",
            hint=_LIE,
        )


def _unmoved(plan: ChangePlan, what: str, sealed: Mapping[str, str], now: Mapping[str, str]) -> None:
    if names := moved(sealed, now):
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        raise Moved(f"plan {plan.code}: {what} not as it was made with: {shown}", hint=_AGAIN)


def _same(plan: ChangePlan, words: str, told: object, now: object) -> None:
    if told != now:
        raise Refused(
            f"plan {plan.code}: {words}: it says {_short(told)}, what is sealed gives {_short(now)}",
            hint=_LIE,
        )


def _difference(told: object, now: object, known: PlatformRules) -> str:
    """The first thing that differs, in short."""
    if isinstance(told, str) and isinstance(now, str) and "\n" in told + now:
        lines = [line for line in configs.diff(now, told, known) if line[:1] in "+-"]
        return _short("; ".join(lines)) if lines else "it is not in its canonical form"
    if isinstance(told, tuple) and isinstance(now, tuple):
        for mine, theirs in zip(told, now, strict=False):
            if mine != theirs:
                return f"it says {_short(mine)}, computed is {_short(theirs)}"
        return f"{len(told)} where {len(now)} are computed"
    return f"it says {_short(told)}, computed is {_short(now)}"


def _short(value: object) -> str:
    text = (
        value
        if isinstance(value, str)
        else " | ".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
    )
    return (text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...") or "nothing"
