"""A job tells whoever started it, and writes the same down for who joins it later (`lw status --follow`)."""

from collections.abc import Sequence

from linewright.change.dispatch import Outcome, Watcher
from linewright.change.run import Announce, JobResult, Kind, Stage
from linewright.journal.jobs import JobFolder
from linewright.journal.progress import Progress
from linewright.plan.changeplan import ChangePlan


class Progressing:
    """What a job tells, passed on and written down.

    Args:
        folder: the job's.
        plan: its plan.
        announce: told of the stages of the whole job.
        watch: told of those of each device.
        kind: what it is for.
        only: the devices it goes on with; all of the plan's when left out.
    """

    def __init__(
        self,
        folder: JobFolder,
        plan: ChangePlan,
        announce: Announce,
        watch: Watcher,
        *,
        kind: Kind = "apply",
        only: Sequence[str] | None = None,
    ) -> None:
        self._progress = Progress(folder)
        self._announce = announce
        self._watch = watch
        self._batch = 0
        names = [part.device for part in plan.devices if only is None or part.device in only]
        self._batches = sum(any(name in batch for name in names) for batch in plan.batches)
        self._progress.tell("begun", names, plan.code, kind)

    def announce(self, stage: Stage, outcomes: tuple[Outcome, ...]) -> None:
        """One stage of the whole job."""
        names = [outcome.device for outcome in outcomes]
        if stage == "checked":
            self._progress.tell("checked", names, as_found(outcomes))
        elif stage == "batch":
            self._batch += 1
            self._progress.tell("batch", names, f"{self._batch} of {self._batches}")
        elif stage == "device":
            for outcome in outcomes:
                self._progress.tell("device", [outcome.device], outcome.message, outcome.result)
        self._announce(stage, outcomes)

    def watch(self, device: str, stage: str) -> None:
        """One stage of one device."""
        self._progress.tell("stage", [device], stage)
        self._watch(device, stage)

    def ended(self, result: JobResult) -> JobResult:
        """The last words; the result, as it was given."""
        for one in result.outcomes:
            if one.result != "confirmed":
                self._progress.tell(
                    "last", [one.device], one.message, one.result, armed=one.armed, next_step=one.hint
                )
        self._progress.tell("ended", result.untouched, result.stopped, result.code.name)
        return result


def as_found(outcomes: Sequence[Outcome]) -> str:
    """How many devices were read, and are as the plan found them; for people."""
    good = sum(outcome.result == "unchanged" for outcome in outcomes)
    return f"{good} of {len(outcomes)} devices as the plan found them"
