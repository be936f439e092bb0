"""Markdown for merge requests and tickets: the verdict first, then equal differences folded together.

Everything that comes from devices or NetBox is escaped (CommonMark 2.4, 4.5, 6.1): nothing of it becomes markup.
"""

import html
import re

from linewright.model.alike import alike
from linewright.model.printable import printable
from linewright.reports.drift import SAID, Drift, groups, placed_lines, summary

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#!|~&@]|:(?=//)|(?<=www)\.)")
_FOLDED = 3
_SHOWN_NAMES = 40


def drift_document(drift: Drift) -> str:
    """The drift of a network; ends with a newline. Same drift, same text."""
    marking = f"**{escaped(drift.marking)}**\n\n" if drift.marking else ""
    parts = [f"{marking}**{escaped(summary(drift))}**"]
    if alone := [device for device in drift.devices if device.lines]:
        rows = [
            f"| {escaped(device.device)} | "
            + " | ".join(str(sum(line.origin == origin for line in device.lines) or "") for origin in SAID)
            + f" | {escaped(device.applied or 'never')} |"
            for device in alone
        ]
        head = f"| device | {' | '.join(SAID.values())} | last applied |"
        parts.append("\n".join((head, f"|---|{'---|' * (len(SAID) + 1)}", *rows)))
    for devices in groups(drift):
        names = ", ".join(html.escape(printable(device.device)) for device in devices[:_SHOWN_NAMES])
        names += f" and {len(devices) - _SHOWN_NAMES} more" if len(devices) > _SHOWN_NAMES else ""
        title = f"{len(devices)} devices alike: {names}" if len(devices) > 1 else names
        lines = list(placed_lines(devices[0]))
        parts.append(
            f"<details><summary>{title}: {len(lines)} line{'s' * (len(lines) != 1)}</summary>\n\n{fenced(lines)}\n\n</details>"
        )
    missed = {device.device: device.problem for device in drift.devices if device.problem}
    parts += [
        f"Not compared: {escaped(group.line)}"
        + (f" ({', '.join(map(escaped, group.devices))})" if len(group.devices) > 1 else "")
        for group in alike(missed)
    ]
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """A text that shows as itself."""
    return _MARKUP.sub(r"\\\1", printable(text))


def fenced(lines: list[str]) -> str:
    """Lines as a block of code with a fence that none of them can end."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(_FOLDED, longest + 1)
    return "\n".join((f"{fence}diff", *map(printable, lines), fence))
