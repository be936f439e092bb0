"""Whether everybody who has to has agreed to a plan: asked before anything else is done with it.

The policy must be that which the plan was made with; signers, certificates and what is revoked are taken as they are now.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from linewright.errors import Moved, Refused
from linewright.journal.journal import Journal
from linewright.model.objects import Record
from linewright.operate.hearing import case_of, denied_before, heard, note_all, refuse_denied, take_in
from linewright.operate.policy_folder import POLICY, PolicyFolder, informs_only, policy_folder
from linewright.operate.standard_changes import pattern_standing
from linewright.operate.workplace import Workplace
from linewright.plan.agreement.judging import Given, Standing, judge
from linewright.plan.agreement.needs import change_type, needs, ticket_fault
from linewright.plan.agreement.policy import Policy
from linewright.plan.agreement.records import Need
from linewright.plan.changeplan import ChangePlan

#: Of what does not count, so much is told where a plan is refused.
_TOLD = 8


class Agreement(Record, frozen=True):
    """That a plan may be applied as far as people are concerned.

    `told` are lines for the screen. `standing` is who agreed, None where there is no approvals folder. `digests` are the
    SHA-256 of what that folder held, for the journal.
    """

    told: tuple[str, ...]
    standing: Standing | None = None
    digests: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance

    @property
    def detail(self) -> dict[str, Any]:
        """What the journal keeps of it."""
        given = self.standing.given if self.standing else ()
        return {
            "given": [
                {"person": one.person, "role": one.role, "statement": one.id, "recorder": one.recorder}
                for one in given
            ],
            "folder": self.digests,
        }


def agreed(place: Workplace, plan: ChangePlan, journal: Journal, *, now: datetime | None = None) -> Agreement:
    """Refuse a plan to which not everybody has agreed who has to.

    An emergency needs nobody's approval beforehand: so many persons as the policy says have signed that they stand at the
    console, the author may be one of them, and others agree afterwards. Everything else holds for it too.

    Args:
        place: the site.
        plan: the plan, for this site.
        journal: the site's, opened; statements that are kept here and not in it are written into it.
        now: as of when (UTC); the machine's clock when left out.

    Raises:
        Refused: the folder is not as it should be; the policy asks for a ticket, another author, an author's signature;
            somebody denied the plan; persons are missing. Each statement that does not count is named, with why.
        Moved: the policy is not that which the plan was made with.
    """
    at = now or datetime.fromtimestamp(time.time(), UTC)
    folder = policy_folder(place)
    refuse_other_policy(plan, folder)
    if folder is None:
        return Agreement(
            told=("Agreed    nobody has to: this site names no folder of approvals (approvals.folder)",)
        )
    refuse_not_as_asked(plan, folder.policy)
    note_all(place, plan, folder, journal, at)
    standing, damaged = standing_of(place, plan, folder, at)
    refuse_denied(journal.entries(), plan)
    _refuse_damaged_denial(plan, damaged)
    if folder.policy.author == "signed" and not standing.signed:
        raise Refused(
            _lines(f"plan {plan.code} was not signed by its author ({plan.author})", standing, damaged),
            hint="the author signs it: lw approve --author FILE",
        )
    by = standing
    if change_type(plan) == "standard":
        by = pattern_standing(folder, plan.pattern, plan.site, plan.author, at)
        if by.missing or by.denials:
            raise Refused(
                _lines(f"the pattern {plan.pattern!r} is not agreed to: {missing_text(by)}", by, ()),
                hint="lw approve --standard signs a pattern; or make a normal change of it",
            )
    elif change_type(plan) == "emergency":
        by = present(place, plan, folder, at)
        if by.missing:
            raise Refused(
                _lines(
                    f"plan {plan.code} is an emergency: missing at the console: {needs_text(by.missing)}",
                    by,
                    (),
                ),
                hint="each of them signs that they are there, when it is applied",
            )
    elif standing.missing:
        raise Refused(
            _lines(f"plan {plan.code} is not agreed to: {missing_text(standing)}", standing, damaged),
            hint="have it agreed to: lw approve FILE; lw approve --list FILE says who has",
        )
    return Agreement(told=_told(plan, folder, by, place, journal), standing=by, digests=folder.digests)


def withdrawn(place: Workplace, plan: ChangePlan, journal: Journal) -> str:
    """Why a job that was agreed to must not begin another batch, in words: somebody has said no since, or the plan was revoked.

    "" when nothing of that is known; a folder that cannot be read any more says nothing new.
    """
    try:
        refuse_denied(journal.entries(), plan)
    except Refused as error:
        return error.message
    try:
        folder = policy_folder(place)
    except Refused:
        return ""
    return f"plan {plan.code} was revoked" if folder and plan.digest in folder.revoked.plans else ""


def before_applying(place: Workplace, plan: ChangePlan, file: Path) -> tuple[str, ...]:
    """Take in what was signed beside a plan's file, and look whether that is enough; lines for the screen.

    Raises:
        Refused, Moved: as agreed.
        DataError, FacilityError: what was signed cannot be read or kept.
    """
    if (folder := policy_folder(place)) is None:
        return ()
    journal = place.state.journal()
    try:
        came = take_in(place, plan, file, folder, journal, now=datetime.fromtimestamp(time.time(), UTC))
        _refuse_damaged_denial(plan, came.notes)
        found = agreed(place, plan, journal)
    finally:
        journal.close()
    return (*found.told, *(f"Note      {text}" for text in came.notes))


def refuse_other_policy(plan: ChangePlan, folder: PolicyFolder | None) -> None:
    """Refuse a plan that was made with another policy, or with other needs than that asks for.

    Raises:
        Moved: the policy is another one, or was put there or taken away since.
        Refused: who has to agree is not what the policy says.
    """
    now = {POLICY: folder.digests[POLICY]} if folder else {}
    if plan.policies.get("approvals", "") != now.get(POLICY, ""):
        raise Moved(
            f"plan {plan.code}: the policy of approvals is not that which it was made with",
            hint="make a new plan: lw plan",
        )
    computed = needs(plan, folder.policy if folder else None)
    if plan.needs != computed:
        raise Refused(
            f"plan {plan.code}: who has to agree (needs): it says {needs_text(plan.needs)}, "
            f"the policy asks for {needs_text(computed)}",
            hint="do not apply it: find out who made it and how, then make a new plan: lw plan",
        )


def refuse_not_as_asked(plan: ChangePlan, policy: Policy) -> None:
    """Refuse a plan without the ticket or the author that the policy asks for.

    Raises:
        Refused: one of both is missing, or not as the policy has it.
    """
    if fault := ticket_fault(plan.ticket, policy):
        raise Refused(f"plan {plan.code}: {fault}", hint="make it again with its ticket: lw plan --ticket")
    if plan.author not in policy.people:
        raise Refused(
            f"plan {plan.code}: its author {plan.author!r} is nobody whom the policy names",
            hint="approvals.person in the settings says who works here; then make a new plan: lw plan",
        )


def standing_of(
    place: Workplace, plan: ChangePlan, folder: PolicyFolder, now: datetime
) -> tuple[Standing, tuple[str, ...]]:
    """How far a plan is agreed to by what is kept here; what is said of damaged files.

    Raises:
        DataError, Refused: what is kept here cannot be read.
    """
    found, damaged = heard(place, plan.digest, folder, now)
    return judge(case_of(plan, folder, now), found), damaged


def present(place: Workplace, plan: ChangePlan, folder: PolicyFolder, now: datetime) -> Standing:
    """Who has signed, within the hour, that they stand at the console for an emergency; the policy says how many it takes.

    Raises:
        DataError, Refused: what is kept here cannot be read.
    """
    emergency = folder.policy.approvals.emergency
    console = (Need(role="", count=emergency.console),) if emergency else ()
    case = msgspec.structs.replace(case_of(plan, folder, now), decision="present", needs=console, longest=1)
    return judge(case, heard(place, plan.digest, folder, now)[0])


def needs_text(asked: tuple[Need, ...]) -> str:
    """Who has to agree, in words: "2 shift lead, 1 officer (key with touch)"; "nobody"."""
    said = (
        f"{need.count} {need.role or 'person' + 's' * (need.count != 1)}{' (key with touch)' if need.presence else ''}"
        for need in asked
    )
    return ", ".join(said) or "nobody"


def missing_text(standing: Standing) -> str:
    """Who is missing, in words."""
    denied = f"denied by {standing.denials[0].person}" if standing.denials else ""
    return denied or f"missing: {needs_text(standing.missing)}"


def given_text(one: Given) -> str:
    """A decision that counts, in words; a record is never called a signature."""
    role = f", {one.role}" if one.role else ""
    if one.recorder:
        return f"{one.person}{role}: recorded by {one.recorder} ({one.reference})"
    return f"{one.person}{role}: signed{', key touched' if one.presence else ''}"


def _refuse_damaged_denial(plan: ChangePlan, damaged: tuple[str, ...]) -> None:
    """What cannot be read and is named as a denial may have been one."""
    if said := next((words for words in damaged if "-deny-" in words), ""):
        raise Refused(
            f"plan {plan.code}: a denial of it is damaged: {said}",
            hint="find out what it said, and from whom; then put it back or take it away",
        )


def _lines(first: str, standing: Standing, damaged: tuple[str, ...]) -> str:
    rest = [*standing.refusals, *damaged]
    more = [f"and {len(rest) - _TOLD} more"] if len(rest) > _TOLD else []
    return "\n".join((first, *rest[:_TOLD], *more))


def _told(
    plan: ChangePlan, folder: PolicyFolder, standing: Standing, place: Workplace, journal: Journal
) -> tuple[str, ...]:
    lines: list[str] = []
    if plan.pattern:
        lines.append(f"Agreed    beforehand, as the standard change {plan.pattern}")
    elif not standing.needs:
        lines.append("Agreed    nobody has to, by the policy")
    lines += [f"{'Agreed    ' if at == 0 and not lines else '          '}{given_text(one)}"
              for at, one in enumerate(standing.given)]  # fmt: skip
    lines += [f"DENIED    {text}" for text in denied_before(journal.entries(), plan)]
    if why := informs_only(folder, plan.author, place.settings.approvals.person):
        lines.append(f"Note      {why}")
    return tuple(lines)
