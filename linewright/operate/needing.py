"""Who has to agree to a plan and what kind of change it is, by the approvals folder: written into plans, and made again to compare."""

import getpass

import msgspec

from linewright.errors import Refused
from linewright.model.snapshot import Snapshot
from linewright.operate.agreed import refuse_other_policy
from linewright.operate.policy_folder import POLICY, STANDARD, PolicyFolder, policy_folder
from linewright.operate.standard_changes import refuse_unfit
from linewright.operate.workplace import Workplace
from linewright.plan.agreement.needs import change_type, needs
from linewright.plan.changeplan import ChangePlan

#: The names of plan.policies that come from the approvals folder.
_OURS = ("approvals", STANDARD)


def author_of(place: Workplace) -> str:
    """Who makes a plan here: the person of the settings, else the account."""
    return place.settings.approvals.person or getpass.getuser()


def with_needs(place: Workplace, plan: ChangePlan, snapshot: Snapshot) -> ChangePlan:
    """A plan with what kind of change it is, who has to agree to it, and the digest of the policy that says so.

    Raises:
        Refused: the approvals folder is not as it should be, its policy knows no such changes, or the plan is not the
            standard change that it is asked to be.
    """
    folder = policy_folder(place)
    made = msgspec.structs.replace(
        plan,
        change=change_type(plan),
        needs=needs(plan, folder.policy if folder else None),
        policies=plan.policies | folder_policies(folder, plan.pattern),
    )
    refuse_unfit(made, snapshot, folder)
    return made


def prove_needs(place: Workplace, plan: ChangePlan, snapshot: Snapshot) -> None:
    """Refuse a plan that asks others than the policy, or is of another kind than it says.

    Raises:
        Refused: as said; or as with_needs.
        Moved: the policy is another one.
    """
    folder = policy_folder(place)
    if plan.change != (kind := change_type(plan)):
        raise Refused(
            f"plan {plan.code}: its kind of change (change): it says {plan.change}, what is sealed gives {kind}",
            hint="do not apply it: find out who made it and how, then make a new plan: lw plan",
        )
    refuse_other_policy(plan, folder)
    refuse_unfit(plan, snapshot, folder)


def policies_here(
    place: Workplace, plan: ChangePlan, settings: dict[str, str], *, going_on: bool
) -> dict[str, str]:
    """The digests of what decides how a plan is made, those of the approvals folder among them.

    A job that goes on was agreed to when it began: then the folder is not asked (`going_on`).
    """
    if going_on:
        return settings | {name: plan.policies[name] for name in _OURS if name in plan.policies}
    return settings | folder_policies(policy_folder(place), plan.pattern)


def folder_policies(folder: PolicyFolder | None, pattern: str) -> dict[str, str]:
    """The digests of the policy and of a pattern, as plan.policies has them."""
    if folder is None:
        return {}
    found = {"approvals": folder.digests[POLICY]}
    if (name := f"{STANDARD}/{pattern}.yaml") in folder.digests:
        found[STANDARD] = folder.digests[name]
    return found
