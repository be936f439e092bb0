"""Why a statement does not count, in words. Pure.

Everything is judged as of now: when a statement says it was made proves nothing, because its signer wrote that (OpenSSH's signatures
carry no time).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from linewright.model.objects import Record
from linewright.plan.agreement.policy import Policy, Revoked
from linewright.plan.agreement.records import Decision, Need, Statement
from linewright.plan.changeplan import ChangePlan

_FORM = "%Y-%m-%dT%H:%M:%SZ"
#: The clocks of two people's machines may be so far apart.
_APART = timedelta(seconds=300)


class Heard(Record, frozen=True):
    """A statement and what its signature proves. `id` is the SHA-256 of its canonical form.

    `person` and `key` (its fingerprint) are whose signature it is, `presence` whether the key was touched for it.
    `refused` is why it proves nothing, in words.
    """

    statement: Statement
    id: str
    person: str = ""
    key: str = ""
    presence: bool = False
    refused: str = ""


class Subject(Record, frozen=True):
    """What people have said something of: a plan, or the pattern of standard changes.

    `digest` is its SHA-256, `author` who made it ("" where that is not looked at); the rest is as in a plan.
    """

    digest: str
    site: str
    ticket: str = ""
    created: str = ""
    author: str = ""


def subject(plan: ChangePlan) -> Subject:
    """A plan, as people have said something of it."""
    return Subject(
        digest=plan.digest, site=plan.site, ticket=plan.ticket, created=plan.created, author=plan.author
    )


class Case(Record, frozen=True):
    """What is judged, by what, as of when.

    `now` is UTC, `shown` the digest of the summary that is shown here. `decision` is what is counted: "approve", or
    "present" and "countersign" for an emergency; `about` the job that a countersignature is about. No yes holds for more
    than `longest` hours from now.
    """

    of: Subject
    policy: Policy
    revoked: Revoked
    now: datetime
    shown: str
    needs: tuple[Need, ...]
    decision: Decision = "approve"
    about: str = ""
    longest: int = 168
    taken_back: frozenset[str] = frozenset()


def instant(text: str) -> datetime | None:
    """A time as plans and statements write it (UTC, "2026-11-24T03:16:00Z"); None where it is written otherwise."""
    try:
        found = datetime.strptime(text, _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if f"{found:{_FORM}}" == text else None


def not_believed(one: Heard, case: Case) -> str:
    """Why nothing that this statement says is believed, whatever it decides; "" when it is."""
    return one.refused or _first(_unbelieved(one, case))


def does_not_hold(one: Heard, case: Case) -> str:
    """Why a yes does not hold for this plan at this moment; "" when it does."""
    return _first(_unheld(one.statement, case))


def not_counted(one: Heard, case: Case) -> str:
    """Why a yes that holds is none of those that are asked for; "" when it is."""
    return _first(_uncounted(one, case))


def person_of(one: Heard) -> str:
    """Whose decision it is: who signed, or who is said to have decided where it was written down."""
    return one.statement.recorded.by if one.statement.recorded else one.person


def touched(one: Heard) -> bool:
    """Whether who decided touched a key for it; a touch of the recorder's key proves nothing of who decided."""
    return one.presence and one.statement.recorded is None


def _first(found: Iterable[tuple[bool, str]]) -> str:
    return next((why for is_so, why in found if is_so), "")


def _unbelieved(one: Heard, case: Case) -> Iterable[tuple[bool, str]]:
    said, of = one.statement, case.of
    yield said.person != one.person, f"it was signed by {one.person}"
    yield said.plan != of.digest, "it is about another plan"
    yield said.site != of.site, f"it is for another site ({said.site})"
    yield said.ticket != of.ticket, f"it is for another ticket ({said.ticket or 'none'})"
    yield one.person not in case.policy.people, "the policy names nobody of that name"
    yield said.plan in case.revoked.plans, "the plan was revoked"
    yield one.id in case.revoked.statements, "it was revoked"
    yield one.key in case.revoked.keys, "its key was revoked"
    yield one.person in case.revoked.people, f"{one.person} was revoked"
    yield one.id in case.taken_back, "it was taken back by who had said it"
    if (told := said.recorded) is not None:
        yield not case.policy.records(one.person), "who wrote it down has no role that may record decisions"
        yield told.medium not in {"paper", "ticket"}, "it was recorded from neither paper nor a ticket"
        yield told.by == one.person, "who recorded it is who decided: they have to sign"
        yield (
            told.by not in case.policy.people,
            f"the policy does not name {told.by}, whose decision it records",
        )
        yield told.by in case.revoked.people, f"{told.by} was revoked"
        yield not told.reference.strip(), "it does not say where the decision can be found"


def _unheld(said: Statement, case: Case) -> Iterable[tuple[bool, str]]:
    until, made, created = (instant(time) for time in (said.not_after, said.made, case.of.created))
    if until is None or (said.made and made is None):
        yield True, "its times cannot be read"
        return
    yield until <= case.now, f"it expired at {said.not_after}"
    too_long = f"it is to hold until {said.not_after}, longer than the {case.longest} hours of the policy"
    yield until > case.now + timedelta(hours=case.longest), too_long
    if made is not None:
        yield made > case.now + _APART, f"it says it was made at {said.made}, which is still to come"
        backdated = f"it is backdated: it says it was made at {said.made}, before the plan was"
        yield created is not None and made < created - _APART, backdated
    yield said.shown != case.shown, "its signer was shown another summary than is shown here"
    yield said.about != case.about, f"it is about another job ({said.about or 'none'})"


def _uncounted(one: Heard, case: Case) -> Iterable[tuple[bool, str]]:
    person, role = person_of(one), one.statement.role
    # Whoever made the plan may well stand at the console; to agree to it is for others.
    if case.decision != "present":
        author = case.of.author.casefold()
        yield person.casefold() == author, "who made a plan cannot agree to it"
        yield one.person.casefold() == author, "who made a plan cannot record that others agree to it"
    # Where somebody stands, nobody else can say.
    yield (
        case.decision == "present" and one.statement.recorded is not None,
        "it is not by the person's own key",
    )
    yield not case.policy.has(person, role), f"{person} does not have the role {role!r}"
    fitting = [need for need in case.needs if need.role in {"", role}]
    yield not fitting, f"nobody is asked for in the role {role!r}"
    untouched = "a key that is touched for each signature is asked for, and this one was not"
    yield not touched(one) and all(need.presence for need in fitting), untouched
