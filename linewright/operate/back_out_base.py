"""What the next change starts from, on a device that was taken back."""

import time

import msgspec

from linewright.change.dispatch import Outcome, Watcher
from linewright.change.run import Announce, Stage
from linewright.errors import LinewrightError
from linewright.journal.state import Applied
from linewright.model.observation import now_text
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan
from linewright.plan.undo import base_without
from linewright.platforms import rules


class Rebase:
    """Puts back, of each device that was taken back, what the next change starts from; then tells.

    A network that is back is worth more than a note of it: what cannot be written is told, and the job goes on.
    """

    def __init__(self, place: Workplace, done: ChangePlan, announce: Announce, watch: Watcher) -> None:
        """`done` is the plan that is taken back."""
        self._place = place
        self._done = done
        self._announce = announce
        self._watch = watch

    def __call__(self, stage: Stage, outcomes: tuple[Outcome, ...]) -> None:
        """One stage of the job."""
        for outcome in outcomes:
            if stage == "device" and outcome.result in ("confirmed", "not saved"):
                self._note(outcome.device)
        self._announce(stage, outcomes)

    def _note(self, device: str) -> None:
        try:
            base = self._base(device)
            if base is not None:
                self._place.state.note_applied(base)
                return
            why = "it cannot be told what the templates had said before"
        except LinewrightError as error:
            why = error.message
        self._watch(device, f"the next plan needs --base running here: {why}")

    def _base(self, device: str) -> Applied | None:
        applied = self._place.state.applied(device)
        if applied is None:
            return None
        part = self._done.device(device)
        before = base_without(part, applied.intended, rules(part.platform))
        if before is None:
            return None
        return msgspec.structs.replace(
            applied, intended=before, change=self._done.code, when=now_text(time.time())
        )
