"""What the journal says of plans and devices: which plan is spent, which device nobody has settled. Pure but for `here`.

The words of the journal that others rely on: "job begun" {plan, code, devices, kind, of, host, user, pid, boot}, "job resumed"
{devices, attempt, host, user, pid, boot}, per device "arming" (before the first byte of a change is sent) and "device ended" {result, attempt}.
"""

from collections.abc import Iterable
from typing import Any

from linewright.errors import Refused
from linewright.journal.holder import me
from linewright.journal.journal import Entry


def here() -> dict[str, Any]:
    """This process, so that a later one can tell whether it still lives: host, pid, and the boot of the host."""
    holder = me()
    return {"host": holder.host, "user": holder.user, "pid": holder.pid, "boot": holder.boot}


def spent_by(entries: Iterable[Entry], digest: str, but: str = "") -> str:
    """The job that has written by this plan; "" when none has `but` that one. Written is what was once armed."""
    jobs: set[str] = set()
    for entry in entries:
        if entry.event == "job begun" and entry.detail.get("plan") == digest and entry.job != but:
            jobs.add(entry.job)
        elif entry.event == "arming" and entry.job in jobs:
            return entry.job
    return ""


def unsettled(entries: Iterable[Entry]) -> dict[str, str]:
    """Devices that were armed and of which nobody knows how that ended, and the job that did it."""
    found: dict[str, str] = {}
    armed: dict[str, str] = {}
    for entry in entries:
        if entry.event == "arming":
            found[entry.device] = armed[entry.device] = entry.job
        elif entry.event == "device ended" and armed.get(entry.device) == entry.job:
            if entry.detail.get("result") == "unknown":
                found[entry.device] = entry.job  # what was known is not known any more
            else:
                found.pop(entry.device, None)
        elif entry.event == "job ended":
            # What ended before each device had a record of its own.
            results = entry.detail.get("results")
            for device, result in (results if isinstance(results, dict) else {}).items():
                if result != "unknown" and found.get(device) == entry.job:
                    del found[device]
    return found


def refuse_spent(entries: Iterable[Entry], digest: str, code: str, *, but: str = "") -> None:
    """A plan is used once; the job `but` alone may go on with it.

    Raises:
        Refused: a job has written by it already.
    """
    if job := spent_by(entries, digest, but):
        raise Refused(
            f"plan {code} is spent: job {job} has carried it out, or begun to",
            hint=f"lw status {job} says how it stands and what comes next",
        )


def refuse_open(entries: Iterable[Entry], devices: Iterable[str]) -> None:
    """Nothing is sent to a device of which nobody knows what became of the last change.

    Raises:
        Refused: one of these is such a device.
    """
    found = unsettled(entries)
    for device in devices:
        if job := found.get(device):
            raise Refused(
                f"{device}: nobody knows what became of job {job} there",
                hint=f"settle that first: lw resume {job}",
            )


def refuse_gone_on(entries: Iterable[Entry], job: str, attempt: int) -> None:
    """An attempt is begun by one process: who comes second has looked at the job as it no longer is.

    Raises:
        Refused: the job has come to this attempt already.
    """
    for entry in entries:
        if entry.job != job or entry.event not in ("job begun", "job resumed", "arming"):
            continue
        if attempt == 1 or (entry.detail.get("attempt") or 1) >= attempt:
            raise Refused(
                f"somebody else has gone on with job {job} already",
                hint=f"see how it stands: lw status {job}",
            )
