"""What a report of the router's script means, as the errors that every adapter here raises. Pure."""

from linewright.devices.frr import lines
from linewright.devices.frr.answers import Report
from linewright.devices.outcome import CommitRefused, CommitUnknown, NotRestored, NotSaved

_REFUSALS = {
    "busy": "another job is at work on this router",
    "pending": "another change waits for its confirmation there: {note}",
    "moved": "its running configuration is not the expected one any more",
    "candidate": "the candidate on it is not the one that was sent",
    "silent": "{note}",
    "none": "there is no such change on it {note}",
    "expired": "the time to confirm is over",
    "fenced": "another job has taken this router over meanwhile (its number there is {note})",
}
_STOPS = {
    "line": "FRR refused {line}: {words}",
    "slow": "applying took too long",
    "expired": "the time to confirm was over before the last line was applied",
    "silent": "after the last line: {note}",
}


def judge(report: Report, router: str, text: str = "") -> None:
    """Return when a report is good. `text` is the candidate that its words may quote; its secrets are masked.

    Raises:
        CommitRefused: nothing was written, or what was written was taken back (`written`).
        NotRestored, NotSaved, CommitUnknown: as outcome.py says.
    """
    if report.outcome in ("applied", "saved", "confirmed", "clean"):
        return
    said = {
        "note": report.note,
        "words": " ".join(lines.masked(report.words, text).split()) or "no reason given",
        "line": _shown(text, report.note),
    }
    if report.outcome == "refused":
        reason = _REFUSALS.get(report.reason, report.reason).format(**said).strip()
        raise CommitRefused(f"{router}: refused, nothing was written: {reason}", reason=report.reason)
    remark = f" ({report.remark})" if report.remark else ""
    stopped = _STOPS.get(report.reason, report.reason).format(**said).strip()
    if report.outcome == "restored":
        raise CommitRefused(
            f"{router}: {stopped}. Everything was taken back{remark}", reason=report.reason, written=True
        )
    if report.outcome == "failed":
        raise NotRestored(f"{router}: the change was stopped and could not be taken back: {report.note}")
    if report.outcome == "not-saved":
        raise NotSaved(f"{router}: the change runs, but it is not saved: {report.note}")
    raise CommitUnknown(f"{router}: {report.note or report.outcome}")


def _shown(text: str, number: str) -> str:
    rows = text.splitlines()
    place = int(number) if number.isdigit() else 0
    if not 0 < place <= len(rows):
        return "the configuration"
    return f"line {place}: {lines.masked(rows[place - 1].strip(), text)!r}"
