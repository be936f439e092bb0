"""A job tells whoever started it, and writes the same down for who joins it later (`lw status --follow`)."""

from linewright.change.dispatch import Outcome, Watcher
from linewright.change.run import Announce, JobResult, Stage
from linewright.journal.jobs import JobFolder
from linewright.journal.progress import Progress
from linewright.plan.changeplan import ChangePlan


class Progressing:
    """What a job tells, passed on and written down."""

    def __init__(self, folder: JobFolder, plan: ChangePlan, announce: Announce, watch: Watcher) -> None:
        self._progress = Progress(folder)
        self._announce = announce
        self._watch = watch
        self._batch = 0
        self._batches = len(plan.batches)
        self._progress.tell("begun", [part.device for part in plan.devices], plan.code)

    def announce(self, stage: Stage, outcomes: tuple[Outcome, ...]) -> None:
        """One stage of the whole job."""
        names = [outcome.device for outcome in outcomes]
        if stage == "checked":
            good = sum(outcome.result == "unchanged" for outcome in outcomes)
            self._progress.tell("checked", names, f"{good} of {len(outcomes)} as the plan found them")
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
        """The last word; the result, as it was given."""
        found: dict[str, int] = {}
        for outcome in result.outcomes:
            found[outcome.result] = found.get(outcome.result, 0) + 1
        counts = [f"{number} {word}" for word, number in found.items()]
        counts += [f"{len(result.untouched)} not touched"] * bool(result.untouched)
        self._progress.tell("ended", result.untouched, ", ".join(counts), result.code.name)
        return result
