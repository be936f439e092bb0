"""A verification as people read it and as programs do. Nothing here prints."""

import textwrap
from typing import Any

import msgspec

from linewright.checks.verification import Tally, Verification
from linewright.model.alike import alike, next_step
from linewright.model.observation import Finding
from linewright.model.printable import printable

#: Name and version of the JSON form; the version is raised when a key changes its meaning or goes away.
SCHEMA = "linewright.verification/1"

_SHOWN_LINES = 12
_CABLES = {
    "confirmed": "confirmed",
    "mismatch": "wrong",
    "not seen": "not seen",
    "cannot be seen": "cannot be seen",
    "not assessed": "not assessed",
}


def summary(verification: Verification) -> str:
    """The one sentence that a shift needs when nothing is wrong."""
    parts = [_share("Configs", verification.configs, "as intended", "not compared")]
    parts.append(_share("BGP", verification.bgp, "up", "not assessed"))
    parts.append(_share("OSPF", verification.ospf, "up", "not assessed"))
    counts = [
        f"{verification.cables[state]} {word}"
        for state, word in _CABLES.items()
        if state in verification.cables
    ]
    parts.append(f"Cables {', '.join(counts)}." if counts else "")
    return " ".join(part for part in parts if part) or "Nothing to verify."


def text(verification: Verification, *, width: int = 80, notes: bool = False) -> tuple[str, ...]:
    """Lines for a terminal: the summary, then each cause with its consequences beneath it.

    Devices that were not reached for the same reason are one paragraph. No line is longer than `width`. `notes` adds the remarks that are no fault.
    """
    lines = _wrapped(summary(verification), "", "", width)
    unreached = {cause.device: cause for cause in verification.causes if cause.kind == "reach"}
    for group in alike({device: cause.message for device, cause in unreached.items()}):
        lines += ["", *_wrapped(group.line, "", "    ", width)]
        if len(group.devices) > 1:
            lines += _wrapped(", ".join(group.devices), "    ", "    ", width)
        if step := next_step(group, {device: cause.hint for device, cause in unreached.items()}):
            lines += _wrapped(step, "    Next: ", "    ", width)
        for consequence in (
            f for device in group.devices for f in verification.consequences(unreached[device].key)
        ):
            lines += _wrapped(consequence.message, "  so: ", "      ", width)
    for cause in (cause for cause in verification.causes if cause.kind != "reach"):
        lines += ["", *_wrapped(cause.message, "", "    ", width), *_evidence(cause, width)]
        for consequence in verification.consequences(cause.key):
            lines += _wrapped(consequence.message, "  so: ", "      ", width)
    if notes and verification.notes:
        lines.append("")
        for note in verification.notes:
            lines += _wrapped(note, "note: ", "      ", width)
    return tuple(lines)


def document(verification: Verification) -> bytes:
    """The JSON form: every key always there, sorted, ending with a newline; equal verifications give equal bytes."""
    whole = {
        "schema": SCHEMA,
        "snapshot": verification.snapshot,
        "seen": verification.seen,
        "as_intended": not verification.findings,
        "summary": summary(verification),
        "configs": _tally(verification.configs),
        "bgp": _tally(verification.bgp),
        "ospf": _tally(verification.ospf),
        "cables": {state: verification.cables.get(state, 0) for state in _CABLES},
        "causes": [
            {**_finding(cause), "consequences": [_finding(f) for f in verification.consequences(cause.key)]}
            for cause in verification.causes
        ],
        "notes": list(verification.notes),
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"


def _share(what: str, tally: Tally, good: str, rest: str) -> str:
    if not tally.expected:
        return f"{what} {tally.not_assessed} {rest}." if tally.not_assessed else ""
    more = f" ({tally.not_assessed} {rest})" if tally.not_assessed else ""
    return f"{what} {tally.good}/{tally.expected} {good}{more}."


def _evidence(finding: Finding, width: int) -> list[str]:
    """What was wanted and what was found, where the message does not say it already."""
    if finding.kind == "config":
        first, second = "missing", "extra"
    elif finding.kind == "cable" and "\n" in f"{finding.wanted}\n{finding.found}" and finding.wanted:
        first, second = "should be", "seen"
    else:
        return []
    lines = [
        *((first, line) for line in finding.wanted.splitlines()),
        *((second, line) for line in finding.found.splitlines()),
    ]
    shown = [
        part
        for label, line in lines[:_SHOWN_LINES]
        for part in _wrapped(line, f"    {label:<9} ", " " * 14, width)
    ]
    if (more := len(lines) - _SHOWN_LINES) > 0:
        shown.append(f"    and {more} more")
    return shown


def _wrapped(line: str, first: str, rest: str, width: int) -> list[str]:
    return textwrap.wrap(
        printable(line), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def _tally(tally: Tally) -> dict[str, int]:
    return {"good": tally.good, "expected": tally.expected, "not_assessed": tally.not_assessed}


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in Finding.__struct_fields__ if name != "because"}
