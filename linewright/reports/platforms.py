"""What linewright can do on which platform, and what it may send there. Nothing here prints."""

import textwrap
from collections.abc import Sequence
from typing import Any

from linewright.model.printable import printable
from linewright.platforms import Capabilities, CommandRule, PlatformRules
from linewright.reports.patterns import readable

#: Name and version of the JSON form; the version is raised when a key changes its meaning or goes away.
SCHEMA = "linewright.platforms/1"

_WIDTH = 80
_FIRST = 24
_AT_ONCE = 2
#: What people call each capability, in the order they ask for it.
NAMES = {
    "merge": "add lines",
    "replace": "replace the whole",
    "device_diff": "diff on the device",
    "timer": "auto-rollback",
    "timer_survives_client": "  with us gone",
    "timer_survives_restart": "  over a restart",
    "timer_survives_hang": "  with a daemon hung",
    "timer_survives_switchover": "  over a switchover",
    "pending_visible": "pending is visible",
    "change_id": "change has a name there",
    "lock": "two writers kept apart",
    "fence": "an overtaken job",
    "foreign_visible": "others' changes seen",
    "save": "startup saved",
    "order": "who orders a change",
    "order_back": "who orders it back",
}
_WHEN = {
    "read": "when it reads (collect, verify, drift, backup, plan)",
    "change": "when it changes (apply)",
    "trust": "before it trusts (trust scan)",
}


def table(platforms: Sequence[PlatformRules]) -> tuple[str, ...]:
    """The capability table, two platforms beside each other, no line longer than 80 characters."""
    lines: list[str] = []
    for start in range(0, len(platforms), _AT_ONCE):
        some = platforms[start : start + _AT_ONCE]
        if lines:
            lines.append("")
        lines += _row("", [f"{found.title} ({found.name})" for found in some])
        lines += _row("reached by", [f"{found.transport}, port {found.port}" for found in some])
        lines += _row("longest timer", [f"{found.max_timer} s" if found.timer else "none" for found in some])
        for field, name in NAMES.items():
            lines += _row(name, [_told(getattr(found.capabilities, field)) for found in some])
    return tuple(lines)


def commands(rules: PlatformRules) -> tuple[str, ...]:
    """Every command that may be sent to a platform, by occasion, what it is for behind each."""
    if not rules.commands:
        return (f"{rules.title}: its commands are not listed yet",)
    lines = [f"{rules.title}: {len(rules.commands)} kinds of commands, and no other"]
    for when, occasion in _WHEN.items():
        some = [command for command in rules.commands if command.when == when]
        if some:
            lines += ["", f"{occasion}:"]
            lines += [line for command in some for line in _command(command)]
    if rules.display:
        words = ", ".join(pattern.strip() for pattern in rules.display)
        lines += [
            "",
            *_wrapped(f"and what a person asks by collect --command: any command that begins with {words}"),
        ]
    return tuple(lines)


def document(platforms: Sequence[PlatformRules]) -> dict[str, Any]:
    """The same for machines: capabilities (true, false, or the condition) and commands with their patterns."""
    return {
        "schema": SCHEMA,
        "platforms": [
            {
                "name": found.name,
                "title": found.title,
                "slugs": list(found.slugs),
                "transport": found.transport,
                "port": found.port,
                "max_timer": found.max_timer if found.timer else 0,
                "capabilities": {f: getattr(found.capabilities, f) for f in Capabilities.__struct_fields__},
                "shown": {f: test for f in NAMES if (test := getattr(found.shown, f))},
                "commands": [
                    {"pattern": c.pattern, "shown": readable(c.pattern), "why": c.why, "when": c.when}
                    for c in found.commands
                ],
                "display": [pattern.strip() for pattern in found.display],
            }
            for found in platforms
        ],
    }


def _command(command: CommandRule) -> list[str]:
    shown = [f"  {line}" for line in printable(readable(command.pattern)).split("\n")]
    return [*shown, *_wrapped(command.why, "      ")]


def _row(name: str, cells: Sequence[str]) -> list[str]:
    wide = (_WIDTH - _FIRST) // _AT_ONCE
    columns = [textwrap.wrap(printable(cell), wide - 2) or [""] for cell in cells]
    return [
        f"{name if number == 0 else '':<{_FIRST}}"
        + "".join(f"{column[number] if number < len(column) else '':<{wide}}" for column in columns).rstrip()
        for number in range(max(map(len, columns)))
    ]


def _told(value: bool | str) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(printable(text), _WIDTH, initial_indent=indent, subsequent_indent=indent)
