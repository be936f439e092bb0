"""Who is looked at beside each device of a plan, before and after its change, and by which checks."""

from collections.abc import Iterable, Mapping
from pathlib import Path as File

from linewright.checks.change.beside import beside, reference
from linewright.checks.change.expected import may_go, renamed
from linewright.checks.change.site import SiteCheck, site_check
from linewright.checks.expected import expected
from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.reach import target_for, why_not_managed
from linewright.devices.target import Target
from linewright.errors import LinewrightError
from linewright.model.objects import Device
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import Around, CheckRef, DevicePlan
from linewright.platforms import rules
from linewright.trace import paths


class Surroundings:
    """What is around the devices of one snapshot; computed once for all devices of a plan.

    `also` are things ("bgp 192.0.2.1") that somebody says may go on every device of the plan.

    Raises:
        DataError: a check of the site cannot be read, or routing data is malformed.
    """

    def __init__(
        self, place: Workplace, snapshot: Snapshot, *, digest: str, also: Iterable[str] = ()
    ) -> None:
        self._place = place
        self._snapshot = snapshot
        self._digest = digest
        self._also = tuple(also)
        self._paths = tuple(paths(snapshot))
        self._expected = expected(snapshot, self._paths)
        self._site = site_checks(place)

    def checks(self, part: DevicePlan) -> tuple[CheckRef, ...]:
        """What must hold before this device's change is confirmed."""
        known = rules(part.platform)
        peers = [
            far.address
            for session in self._expected.sessions
            for near, far in ((session.a, session.z), (session.z, session.a))
            if near.device == part.device
        ]
        gone = {*may_go(part.before, part.after, peers, known), *self._also}
        others = beside(
            part.device,
            self._paths,
            self._expected,
            gone,
            renamed=renamed(part.before, part.after, known),
        )
        own = [CheckRef(name=check.name, digest=check.digest) for check in self._site]
        return (reference(self._digest, gone, others), *own)

    def around(self, part: DevicePlan) -> tuple[Around, ...]:
        """Those beside it whom we can read: managed, enrolled, and without a person typing a code for it."""
        names = [name.removeprefix("on ") for name in part.checks[0].input if name.startswith("on ")]
        found = [self._reached(name) for name in names if name in self._snapshot.devices]
        return tuple(each for each in found if each is not None)

    def _reached(self, name: str) -> Around | None:
        device = self._snapshot.devices[name]
        if why_not_managed(device, self._place.settings):
            return None
        try:
            target = target_for(device, self._place.settings)
            identity = enrolled_fingerprint(target)
        except LinewrightError:
            return None  # nobody can look there; what concerns it is judged from the changed device alone
        if target.codes:
            return None
        return Around(
            device=name,
            platform=target.platform,
            host=target.host,
            port=target.port,
            identity=identity,
            jumps=jumps(target),
        )


def jumps(target: Target) -> tuple[str, ...]:
    """The jump hosts on the way to a device, "HOST:PORT", in order."""
    return tuple(jump.where for jump in target.ssh.jumps) if target.ssh is not None else ()


def site_checks(place: Workplace) -> tuple[SiteCheck, ...]:
    """The site's own checks of a change, as nornir.yaml names them.

    Raises:
        DataError: one cannot be read.
    """
    return tuple(site_check(File(place.settings.root), name) for name in place.settings.apply.checks)


def around_targets(place: Workplace, devices: Mapping[str, Device], part: DevicePlan) -> dict[str, Target]:
    """How those beside a device are reached now; one that moved since the plan, or cannot be reached, is left out."""
    found = {}
    for each in part.around:
        try:
            target = target_for(devices[each.device], place.settings)
            same = (target.host, target.port, enrolled_fingerprint(target)) == (
                each.host,
                each.port,
                each.identity,
            )
        except (LinewrightError, KeyError):
            continue
        if same:
            found[each.device] = target
    return found
