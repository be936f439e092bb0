"""Whose lines differ, in four forms: for a terminal, JSON, JUnit and Markdown. Pure; nothing here prints."""

import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from linewright.configs.origin import Noise, Origin, OriginLine
from linewright.errors import ExitCode, worst
from linewright.model.alike import alike, next_step
from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.printable import printable

#: Name and version of the JSON form; the version is raised when a key changes its meaning or goes away.
SCHEMA = "linewright.drift/1"

#: What people call each origin, and what they can do about it.
SAID: dict[Origin, str] = {
    "out of band": "out of band",
    "ours": "not yet pushed",
    "unknown": "not as intended",
}
_NEXT: dict[Origin, str] = {
    "out of band": "changed on the device by no plan: take it into NetBox, or lw plan --base running puts it back",
    "ours": "NetBox or templates changed since the last plan: lw plan pushes it",
    "unknown": "linewright never applied anything there: lw plan --base running takes over what templates own",
}
_WIDTH = 80
_SHOWN_LINES = 12
_SHOWN_NAMES = 8


class DeviceDrift(Record, frozen=True):
    """One device. `applied` is the plan code of what it was last brought to, "" for never; times are UTC.

    `problem` says why it was not compared, with the exit status `code` and the next step `hint`; `unreached` that it
    was not read.
    """

    device: str
    platform: str = ""
    seen: str = ""
    applied: str = ""
    applied_when: str = ""
    lines: tuple[OriginLine, ...] = ()
    noise: tuple[Noise, ...] = ()
    not_ours: int = 0
    volatile: int = 0
    agreed: int = 0
    note: str = ""
    problem: str = ""
    hint: str = ""
    unreached: bool = False
    code: int = 0


class Drift(Record, frozen=True):
    """All devices in scope; `snapshot` is the code of what was intended by, `marking` stands on every form."""

    devices: tuple[DeviceDrift, ...]
    snapshot: str = ""
    marking: str = ""

    @property
    def compared(self) -> tuple[DeviceDrift, ...]:
        """Devices whose running configuration was compared."""
        return tuple(device for device in self.devices if not device.problem)

    @property
    def differing(self) -> tuple[DeviceDrift, ...]:
        """Devices with lines that differ."""
        return tuple(device for device in self.devices if device.lines)

    @property
    def code(self) -> ExitCode:
        """1 for a line that differs, whoever made it; noise is none. A device that was not compared counts more."""
        codes = [ExitCode(device.code) for device in self.devices if device.problem]
        return worst([*codes, *([ExitCode.FINDING] if self.differing else [])])


def summary(drift: Drift) -> str:
    """The one sentence that a shift needs; "No drift" only of devices that were compared."""
    compared = drift.compared
    if not compared:
        return f"Not compared: {len(drift.devices)} of {_count(len(drift.devices), 'device')}."
    if not drift.differing:
        runs = "it runs" if len(compared) == 1 else "they run"
        words = f"No drift on the {_count(len(compared), 'device')} compared: {runs} {_meant(compared)}."
    else:
        by = Counter(
            origin for device in drift.differing for origin in {line.origin for line in device.lines}
        )
        parts = ", ".join(f"{by[origin]} {said}" for origin, said in SAID.items() if by[origin])
        words = f"Drift on {len(drift.differing)} of {_count(len(compared), 'device')} compared: {parts}."
    if foreign := sum(device.not_ours for device in compared):
        words += f" {_count(foreign, 'line')} in parts that no template writes."
    if missed := len(drift.devices) - len(compared):
        words += f" {_count(missed, 'device')} not compared."
    return words


def _meant(compared: tuple[DeviceDrift, ...]) -> str:
    """What devices without drift run; what was applied only where something was."""
    never = sum(not device.applied for device in compared)
    if never == len(compared):
        return "what is intended; no plan was ever applied"
    if never:
        return f"what is intended; no plan was ever applied to {never} of them"
    return "what was applied and is intended"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def text(drift: Drift, *, every: bool = False, noise: bool = False) -> tuple[str, ...]:
    """Lines for a terminal: the summary, equal differences together, then what was not compared.

    `every` shows all lines of a group instead of the first twelve, `noise` lists lines that are nobody's finding.
    """
    lines = _wrapped(summary(drift))
    for devices in groups(drift):
        lines += ["", *_wrapped(_who(devices))]
        shown = devices[0].lines if every else devices[0].lines[:_SHOWN_LINES]
        lines += [part for line in shown for part in _line(line)]
        if (more := len(devices[0].lines) - len(shown)) > 0:
            lines.append(f"  and {more} more (--all)")
    if said := [
        origin for origin in SAID if any(line.origin == origin for d in drift.devices for line in d.lines)
    ]:
        lines.append("")
        for origin in said:
            lines += _wrapped(f"{SAID[origin]:<16}{_NEXT[origin]}", rest=" " * 16)
    if noise:
        for device in (device for device in drift.devices if device.noise):
            lines += ["", *_wrapped(f"{device.device}: noise")]
            lines += [
                part
                for entry in device.noise
                for part in _wrapped(f"{entry.why:<11}{_placed(entry)}", "  ", " " * 13)
            ]
    for device in (device for device in drift.devices if device.note):
        lines += ["", *_wrapped(f"{device.device}: {device.note}")]
    return (*lines, *_not_compared(drift))


def _not_compared(drift: Drift) -> list[str]:
    """Why devices were not compared, and what to do about it."""
    lines: list[str] = []
    for group in alike({device.device: device.problem for device in drift.devices if device.problem}):
        lines += ["", *_wrapped(f"NOT COMPARED  {group.line}")]
        if len(group.devices) > 1:
            lines += _wrapped(", ".join(group.devices), "    ", "    ")
        if step := next_step(group, {device.device: device.hint for device in drift.devices}):
            lines += _wrapped(f"Next: {step}", "    ")
    return lines


def document(drift: Drift, *, noise: bool = False) -> bytes:
    """The JSON form: every key always there, keys sorted, devices in natural order, a newline at the end."""
    whole = {
        "schema": SCHEMA,
        "marking": drift.marking,
        "snapshot": drift.snapshot,
        "summary": summary(drift),
        # Nothing compared is no answer: neither drift nor none.
        "drift": bool(drift.differing) if drift.compared else None,
        "compared": len(drift.compared),
        "devices": [_device(device, noise=noise) for device in drift.devices],
    }
    return msgspec.json.format(msgspec.json.encode(whole, order="sorted"), indent=2) + b"\n"


def _device(device: DeviceDrift, *, noise: bool) -> dict[str, Any]:
    applied = {"change": device.applied, "when": device.applied_when} if device.applied else None
    found: dict[str, Any] = {
        "device": device.device,
        "platform": device.platform,
        "seen": device.seen,
        "applied": applied,
        "lines": [
            {"kind": x.kind, "origin": SAID[x.origin], "section": list(x.section), "line": x.line}
            for x in device.lines
        ],
        "noise": {"not_ours": device.not_ours, "volatile": device.volatile},
        "agreed": device.agreed,
        "note": device.note,
        "problem": device.problem,
        "hint": device.hint,
        "reached": not device.unreached,
    }
    if noise:
        found["noise_lines"] = [
            {"why": x.why, "section": list(x.section), "line": x.line} for x in device.noise
        ]
    return found


def groups(drift: Drift) -> list[list[DeviceDrift]]:
    """Devices with the same differing lines, the most frequent first."""
    groups: dict[tuple[OriginLine, ...], list[DeviceDrift]] = {}
    for device in drift.differing:
        groups.setdefault(device.lines, []).append(device)
    return sorted(groups.values(), key=lambda devices: (-len(devices), natural_key(devices[0].device)))


def _who(devices: list[DeviceDrift]) -> str:
    names = ", ".join(device.device for device in devices[:_SHOWN_NAMES])
    if (more := len(devices) - _SHOWN_NAMES) > 0:
        names += f" and {more} more"
    return f"{len(devices)} devices alike: {names}" if len(devices) > 1 else names


def _line(line: OriginLine) -> list[str]:
    """A line with its maker, "+" for one that runs and "-" for one that does not."""
    sign = "+" if line.kind == "extra" else "-"
    return _wrapped(f"{SAID[line.origin]:<16}{sign} {_placed(line)}", "  ", " " * 20)


def _placed(line: OriginLine | Noise) -> str:
    return " / ".join((*line.section, line.line)).replace("\n", " | ")


def _wrapped(line: str, first: str = "", rest: str = "    ") -> list[str]:
    return textwrap.wrap(
        printable(line), _WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False
    )


def placed_lines(device: DeviceDrift) -> Iterable[str]:
    """The differing lines of a device, one text each, as JUnit and Markdown show them."""
    for line in device.lines:
        sign = "+" if line.kind == "extra" else "-"
        yield printable(f"{sign} {_placed(line)}") + f"    ({SAID[line.origin]})"
