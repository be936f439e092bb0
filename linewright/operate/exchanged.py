"""Devices of a job that are not there any more: another identity is enrolled where they stood.

What became of the change on them nobody will ever read. Only a person can say that they are gone for good.
"""

from linewright.change.bench import Bench, note
from linewright.change.dispatch import Outcome, Step
from linewright.change.settle import Settled, Verdict
from linewright.change.standing import Standing
from linewright.devices.target import Target
from linewright.errors import Moved
from linewright.model.objects import Device
from linewright.operate.back_out_looks import reached
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan


def ways_to(place: Workplace, plan: ChangePlan) -> tuple[dict[str, tuple[Device, Target]], dict[str, Moved]]:
    """How each device of a plan is reached; and those in whose place another one stands, with what is known of it.

    Raises:
        SettingsError: there is no login for a platform.
    """
    ways: dict[str, tuple[Device, Target]] = {}
    others: dict[str, Moved] = {}
    for part in plan.devices:
        try:
            ways |= reached(place, plan, (part.device,))
        except Moved as error:
            others[part.device] = error
    return ways, others


def settled(work: Step, bench: Bench, moved: Moved, said: Verdict) -> Settled:
    """The end of such a device: "not done" closes it, as a person says; else it stays open. Nothing is sent there."""
    device = work.plan.device
    bench.watch(device, moved.message)
    if said == "not done":
        note(work, bench, "person said", said=said)
        why = "another device stands in its place, as a person says"
        return Settled(
            standing=Standing(state="before", why=why),
            outcome=Outcome(
                device=device, result="unchanged", message=f"nothing of the change is there: {why}"
            ),
        )
    return Settled(
        standing=Standing(state="unreachable", why=moved.message),
        outcome=Outcome(
            device=device,
            result="unknown",
            message=moved.message,
            armed="the change may still wait for its confirmation on the device that stood there",
            hint=f"where that device is gone for good, say so: lw resume {work.job} --not-done {device}",
        ),
    )
