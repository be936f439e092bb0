"""The method of procedure of a plan, before the change and filled after it, as a file."""

from collections.abc import Iterable
from pathlib import Path

from linewright.documents.procedure.as_docx import as_docx
from linewright.documents.procedure.as_pdf import as_pdf
from linewright.documents.procedure.blocks import Procedure
from linewright.documents.procedure.content import People, procedure
from linewright.documents.procedure.done import Agreed, DeviceDone, Done
from linewright.errors import Refused, UsageError
from linewright.files import write_whole
from linewright.journal.journal import Entry
from linewright.model.printable import printable
from linewright.operate.back_out_job import plan_of
from linewright.operate.jobs import BACK, Job, find, jobs_of
from linewright.operate.resuming import opened_journal
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan

_WRITERS = {".pdf": as_pdf, ".docx": as_docx}
#: What the record of a device says that was not planned, in words; the detail that says why.
_DEVIATIONS = {
    "checks failed": "a check failed",
    "connection lost": "no answer to the commit",
    "not as planned": "not as planned after the commit",
    "rolling back": "taken back",
    "partly back": "taken back in part",
    "confirmed, not saved": "confirmed, and not saved",
    "doubtful after confirmation": "in doubt after the confirmation",
    "foreign": "lines of others",
    "unknown": "outcome unknown",
    "split": "confirmed on one end of a set, taken back on the other",
}
_WHOLE_JOB = {"breach": "more devices failed than may", "job resumed": "gone on with after an interruption"}
_SHOWN = 300


def write_procedure(path: Path, made: Procedure) -> None:
    """Write a procedure; the file's ending says how: .pdf or .docx.

    Raises:
        UsageError: another ending.
        FacilityError: the library of that format is not installed, or the file cannot be written.
    """
    if (writer := _WRITERS.get(path.suffix.lower())) is None:
        raise UsageError(
            f"{path}: a method of procedure is a .pdf or a .docx", hint="--mop change.pdf, --mop change.docx"
        )
    write_whole(path, writer(made), mode=0o600)


def of_plan(plan: ChangePlan, people: People) -> Procedure:
    """The procedure of a plan that is still to be carried out."""
    return procedure(plan, people)


def of_job(place: Workplace, name: str, people: People) -> Procedure:
    """The procedure of a job's plan, filled with what the journal says was done.

    Raises:
        DataError: there is no such job.
        Refused: it takes another job back; or its plan is not kept here.
    """
    with opened_journal(place) as journal:
        entries = tuple(journal.entries())
    job = find(jobs_of(entries), name)
    if job.kind != "apply":
        raise Refused(
            f"job {job.name} took {job.of} back: it has no procedure of its own",
            hint=f"lw status {job.of} --mop FILE",
        )
    return procedure(plan_of(place, job), people, done(job, entries))


def done(job: Job, entries: Iterable[Entry]) -> Done:
    """What became of a job, by the journal."""
    mine = [entry for entry in entries if entry.job == job.name]
    taken_back = [other.name for other in jobs_of(entries) if other.of == job.name]
    whole = [f"{_WHOLE_JOB[entry.event]}{_why(entry)}" for entry in mine if entry.event in _WHOLE_JOB]
    devices = tuple(_device(one.device, one.told if one.armed else one.result, mine) for one in job.devices)
    told = [
        f"{entry.device}: {_DEVIATIONS[entry.event]}{_why(entry)}"
        for entry in mine
        if entry.event in _DEVIATIONS and entry.device
    ]
    untouched = [one.device for one in job.devices if not one.armed and one.result in ("", *BACK)]
    if untouched and len(untouched) < len(job.devices):
        told.append(f"not begun: {', '.join(untouched)}")
    if job.stopped:
        told.append(f"stopped: {job.stopped}")
    told += [f"taken back afterwards by job {other}" for other in taken_back]
    return Done(
        job=job.name,
        by=job.process.user or "not known",
        begun=job.when,
        ended=job.over if job.ended else "",
        devices=devices,
        agreed=tuple(_agreed(mine)),
        deviations=tuple(dict.fromkeys((*whole, *told))),
    )


def _device(name: str, result: str, entries: Iterable[Entry]) -> DeviceDone:
    mine = [entry for entry in entries if entry.device == name]
    begun = next((entry.time for entry in mine if entry.event == "arming"), "")
    ended = next((entry.time for entry in reversed(mine) if entry.event == "device ended"), "")
    notes = tuple(_note(entry) for entry in mine if entry.event == "hold answered")
    return DeviceDone(
        device=name,
        result=result or ("not begun" if not begun else "open"),
        begun=begun,
        ended=ended if begun else "",
        notes=notes,
    )


def _note(entry: Entry) -> str:
    told = [_text(entry.detail.get(key)) for key in ("answer", "note", "by")]
    return ", ".join(each for each in told if each)


def _agreed(entries: Iterable[Entry]) -> Iterable[Agreed]:
    for entry in entries:
        given = entry.detail.get("agreed") if entry.event in ("agreed", "countersigned") else None
        for one in given if isinstance(given, list) else ():
            if isinstance(one, dict):
                yield Agreed(
                    person=_text(one.get("person")),
                    role=_text(one.get("role")),
                    decision=_text(one.get("decision")),
                    how=_text(one.get("how")),
                    when=_text(one.get("when")),
                )


def _why(entry: Entry) -> str:
    faults = entry.detail.get("faults")
    why = "; ".join(map(_text, faults)) if isinstance(faults, list) else _text(entry.detail.get("why"))
    return f": {printable(why)[:_SHOWN]}" if why else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
