"""What the next change starts from: kept when a job begins, put back on each device that is taken back."""

import time

import msgspec

from linewright.change.bench import Remember
from linewright.change.dispatch import Watcher
from linewright.errors import DataError, LinewrightError
from linewright.journal.state import Applied
from linewright.model.observation import now_text
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.undo import base_without
from linewright.platforms import rules


def keep_bases(place: Workplace, job: str, plan: ChangePlan) -> None:
    """Keep what the devices of a plan had last been brought to, before the job changes that.

    Raises:
        FacilityError: it cannot be written.
        DataError: what is noted of a device cannot be read.
    """
    bases = {part.device: place.state.applied(part.device) for part in plan.devices}
    place.state.job(job).keep_bases(msgspec.json.encode(bases, order="sorted"))


def rebasing(place: Workplace, job: str, plan: ChangePlan, watch: Watcher) -> Remember:
    """Puts back, the moment a device is known to be back, what its next change starts from.

    A network that is back is worth more than a note of it: what cannot be told or written is told, and the job goes on.

    Args:
        place: the site.
        job: the job that is taken back.
        plan: its plan.
        watch: told where the base could not be put back.
    """
    bases = Bases(place, job, plan)

    def remember(back: DevicePlan) -> None:
        try:
            if (base := bases.of(back.device)) is not None:
                place.state.note_applied(base)
                return
            why = "nobody knows what the templates had said before"
        except LinewrightError as error:
            why = error.message
        watch(back.device, f"its next plan needs --base running: {why}")

    return remember


class Bases:
    """What each device of a job had last been brought to before it."""

    def __init__(self, place: Workplace, job: str, plan: ChangePlan) -> None:
        self._place = place
        self._plan = plan
        self._former = _kept(place, job)

    def of(self, device: str) -> Applied | None:
        """That of one device; None where nobody can tell.

        Raises:
            DataError: what is noted of it cannot be read.
        """
        return _base(self._place, self._plan, self._plan.device(device), self._former.get(device))

    def intended(self, device: str, otherwise: str) -> str:
        """What the templates had said of it; `otherwise` where nobody can tell."""
        try:
            base = self.of(device)
        except LinewrightError:
            return otherwise
        return otherwise if base is None else base.intended


def _base(place: Workplace, plan: ChangePlan, part: DevicePlan, former: Applied | None) -> Applied | None:
    applied = place.state.applied(part.device)
    if former is not None and (applied is None or applied.change == plan.code):
        return former
    if applied is None:
        return None
    # Another job was here since, or the former one was not kept: what that one said, without our change.
    before = base_without(part, applied.intended, rules(part.platform))
    if before is None:
        return None
    return msgspec.structs.replace(applied, intended=before, when=now_text(time.time()))


def _kept(place: Workplace, job: str) -> dict[str, Applied | None]:
    """What was kept when the job began; nothing where that is gone or damaged, it can be worked out."""
    try:
        data = place.state.job(job).bases()
        return msgspec.json.decode(data, type=dict[str, Applied | None]) if data else {}
    except (DataError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
