"""Whether what people have said of a plan is enough to apply it. Pure: signatures were looked at before.

Persons are counted, not keys, and each for one need; the author never counts.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from linewright.model.objects import Record
from linewright.plan.agreement.faults import (
    Case,
    Heard,
    does_not_hold,
    instant,
    not_believed,
    not_counted,
    person_of,
    touched,
)
from linewright.plan.agreement.records import Need


class Given(Record, frozen=True):
    """A decision that counts: of this person, in this role; `recorder` wrote it down where they did not sign themselves.

    `reference` is where it can be found then ("paper, file 12"); `id` is the statement's.
    """

    person: str
    role: str
    id: str
    not_after: str
    recorder: str = ""
    reference: str = ""
    presence: bool = False


class Denial(Record, frozen=True):
    """Somebody said no; `recorder` as in `Given`."""

    person: str
    reason: str
    made: str = ""
    recorder: str = ""


class Standing(Record, frozen=True):
    """How far a plan is agreed to.

    `missing` are the needs with the number of persons they still lack. `refusals` say of each statement that does not
    count why. `signed` is whether its author signed it.
    """

    needs: tuple[Need, ...]
    given: tuple[Given, ...] = ()
    missing: tuple[Need, ...] = ()
    refusals: tuple[str, ...] = ()
    denials: tuple[Denial, ...] = ()
    signed: bool = False


def judge(case: Case, heard: Iterable[Heard]) -> Standing:
    """Judge what was said: `heard` is every statement about the plan, in any order."""
    every = sorted({one.id: one for one in sorted(heard, key=lambda one: bool(one.refused), reverse=True)}.values(),
                   key=lambda one: one.id)  # fmt: skip
    case = msgspec.structs.replace(case, taken_back=_taken_back(case, every))
    refusals: list[str] = []
    denials: list[Denial] = []
    good: list[Heard] = []
    signed = False
    for one in every:
        decision = one.statement.decision
        if decision not in {case.decision, "deny", "author"} or (
            one.id in case.taken_back and decision == "deny"
        ):
            continue
        fault = not_believed(one, case)
        if decision == "author" and not fault:
            fault = _not_the_author(one, case)
            signed = signed or not fault
        elif decision == "deny" and not fault:
            denials.append(_denial(one))
        elif not fault and not (fault := does_not_hold(one, case) or not_counted(one, case)):
            good.append(one)
        if fault:
            refusals.append(_named(one, fault))
    kept, doubled = _one_each(good)
    chosen = _matched(case.needs, kept)
    missing = tuple(
        Need(role=need.role, count=lack, presence=need.presence)
        for at, need in enumerate(case.needs)
        if (lack := need.count - sum(place == at for place in chosen.values())) > 0
    )
    return Standing(
        needs=case.needs,
        given=tuple(_given(kept[index]) for index in sorted(chosen)),
        missing=missing,
        refusals=(*refusals, *doubled),
        denials=tuple(denials),
        signed=signed,
    )


def _taken_back(case: Case, every: Sequence[Heard]) -> frozenset[str]:
    """The statements that who made them has taken back, by a signature too."""
    by = {one.id: one.person for one in every if not one.refused}
    return frozenset(
        one.statement.revokes
        for one in every
        if one.statement.decision == "revoke"
        and not not_believed(one, case)
        and by.get(one.statement.revokes) == one.person
    )


def _not_the_author(one: Heard, case: Case) -> str:
    said = one.statement
    until = instant(said.not_after)
    if said.recorded is not None or one.person != case.of.author:
        return f"the plan names {case.of.author} as its author"
    if said.shown != case.shown:
        return "its author was shown another summary than is shown here"
    return f"it expired at {said.not_after}" if until is not None and until <= case.now else ""


def _given(one: Heard) -> Given:
    said, told = one.statement, one.statement.recorded
    return Given(
        person=person_of(one),
        role=said.role,
        id=one.id,
        not_after=said.not_after,
        recorder=one.person if told else "",
        reference=f"{told.medium}, {told.reference}" if told else "",
        presence=touched(one),
    )


def _denial(one: Heard) -> Denial:
    said = one.statement
    return Denial(
        person=person_of(one),
        reason=said.reason,
        made=said.made,
        recorder=one.person if said.recorded else "",
    )


def _one_each(good: Sequence[Heard]) -> tuple[list[Heard], list[str]]:
    """One statement of each person and role, one with a touch first, a signature before a record; what is said of the rest."""
    kept: dict[tuple[str, str], Heard] = {}
    doubled: list[str] = []
    for one in sorted(good, key=lambda one: (not touched(one), one.statement.recorded is not None, one.id)):
        if (first := kept.setdefault((person_of(one), one.statement.role), one)) is not one:
            how = "with two keys" if first.key != one.key else "twice"
            doubled.append(f"{person_of(one)}: agreed {how}; a person counts once")
    return list(kept.values()), doubled


def _matched(needs: Sequence[Need], kept: Sequence[Heard]) -> Mapping[int, int]:
    """For statements, the need each stands for: as many as can be are filled, and a person stands for one alone.

    By augmenting paths (Kuhn), because somebody with two roles must not take the place that another could not fill.
    """
    slots = [at for at, need in enumerate(needs) for _ in range(need.count)]
    said_by: dict[str, list[int]] = {}
    for index, one in enumerate(kept):
        said_by.setdefault(person_of(one), []).append(index)
    filled: dict[int, tuple[str, int]] = {}

    def fits(index: int, need: Need) -> bool:
        return need.role in {"", kept[index].statement.role} and (touched(kept[index]) or not need.presence)

    def placed(person: str, tried: set[int]) -> bool:
        for slot, at in enumerate(slots):
            index = next((one for one in said_by[person] if fits(one, needs[at])), None)
            if index is None or slot in tried:
                continue
            tried.add(slot)
            if slot not in filled or placed(filled[slot][0], tried):
                filled[slot] = (person, index)
                return True
        return False

    for person in sorted(said_by):
        placed(person, set())
    return {index: slots[slot] for slot, (_, index) in filled.items()}


def _named(one: Heard, why: str) -> str:
    """What is said of a statement that does not count."""
    told = one.statement.recorded
    who = f"{told.by}, recorded by {one.statement.person}" if told else one.statement.person
    return f"{who}: {why}"
