"""One change laid onto a device that is not quite as it should be."""

from linewright.configs.grammar import Scope, grammar_of
from linewright.configs.overlay import Remarks, Section
from linewright.configs.show import differences
from linewright.configs.subjects import clashes, orphans
from linewright.configs.tree import Node, arranged, parse, render
from linewright.model.objects import Record
from linewright.platforms import PlatformRules


class Merged(Record, frozen=True):
    """What a device should have after one change, and what that leaves alone.

    Attributes:
        target: canonical text: the running configuration with the wanted change.
        wanted: what changes on the device, as `diff` shows it.
        drift: where the device differs from the intention in what is ours and nobody asked to change it now, as
            `diff` shows it; left as it is.
        conflicts: wanted lines that meet drift. A caller refuses then: the target is of no use.
        notes: wanted lines that the device has already.
        included: drift that was taken into the change (`include_drift`), as `diff` shows the way back from it.
    """

    target: str
    wanted: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    included: tuple[str, ...] = ()


def three_way(
    base: str, intended: str, running: str, rules: PlatformRules, *, include_drift: bool = False
) -> Merged:
    """The difference from `base` to `intended` laid onto `running`; everything else stays as it is.

    A wanted line conflicts when its place is not as the base has it: another value stands there, the value or section
    it changes is gone, an ordered list differs, a section to be removed holds lines that nobody planned, or a
    line would be left about something that is not there.

    With `include_drift` the sections, and the kinds of top-level lines, in which a wanted line conflicts become as
    intended: what has drifted there is part of the change. Elsewhere drift stays.

    Raises:
        DataError: one of the texts cannot be read.
    """
    top = grammar_of(rules).top
    old, new, here = parse(base, rules), parse(intended, rules), parse(running, rules)
    found = here
    if include_drift:
        here = _without_drift(old, new, here, top)
    remarks = Remarks([], [])
    target = arranged(Section(old, new, here, top, remarks).merged(), rules)
    known = orphans(found, top)
    remarks.conflicts.extend(
        f"{' / '.join((*place[:-1], line))}: there would be no {place[-1]} that it is about"
        for place, line in orphans(target, top).items()
        if place not in known
    )
    refused = clashes(found, top)
    remarks.conflicts.extend(
        f"{' / '.join((*place[:-1], line))}: {place[-1]!r} is on the device and says the same"
        for place, line in clashes(target, top).items()
        if place not in refused
    )
    ours = {top.owned(node.line) for node in (*old, *new)}
    owned = tuple(node for node in target if top.owned(node.line) in ours)
    return Merged(
        target=render(target, rules),
        wanted=tuple(differences(found, target, rules)),
        drift=tuple(differences(new, owned, rules)),
        conflicts=tuple(remarks.conflicts),
        notes=tuple(remarks.notes),
        included=tuple(differences(found, arranged(here, rules), rules)) if include_drift else (),
    )


def _without_drift(
    old: tuple[Node, ...], new: tuple[Node, ...], here: tuple[Node, ...], top: Scope
) -> tuple[Node, ...]:
    """What runs, with the kinds in which a wanted line conflicts as the base has them."""
    meeting = set()
    for kind in {top.owned(node.line) for node in (*old, *new)}:
        remarks = Remarks([], [])
        before, after, now = (
            tuple(node for node in side if top.owned(node.line) == kind) for side in (old, new, here)
        )
        Section(before, after, now, top, remarks).merged()
        if remarks.conflicts:
            meeting.add(kind)
    return (
        *(node for node in here if top.owned(node.line) not in meeting),
        *(node for node in old if top.owned(node.line) in meeting),
    )


def adopt(intended: str, running: str, rules: PlatformRules) -> str:
    """The intended text, with what it does not own carried over from running: mode `managed`.

    A top-level section is owned when the intended text has one with the same head (or of the same kind, such as
    `router bgp`); it then is as intended, whatever else running has in it. A top-level line is owned when the intended
    text has a line of the same kind: `ip route`, `ip prefix-list NAME`, `route-map NAME` and so on (`owned` in the
    platform's data). A line of no known kind is owned only where the very same line is intended.

    Raises:
        DataError: one of the texts cannot be read.
    """
    top = grammar_of(rules).top
    ours = parse(intended, rules)
    kinds = {top.owned(node.line) for node in ours}
    carried = tuple(node for node in parse(running, rules) if top.owned(node.line) not in kinds)
    return render(arranged((*ours, *carried), rules), rules)
