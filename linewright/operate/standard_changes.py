"""Whether a plan is the standard change that it says it is: it fits a pattern, and the pattern is signed."""

from datetime import datetime

from linewright.errors import DataError, Refused
from linewright.model.snapshot import Snapshot
from linewright.operate.hearing import listened
from linewright.operate.policy_folder import STANDARD, PolicyFolder
from linewright.plan.agreement.faults import Case, Subject
from linewright.plan.agreement.judging import Standing, judge
from linewright.plan.agreement.policy import needed
from linewright.plan.agreement.standard import Where, named, pattern, pattern_digest, signed_of, unfit
from linewright.plan.changeplan import ChangePlan

_HINT = "make a normal change of it: lw plan without --pattern"


def refuse_unfit(plan: ChangePlan, snapshot: Snapshot, folder: PolicyFolder | None) -> None:
    """Refuse a plan that says it is a standard change and does not fit its pattern.

    Raises:
        Refused: there is no approvals folder, no such pattern, or the plan does not fit it; what does not is named.
    """
    if not plan.pattern:
        return
    if folder is None:
        raise Refused(
            f"plan {plan.code}: no folder of approvals is set here that could hold the pattern {plan.pattern!r}",
            hint=_HINT,
        )
    data = named(folder.standard, plan.pattern)
    try:
        allowed = pattern(data, f"{folder.path}/{STANDARD}/{plan.pattern}.yaml")
    except DataError as error:
        raise Refused(error.message, hint=error.hint or _HINT) from None
    where = {}
    for part in plan.devices:
        device = snapshot.device(part.device)
        where[part.device] = Where(role=device.role, site=device.site)
    if faults := unfit(plan, allowed, where):
        lines = "\n".join(faults[:5])
        raise Refused(f"plan {plan.code} is not the standard change {plan.pattern!r}:\n{lines}", hint=_HINT)


def pattern_standing(folder: PolicyFolder, name: str, site: str, author: str, now: datetime) -> Standing:
    """How far a pattern is agreed to by those whom the policy asks; a plan's author does not count for it.

    Raises:
        Refused: there is no such pattern, or what lies beside it are no signatures.
    """
    data = named(folder.standard, name)
    digest = pattern_digest(data)
    signed = folder.standard.get(f"{name}.signed")
    found = signed_of(signed, f"{name}.signed") if signed is not None else ()
    case = Case(
        of=Subject(digest=digest, site=site, author=author),
        policy=folder.policy,
        revoked=folder.revoked,
        now=now,
        shown=digest,
        needs=needed(folder.policy.approvals.standard),
        longest=folder.policy.approvals.standard_hours,
    )
    return judge(case, [listened(one, folder, now) for one in found])
