"""What was collected from devices, as people read it. Nothing here prints."""

import textwrap
from collections.abc import Iterable

from linewright.errors import ExitCode, worst
from linewright.model.alike import alike, next_step
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.model.printable import printable

#: Name and version of the JSON form; the version is raised when a key changes its meaning or goes away.
SCHEMA = "linewright.collected/1"

_WIDTH = 80
_LONGEST_NAME = 20
_SHOWN = 6
_WORDS = {ExitCode.NOT_REACHED: "NOT REACHED", ExitCode.REFUSED: "REFUSED"}


class Seen(Record, frozen=True):
    """One device in a few figures; -1 for what was not to be had. `uptime` in seconds.

    `error` says why it was not read, `error_hint` what to do next, `error_code` what it means for the exit status.
    """

    device: str
    platform: str
    error: str = ""
    error_hint: str = ""
    error_code: ExitCode = ExitCode.DONE
    version: str = ""
    lines: int = -1
    ports: int = -1
    ports_up: int = -1
    neighbors: int = -1
    bgp: int = -1
    bgp_up: int = -1
    ospf: int = -1
    arp: int = -1
    routes: int = -1
    uptime: int = -1
    missing: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance


class Collected(Record, frozen=True):
    """What came of it. `seconds` is how long it took, `ended` when it was over (UTC); `folder` where files lie, "" for none."""

    devices: dict[str, Seen]
    seconds: float
    ended: str
    folder: str = ""

    @property
    def unreached(self) -> dict[str, str]:
        """Why, by device."""
        return {name: seen.error for name, seen in self.devices.items() if seen.error}

    @property
    def code(self) -> ExitCode:
        """The exit status of a command that collected this."""
        return worst([seen.error_code for seen in self.devices.values() if seen.error])


def text(collected: Collected) -> tuple[str, ...]:
    """One line per device that answered, then what they did not give, then who did not answer and why."""
    devices_by_name = collected.devices
    devices = devices_by_name.values()
    answered = [seen for seen in devices if not seen.error]
    lines: list[str] = []
    if answered:
        wide = min(_LONGEST_NAME, max(6, *(len(printable(seen.device)) for seen in answered)))
        lines.append(
            _row(
                (
                    "device",
                    "platform",
                    "lines",
                    "ports up",
                    "lldp",
                    "bgp up",
                    "ospf",
                    "arp",
                    "routes",
                    "up for",
                ),
                wide,
            )
        )
        lines += [_line(seen, wide) for seen in answered]
    lines += _missing(answered)
    for group in alike(collected.unreached):
        word = _WORDS.get(devices_by_name[group.devices[0]].error_code, "NOT READ")
        lines += ["", *_wrapped(f"{word}  {group.line}")]
        if len(group.devices) > 1:
            lines += _wrapped(", ".join(group.devices), "    ")
        if step := next_step(group, {name: seen.error_hint for name, seen in devices_by_name.items()}):
            lines += _wrapped(f"Next: {step}", "    ")
    where = f" Written to {collected.folder}." if collected.folder and answered else ""
    lines += [
        "",
        f"{len(answered)} of {len(collected.devices)} devices read in {collected.seconds:.0f} s.{where}",
    ]
    return tuple(lines)


def summary(seen: Observation) -> Seen:
    """An observation in a few figures."""
    ports, bgp = seen.ports, seen.bgp
    return Seen(
        device=seen.device,
        platform=seen.platform,
        error=seen.error,
        error_hint=seen.error_hint,
        error_code=seen.failure,
        version=seen.facts.os_version if seen.facts else "",
        uptime=seen.facts.uptime if seen.facts else -1,
        lines=-1 if seen.running is None else seen.running.count("\n"),
        ports=_count(ports),
        ports_up=-1 if ports is None else sum(port.up for port in ports),
        neighbors=_count(seen.neighbors),
        bgp=_count(bgp),
        bgp_up=-1 if bgp is None else sum(session.state == "up" for session in bgp),
        ospf=_count(seen.ospf),
        arp=_count(seen.arp),
        routes=_count(seen.routes),
        missing=seen.missing,
    )


def _line(seen: Seen, wide: int) -> str:
    cells = (
        seen.device, seen.platform, _figure(seen.lines), _share(seen.ports_up, seen.ports), _figure(seen.neighbors),
        _share(seen.bgp_up, seen.bgp), _figure(seen.ospf), _figure(seen.arp), _figure(seen.routes), _time(seen.uptime),
    )  # fmt: skip
    return _row(cells, wide)


def _row(cells: Iterable[str], wide: int) -> str:
    device, platform, *figures = map(printable, cells)
    widths = (6, 8, 4, 6, 4, 5, 6, 6)
    shown = " ".join(figure.rjust(width) for figure, width in zip(figures, widths, strict=True))
    return f"{device:<{wide}} {platform:<8} {shown}"


def _missing(answered: list[Seen]) -> list[str]:
    """What devices did not give, equal reasons together."""
    lines: list[str] = []
    facets = dict.fromkeys(facet for seen in answered for facet in seen.missing)
    for facet in facets:
        reasons = {
            seen.device: seen.missing[facet].removeprefix(f"{seen.device}: ")
            for seen in answered
            if facet in seen.missing
        }
        for group in alike(reasons):
            names = ", ".join(group.devices[:_SHOWN]) + (
                f" and {len(group.devices) - _SHOWN} more" if len(group.devices) > _SHOWN else ""
            )
            lines += _wrapped(f"no {facet} from {names}: {group.message}")
    return ["", *lines] if lines else []


def _wrapped(line: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        printable(line),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent or "    ",
        break_on_hyphens=False,
    )


def _figure(number: int) -> str:
    return "-" if number < 0 else str(number)


def _share(good: int, of: int) -> str:
    return "-" if of < 0 else f"{good}/{of}"


def _time(seconds: int) -> str:
    if seconds < 0:
        return "-"
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _count(rows: tuple[object, ...] | None) -> int:
    return -1 if rows is None else len(rows)
