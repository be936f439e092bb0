"""Lines of running configurations that are not as intended, and which of them belong together.

A config line has a section (the heads above it, joined by " / ", "" at the top) and is missing (intended, not
running) or extra (running, not intended) in a part of the configuration that our templates own.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.observation import Finding

_PROCESS = ("router bgp ", "router ospf")


class ConfigLine(Record, frozen=True):
    """One line that differs."""

    kind: Literal["missing", "extra"]
    section: str
    line: str

    @property
    def words(self) -> frozenset[str]:
        """The words of the line."""
        return frozenset(self.line.split())

    @property
    def heads(self) -> tuple[str, ...]:
        """The section's heads, outermost first."""
        return tuple(self.section.split(" / ")) if self.section else ()


class ConfigCause(Record, frozen=True):
    """Lines of one device about one thing: a neighbour, an interface, a section, or a kind of top-level lines."""

    device: str
    subject: str
    lines: tuple[ConfigLine, ...]

    @property
    def key(self) -> str:
        """The finding's key."""
        return f"config/{self.device}/{self.subject}"

    @property
    def finding(self) -> Finding:
        """The cause as a finding; every line is named with its section in `wanted` and `found`."""
        return Finding(
            key=self.key,
            kind="config",
            device=self.device,
            subject=self.subject,
            message=self._message(),
            wanted="\n".join(_placed(line) for line in self.lines if line.kind == "missing"),
            found="\n".join(_placed(line) for line in self.lines if line.kind == "extra"),
        )

    def _message(self) -> str:
        missing = [line for line in self.lines if line.kind == "missing"]
        extra = [line for line in self.lines if line.kind == "extra"]
        if missing and extra:
            what = f"{len(missing)} missing and {len(extra)} extra lines"
        elif len(self.lines) == 1:
            what = f"{self.lines[0].kind} line"
        else:
            what = f"{len(self.lines)} {self.lines[0].kind} lines"
        (*sections,) = dict.fromkeys(line.section for line in self.lines)
        place = f' in "{sections[0]}"' if len(sections) == 1 and sections[0] else ""
        return f"config of {self.device}: {what}{place}"


def config_causes(drift: Mapping[str, Iterable[ConfigLine]]) -> tuple[ConfigCause, ...]:
    """All differing lines, grouped by device and by what they are about, in natural order."""
    groups: dict[tuple[str, str], list[ConfigLine]] = {}
    for device in sorted(drift, key=natural_key):
        lines = tuple(drift[device])
        heads = {line.line for line in lines if not line.section}
        for line in lines:
            groups.setdefault((device, _subject(line, heads)), []).append(line)
    return tuple(
        ConfigCause(device=device, subject=subject, lines=tuple(lines))
        for (device, subject), lines in groups.items()
    )


def _subject(line: ConfigLine, differing_heads: set[str]) -> str:
    """What a line is about: lines with the same subject are one cause.

    A section that is missing or extra as a whole is one cause; in a routing process every neighbour is its own.
    """
    head = line.heads[0] if line.section else line.line
    if head in differing_heads and (line.section or head.startswith(("interface ", *_PROCESS))):
        return head
    if not line.section:
        return " ".join(line.line.removeprefix("no ").split()[:3])
    words = line.line.removeprefix("no ").split()
    if head.startswith(_PROCESS) and words[:1] == ["neighbor"] and len(words) > 1:
        return f"{head} / neighbor {words[1]}"
    return head


def _placed(line: ConfigLine) -> str:
    return f"{line.section} / {line.line}" if line.section else line.line
