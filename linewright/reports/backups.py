"""What is kept of which device, as people read it. Nothing here prints."""

from datetime import datetime
from typing import Any

import msgspec

from linewright.errors import ExitCode
from linewright.model.objects import Record
from linewright.model.printable import printable

SCHEMA = "linewright.backups/1"
_SHOWN = 12


class Line(Record, frozen=True):
    """One device: since `when` it runs this, and when that was last `checked` (UTC).

    `cannot` names keys of today's settings that do not open it; `known` is whether the newest snapshot has the device.
    """

    device: str
    when: str = ""
    checked: str = ""
    recipients: int = 0
    cannot: tuple[str, ...] = ()
    problem: str = ""
    known: bool = True


class Listed(Record, frozen=True):
    """All of them, and what is wrong with the settings. `opened`: each was opened with a key and compared."""

    lines: tuple[Line, ...]
    now: str
    settings: str = ""
    opened: bool = False

    @property
    def code(self) -> ExitCode:
        """1 when a backup is missing, damaged, cannot be opened, or not by everybody who should."""
        wrong = self.settings or any(line.problem or line.cannot for line in self.lines)
        return ExitCode.FINDING if wrong else ExitCode.DONE


def text(listed: Listed) -> tuple[str, ...]:
    """A line per device, then what is wrong."""
    kept = [line for line in listed.lines if line.when]
    wide = max((len(printable(line.device)) for line in listed.lines), default=6)
    lines = (
        [f"{'device':<{max(6, wide)}}  {'this since':<20}  {'seen so':<9}  keys  state"]
        if listed.lines
        else []
    )
    for line in listed.lines:
        state = line.problem or (
            f"{len(line.cannot)} of today's keys cannot open it" if line.cannot else _fine(listed, line)
        )
        lines.append(
            f"{printable(line.device):<{max(6, wide)}}  {line.when or '-':<20}  "
            f"{_ago(line.checked, listed.now):<9}  {line.recipients or '-'!s:>4}  {printable(state)}"
        )
    missing = sum(1 for line in listed.lines if not line.when)
    bad = sum(1 for line in kept if line.problem)
    short = sum(1 for line in kept if line.cannot)
    said = [f"{len(kept)} backups"]
    said += [f"{missing} missing"] * bool(missing) + [f"{bad} of no use"] * bool(bad)
    said += [f"{short} not for everybody who should open them (run lw backup)"] * bool(short)
    lines += ["", ", ".join(said) + (", each opened and compared with its view." if listed.opened else ".")]
    for key in list(dict.fromkeys(key for line in kept for key in line.cannot))[:_SHOWN]:
        count = sum(key in line.cannot for line in kept)
        lines.append(f"  {count} cannot be opened by {printable(key)}")
    if listed.settings:
        lines.append(f"No new backup is possible: {printable(listed.settings)}")
    return tuple(lines)


def document(listed: Listed) -> bytes:
    """The same for machines; every key always there."""
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "now": listed.now,
        "settings": listed.settings,
        "opened": listed.opened,
        "backups": [{name: getattr(line, name) for name in Line.__struct_fields__} for line in listed.lines],
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"


def _fine(listed: Listed, line: Line) -> str:
    return ("opens" if listed.opened else "whole") + ("" if line.known else ", no longer in NetBox")


def _ago(then: str, now: str) -> str:
    """How long ago, "3 h"; "-" for never."""
    if not then:
        return "-"
    seconds = (datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds()
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return "now"
