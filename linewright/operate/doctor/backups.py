"""Backups: can they be made, are they whole, can they be opened? Pure."""

from datetime import datetime, timedelta

from linewright.errors import LinewrightError
from linewright.operate.doctor.result import Check, failed, from_error, ok, unchecked, warned
from linewright.reports.backups import Line, Listed
from linewright.seal.recipients import Recipients

_NAMED = 5
_DAYS_BEFORE = 30


def keys(to: Recipients | None, error: LinewrightError | None, now: datetime) -> Check:
    """What is to be said of those who can open backups; neither `to` nor `error` where the settings name none."""
    if error is not None:
        return from_error("backups", "backup keys", error)
    if to is None:
        return warned(
            "backups", "backup keys", "none is named, so that lw backup does nothing",
            "name two or more in backup.recipients of nornir.yaml: docs/settings.md",
        )  # fmt: skip
    soon = f"{now + timedelta(days=_DAYS_BEFORE):%Y-%m-%d}"
    ending = [(day, name) for name, day in zip(to.names, to.until, strict=False) if day <= soon]
    if ending:
        day, name = min(ending)
        return warned(
            "backups", "backup keys", f"the certificate of {name} expires on {day}",
            "have it renewed and named in backup.recipients: from that day on lw backup refuses it",
        )  # fmt: skip
    return ok("backups", "backup keys", f"each of {len(to.names)} can open every backup made from now on")


def kept(found: Listed) -> tuple[Check, ...]:
    """What is to be said of the backups that are there, and of those that should be."""
    there = [line for line in found.lines if line.when]
    checks = [
        failed("backups", line.device, line.problem, f"lw backup --device {line.device}")
        for line in there
        if line.problem
    ]
    if lacking := [line for line in found.lines if not line.when and line.known]:
        checks.append(warned("backups", "backups", f"none of {_few(lacking)}", "lw backup"))
    if other := [line for line in there if line.cannot]:
        checks.append(
            warned(
                "backups",
                "backups",
                f"not every key of today opens those of {_few(other)}",
                "lw backup makes them anew",
            )
        )
    whole = sum(not line.problem for line in there)
    if whole:
        checks.append(ok("backups", "backups", f"{whole} device{'s' * (whole != 1)}, as they were written"))
    return (*checks, _opened(found, whole, len(there)))


def _opened(found: Listed, whole: int, there: int) -> Check:
    subject = "opening them"
    if not there:
        return unchecked("backups", subject, "there is no backup to try", "lw backup")
    if not found.opened:
        return unchecked(
            "backups", subject, "no key was given to try", "lw doctor --identity FILE, where that key is kept"
        )
    if whole < there:
        return failed(
            "backups", subject, f"{there - whole} of {there} cannot be opened with the key given",
            "find the key that opens them now, not when it is needed",
        )  # fmt: skip
    return ok("backups", subject, f"{whole} opened with the key given, each as its view shows it")


def _few(lines: list[Line]) -> str:
    shown = ", ".join(line.device for line in lines[:_NAMED])
    return shown if len(lines) <= _NAMED else f"{shown} and {len(lines) - _NAMED} more"
