"""Who has to agree to a plan, by the policy of where it is applied. Pure."""

import re

from linewright.errors import Refused
from linewright.plan.agreement.policy import Policy, needed
from linewright.plan.agreement.records import ChangeType, Need
from linewright.plan.changeplan import ChangePlan
from linewright.plan.risk import highest

#: As bytes of UTF-8: longer ones could keep a regular expression busy.
_LONGEST_TICKET = 200


def change_type(plan: ChangePlan) -> ChangeType:
    """What kind of change a plan is: it has a pattern, or a reason why it cannot wait, or neither.

    Raises:
        Refused: it has both.
    """
    if plan.pattern and plan.reason:
        raise Refused(
            f"plan {plan.code} is a standard change and an emergency at once",
            hint="make a new plan: lw plan, with --pattern or with --emergency",
        )
    return "standard" if plan.pattern else "emergency" if plan.reason else "normal"


def needs(plan: ChangePlan, policy: Policy | None) -> tuple[Need, ...]:
    """Who has to agree before a plan is applied: it goes by its highest risk.

    Nobody where there is no policy, for a standard change, whose pattern is signed, and for an emergency: who stands at the
    console and who agrees afterwards is looked up in the policy then.

    Raises:
        Refused: the policy knows no changes of that type.
    """
    kind = change_type(plan)
    if policy is None:
        return ()
    if kind == "standard":
        if not policy.approvals.standard:
            raise Refused(
                f"plan {plan.code}: the policy knows no standard changes",
                hint="make a normal change of it: lw plan without --pattern",
            )
        return ()
    if kind == "emergency":
        if policy.approvals.emergency is None:
            raise Refused(
                f"plan {plan.code}: the policy knows no emergency changes",
                hint="make a normal change of it: lw plan without --emergency",
            )
        return ()
    return needed(getattr(policy.approvals.normal, highest(part.risk for part in plan.devices)))


def ticket_fault(ticket: str, policy: Policy) -> str:
    """Why a plan with this ticket cannot be applied, in words; "" when it can."""
    if not ticket:
        return "it names no ticket, and the policy asks for one" if policy.ticket.required else ""
    if len(ticket) > _LONGEST_TICKET:
        return f"its ticket is longer than {_LONGEST_TICKET} characters"
    if policy.ticket.pattern and re.fullmatch(policy.ticket.pattern, ticket) is None:
        return f"its ticket {ticket!r} is not written as the policy has it ({policy.ticket.pattern})"
    return ""
