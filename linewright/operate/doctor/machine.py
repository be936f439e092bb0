"""This machine: Python, what is installed, its clock. Pure."""

import re
from collections.abc import Mapping

from linewright.model.objects import Record
from linewright.operate.doctor.result import Check, failed, ok, unchecked, warned

#: Versions that linewright's own tests run on.
OLDEST = (3, 11)
NEWEST = (3, 13)
_REQUIREMENT = re.compile(r"([A-Za-z0-9._-]+)\s*(?:\[[^\]]*\])?\s*(?:>=\s*([0-9][0-9.]*))?")
_EXTRA = re.compile(r"""extra\s*==\s*['"]([a-z0-9_-]+)['"]""")
#: What a program is for, and whether it is missed where it is absent.
PROGRAMS = {
    "git": "a site and its backups belong in git",
    "ssh": "to log in by hand where a message tells you to",
}


class Machine(Record, frozen=True):
    """Facts. `installed` are versions by distribution; `requires` as the metadata says, None without metadata.

    `synchronised` is what the kernel says of its clock; None when it does not say.
    """

    python: tuple[int, int, int]
    requires: tuple[str, ...] | None
    installed: Mapping[str, str]
    programs: tuple[str, ...]
    synchronised: bool | None


def judged(facts: Machine, needed: Mapping[str, str]) -> tuple[Check, ...]:
    """What is to be said of a machine; `needed` are extras the site's settings ask for, with the reason."""
    return (_python(facts), *_libraries(facts, needed), *_programs(facts), _clock(facts))


def distributions(requires: tuple[str, ...]) -> tuple[str, ...]:
    """The names of all distributions in requirement lines, extras included."""
    return tuple(match[1] for line in requires if (match := _REQUIREMENT.match(line)))


def _python(facts: Machine) -> Check:
    said = ".".join(map(str, facts.python))
    if facts.python[:2] < OLDEST:
        return failed("machine", "Python", f"{said} is too old", "use Python 3.11, 3.12 or 3.13")
    if facts.python[:2] > NEWEST:
        return warned(
            "machine", "Python", f"{said} is newer than what is tested", "use Python 3.13, or tell us"
        )
    return ok("machine", "Python", said)


def _libraries(facts: Machine, needed: Mapping[str, str]) -> tuple[Check, ...]:
    if facts.requires is None:
        return (unchecked("machine", "libraries", "linewright is not installed as a package here"),)
    problems: dict[str, list[str]] = {}
    for line in facts.requires:
        if (match := _REQUIREMENT.match(line)) is None:
            continue
        extra = found[1] if (found := _EXTRA.search(line)) else ""
        told = _problem(match[1], match[2] or "", facts.installed.get(match[1], ""))
        problems.setdefault(extra, []).extend([told] if told else [])
    base = problems.pop("", [])
    checks = [
        failed("machine", "libraries", "; ".join(base), "pip install --upgrade linewright")
        if base
        else ok("machine", "libraries", "all that is required is installed")
    ]
    for extra, why in needed.items():
        if lacking := problems.get(extra):
            checks.append(
                failed(
                    "machine",
                    f"extra {extra}",
                    f"{'; '.join(lacking)}, and {why}",
                    f"pip install 'linewright[{extra}]'",
                )
            )
    here = [extra for extra, told in problems.items() if not told]
    absent = [extra for extra, told in problems.items() if told]
    said = [f"installed: {', '.join(here)}"] * bool(here) + [f"not installed: {', '.join(absent)}"] * bool(
        absent
    )
    return (*checks, ok("machine", "extras", "; ".join(said) or "none")) if problems else tuple(checks)


def _problem(name: str, wanted: str, installed: str) -> str:
    if not installed:
        return f"{name} is not installed"
    if wanted and _release(installed) < _release(wanted):
        return f"{name} is {installed}, needed is {wanted} or newer"
    return ""


def _release(version: str) -> tuple[int, ...]:
    """The release segment of a version (PEP 440) as numbers, zeros at its end left out."""
    match = re.match(r"(?:\d+!)?(\d+(?:\.\d+)*)", version)
    numbers = [int(part) for part in match[1].split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _programs(facts: Machine) -> tuple[Check, ...]:
    return tuple(
        ok("machine", name, "found")
        if name in facts.programs
        else warned("machine", name, f"not found: {why}", f"install {name}")
        for name, why in PROGRAMS.items()
    )


def _clock(facts: Machine) -> Check:
    if facts.synchronised is None:
        return unchecked("machine", "clock", "the kernel does not say whether anything keeps it")
    if facts.synchronised:
        return ok("machine", "clock", "kept by a time service")
    return warned(
        "machine",
        "clock",
        "no time service keeps it",
        "run chrony or systemd-timesyncd against the site's time source",
    )
