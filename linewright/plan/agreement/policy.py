"""The policy of a site: who is who, who has to agree to what, what a change needs. Read from policy.yaml; pure.

Whoever writes plans must not be able to write this file; `linewright.operate.policy_folder` holds that.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from linewright.errors import DataError
from linewright.model.objects import Record
from linewright.plan.agreement.plain_yaml import plain_mapping
from linewright.plan.agreement.records import Need

_HINT = "docs/approvals.md shows a complete one"

#: A person, as policy, signers and statements name them. Two never differ by capitals alone.
PersonId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$")]
Role = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9 ._/-]{0,62}[A-Za-z0-9])?$")]
_Words = Annotated[str, msgspec.Meta(max_length=200)]
_Hours = Annotated[int, msgspec.Meta(ge=1, le=8760)]
_Persons = Annotated[int, msgspec.Meta(ge=1, le=20)]
_Hex = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
_Key = Annotated[str, msgspec.Meta(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]
#: A repeated group can take for ever to say no.
_REPEATED = re.compile(r"\)[*+{]")
_R = TypeVar("_R", bound=Record)


class Person(Record, frozen=True):
    """Somebody of the site. `contact` is how they are reached ("4711, duty phone")."""

    name: _Words
    roles: tuple[Role, ...] = ()
    contact: _Words = ""


class Asked(Record, frozen=True):
    """So many persons of a role; `presence`: with a key that is touched for each signature."""

    role: Role
    count: _Persons = 1
    presence: bool = False


class ByRisk(Record, frozen=True):
    """Who has to agree to a change of that risk; none where the list is empty, which has to be said."""

    low: tuple[Asked, ...]
    normal: tuple[Asked, ...]
    high: tuple[Asked, ...]


class Emergency(Record, frozen=True):
    """A change that cannot wait: so many persons at the console, and who agrees within so many hours afterwards."""

    countersign: Annotated[tuple[Asked, ...], msgspec.Meta(min_length=1)]
    console: _Persons = 1
    within_hours: _Hours = 24


class Approvals(Record, frozen=True):
    """Who has to agree. `standard` signs the patterns of standard changes, for `standard_hours` at most; without it there are none.

    Without `emergency` there are no emergency changes.
    """

    normal: ByRisk
    standard: tuple[Asked, ...] = ()
    standard_hours: _Hours = 8760
    emergency: Emergency | None = None


class Ticket(Record, frozen=True):
    """Whether a plan needs a ticket, and the regular expression that the whole of it has to fit; "" is any."""

    required: bool = False
    pattern: _Words = ""


class Clock(Record, frozen=True):
    """How far clocks may be apart, and whether the kernel has to say that it is synchronised."""

    seconds: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 5
    synchronised: Literal["required", "optional"] = "optional"


class Policy(Record, frozen=True):
    """What policy.yaml says.

    `author` "named": a plan's author is one of `people`; "signed": and has signed it. `recorders` are the roles that may
    write down decisions made on paper or in the ticket system. No statement holds longer than `longest_hours`.
    `contacts` are printed on the method of procedure, `tell` is who is told before a change.
    """

    schema: Literal["linewright.policy/1"]
    people: Annotated[dict[PersonId, Person], msgspec.Meta(min_length=1, max_length=2000)]
    approvals: Approvals
    author: Literal["named", "signed"] = "named"
    ticket: Ticket = Ticket()
    window: Literal["required", "optional"] = "optional"
    recorders: tuple[Role, ...] = ()
    longest_hours: _Hours = 168
    clock: Clock = Clock()
    contacts: Annotated[tuple[_Words, ...], msgspec.Meta(max_length=20)] = ()
    tell: Annotated[tuple[_Words, ...], msgspec.Meta(max_length=20)] = ()

    def has(self, person: str, role: str) -> bool:
        """Whether a person has a role; every person of the policy has the role "" ("anybody")."""
        known = self.people.get(person)
        return known is not None and (not role or role in known.roles)

    def records(self, person: str) -> bool:
        """Whether a person may write down what others decided."""
        return any(self.has(person, role) for role in self.recorders)


class Revoked(Record, frozen=True):
    """What revoked.yaml says does not hold any more, whenever it was made.

    `people` by name, `keys` by fingerprint ("SHA256:..." as ssh-keygen -l prints it), `plans` and `statements` by
    SHA-256 (64 hex digits).
    """

    schema: Literal["linewright.revoked/1"] = "linewright.revoked/1"
    people: tuple[PersonId, ...] = ()
    keys: tuple[_Key, ...] = ()
    plans: tuple[_Hex, ...] = ()
    statements: tuple[_Hex, ...] = ()


def policy(data: bytes, name: str = "policy.yaml") -> Policy:
    """The policy in a file.

    Raises:
        DataError: it is not what it should be: the key is named. Also: a role that nobody has or fewer persons than are
            asked for, a role asked for twice, two names that differ by capitals alone, a pattern that is none.
    """
    found = decoded(data, name, Policy)
    names = [person.lower() for person in found.people]
    if len(set(names)) != len(names):
        twice = next(person for person in names if names.count(person) > 1)
        raise DataError(f"{name}: people: {twice} stands there twice, in other capitals", hint=_HINT)
    for where, asked in _asked(found):
        _can_be_given(found, asked, f"{name}: {where}")
    for role in found.recorders:
        if not any(found.has(person, role) for person in found.people):
            raise DataError(f"{name}: recorders: nobody has the role {role!r}", hint=_HINT)
    try:
        re.compile(found.ticket.pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise DataError(f"{name}: ticket.pattern is no regular expression: {error}", hint=_HINT) from None
    if _REPEATED.search(found.ticket.pattern):
        raise DataError(f"{name}: ticket.pattern: a group in brackets cannot be repeated here", hint=_HINT)
    return found


def revoked(data: bytes, name: str = "revoked.yaml") -> Revoked:
    """What a revoked.yaml says.

    Raises:
        DataError: it is not what it should be; the key is named.
    """
    if b"schema" not in data:
        raise DataError(f"{name}: schema is missing: linewright.revoked/1", hint=_HINT)
    return decoded(data, name, Revoked)


def decoded(data: bytes, name: str, kind: type[_R]) -> _R:
    """A file of the approvals folder as a record of that kind; unknown keys are refused.

    Raises:
        DataError: it is no plain YAML, or not of that kind; the key is named.
    """
    found: Any = plain_mapping(data, name)
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError as error:
        raise DataError(f"{name}: {error}", hint=_HINT) from None


def needed(asked: Iterable[Asked]) -> tuple[Need, ...]:
    """What is asked for, as a plan says it."""
    return tuple(Need(role=each.role, count=each.count, presence=each.presence) for each in asked)


def _asked(found: Policy) -> list[tuple[str, tuple[Asked, ...]]]:
    normal, emergency = found.approvals.normal, found.approvals.emergency
    asked = [(f"approvals.normal.{risk}", getattr(normal, risk)) for risk in ("low", "normal", "high")]
    asked.append(("approvals.standard", found.approvals.standard))
    if emergency is not None:
        asked.append(("approvals.emergency.countersign", emergency.countersign))
    return asked


def _can_be_given(found: Policy, asked: tuple[Asked, ...], where: str) -> None:
    roles = [each.role for each in asked]
    for each in asked:
        if roles.count(each.role) > 1:
            raise DataError(
                f"{where}: the role {each.role!r} is asked for twice; give it a count", hint=_HINT
            )
        if (have := sum(found.has(person, each.role) for person in found.people)) < each.count:
            raise DataError(
                f"{where}: {each.count} of the role {each.role!r} are asked for, {have or 'nobody'} of people have it",
                hint=_HINT,
            )
