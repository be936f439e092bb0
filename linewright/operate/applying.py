"""From a plan to a changed network."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import msgspec

from linewright.change.bench import Keep, Remember
from linewright.change.dispatch import Watcher
from linewright.change.record import refuse_open, refuse_spent
from linewright.change.run import Announce, JobResult, Stop, run
from linewright.change.step import Bench
from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.reach import target_for
from linewright.devices.target import Reveal, Target
from linewright.errors import Moved, Refused
from linewright.journal.journal import Journal
from linewright.journal.state import Applied
from linewright.model.objects import Device
from linewright.operate.agreed import agreed
from linewright.operate.back_out_base import keep_bases
from linewright.operate.closing import close_over
from linewright.operate.eyes import judging
from linewright.operate.keeping import Keeping, backup_recipients
from linewright.operate.progressing import Progressing
from linewright.operate.proving import prove_plan, snapshot_of
from linewright.operate.still_current import still_current
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan, dump
from linewright.plan.logins import logins
from linewright.runner.nornir import NornirDispatch, nornir


def apply_plan(
    place: Workplace, plan: ChangePlan, announce: Announce, watch: Watcher, stop: Stop | None = None
) -> JobResult:
    """Carry out a plan, once. What is confirmed is noted as last applied. `stop` ends it after the steps under way.

    What each device was before is kept in the job's folder, encrypted, before anything is written to any of them.

    Raises:
        Refused: it is another site's plan, it is spent, not everybody agreed who has to, it is not what linewright makes of what is sealed in it, a
            device's enrolled identity or address moved, or another job works on one or left it open. Nothing was sent.
        FacilityError: the journal or the job's folder cannot be written. Nothing was sent.
        SettingsError, DataError: `backup.recipients` names what cannot be encrypted to.
    """
    if plan.site != place.settings.site_id:
        raise Refused(
            f"plan {plan.code} is for site {plan.site!r}, this is {place.settings.site_id!r}",
            hint="apply it at its own site",
        )
    journal = place.state.journal()
    try:
        refuse_spent(journal.entries(), plan.digest, plan.code)
        refuse_open(journal.entries(), (part.device for part in plan.devices))
        agreement = agreed(place, plan, journal)
        close_over(place, journal)
        reached = targets_of(place, plan)
        prove_plan(place, plan)
        still_current(place, plan)
        keeping = Keeping(backup_recipients(place))
        job = new_job(place, journal, plan)
        keeping.begin(place.state.job(job))
        journal.append(job, "agreed", **agreement.detail)
        keep_bases(place, job, plan)
        told = Progressing(place.state.job(job), plan, announce, watch)
        with carried(place, plan, reached, journal, told.watch, keep=keeping, judged=True) as dispatch:
            return told.ended(run(plan, dispatch, journal, job, told.announce, stop=stop or Stop()))
    finally:
        journal.close()


def targets_of(place: Workplace, plan: ChangePlan) -> dict[str, tuple[Device, Target]]:
    """Each device of a plan and how it is reached now.

    Raises:
        Refused: a device's enrolled identity or address is not the plan's, or the plan's snapshot is not here.
        DataError: a device is not in that snapshot.
    """
    snapshot = snapshot_of(place, plan)
    devices = {part.device: snapshot.device(part.device) for part in plan.devices}
    return {
        part.device: (devices[part.device], _target(place, part, devices[part.device]))
        for part in plan.devices
    }


def new_job(place: Workplace, journal: Journal, plan: ChangePlan) -> str:
    """A name for a new job, which the devices show while it is pending: a running number and the plan code.

    The name is this process's alone, and the plan lies in the job's folder, when this returns.

    Raises:
        FacilityError: that cannot be written.
    """
    number = sum(entry.event == "job begun" for entry in journal.entries()) + 1
    while not (folder := place.state.job(job := f"J{number:04}-{plan.code}")).reserve():
        number += 1
    folder.keep_plan(dump(plan))
    return job


@contextmanager
def carried(
    place: Workplace,
    plan: ChangePlan,
    reached: Mapping[str, tuple[Device, Target]],
    journal: Journal,
    watch: Watcher,
    *,
    reveal: Reveal | None = None,
    keep: Keep | None = None,
    remember: Remember | None = None,
    judged: bool = False,
) -> Iterator[NornirDispatch]:
    """What carries the steps of a plan to its devices; all sessions are closed at the end.

    Args:
        place: the site.
        plan: the plan.
        reached: what `targets_of` gave.
        journal: where the steps are written first.
        watch: told of each stage of each device.
        reveal: gives the secrets that stand in lines; the site's own when left out.
        keep: keeps what each device was before; nothing is kept when left out.
        remember: told of each change that stands; it is noted as the base of the next one when left out.
        judged: a change is confirmed only when the plan's checks hold, and begun only when all is as the plan found it.
    """
    bench = Bench(
        journal=journal,
        key=place.secrets.key,
        reveal=reveal or place.secrets.reveal,
        watch=watch,
        keep=keep,
        remember=remember or remembering(place, plan),
        settle=place.settings.apply.settle if judged else 0,
        strict=judged,
    )
    if judged:
        bench = msgspec.structs.replace(bench, judge=judging(place, snapshot_of(place, plan)))
    devices = {name: device for name, (device, _) in reached.items()}
    targets = {name: target for name, (_, target) in reached.items()}
    fleet = nornir(devices, targets, place.secrets.credential, place.settings.nornir)
    dispatch = NornirDispatch(fleet, bench, size=max(len(batch) for batch in plan.batches))
    try:
        yield dispatch
    finally:
        dispatch.close()
        fleet.close_connections(on_failed=True)


def remembering(place: Workplace, plan: ChangePlan) -> Remember:
    """Notes what a device was brought to, the moment it is known: the next change is planned from there."""

    def remember(part: DevicePlan) -> None:
        place.state.note_applied(Applied(
            device=part.device, intended=part.intended, snapshot=plan.snapshot, change=plan.code, when=plan.created
        ))  # fmt: skip

    return remember


def _target(place: Workplace, part: DevicePlan, device: Device) -> Target:
    """How a device is reached now, refused when that is not what the plan was made for."""
    target = target_for(device, place.settings)
    if (target.host, target.port) != (part.host, part.port):
        raise Moved(
            f"{part.device}: planned at {part.host} port {part.port}, it is now at {target.host} port {target.port}",
            hint="make a new plan: lw plan",
        )
    now = logins(single=target.single_login, codes_each=target.codes)
    if (now.count, now.codes, now.weakened) != (part.logins, part.codes, part.weakened):
        raise Moved(
            f"{part.device}: planned with {part.logins} logins and {part.codes} one-time codes, "
            f"the settings now ask for {now.count} and {now.codes}",
            hint="put login.session and login.codes back, or make a new plan: what it proves differs",
        )
    if (enrolled := enrolled_fingerprint(target)) != part.identity:
        raise Moved(
            f"{part.device}: its enrolled identity is {enrolled}, the plan was made for {part.identity}",
            hint="find out why the device's key changed, then make a new plan",
        )
    return target
