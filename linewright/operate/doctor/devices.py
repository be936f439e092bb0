"""Devices: do they answer, and are they the ones that were enrolled? Pure."""

from collections.abc import Iterable
from typing import Literal

from linewright.errors import ExitCode
from linewright.model.objects import Record
from linewright.operate.doctor.result import Check, failed, ok, unchecked, warned
from linewright.operate.doctor.source import clock

_NAMED = 5


class Answer(Record, frozen=True):
    """What one device did.

    Attributes:
        device: its name.
        kind: what it shows of itself: a host key or a certificate.
        identity: how that compares with the enrolled one; "" when it was not seen.
        error: why it did not answer, "" when it did; `hint` what to do.
        reached: whether an error came after it was reached (a refused login).
        login: None when no login was tried.
        ahead: seconds its clock is ahead of ours, where it was read; `no_clock` says why it was not.
        skipped: why it was not asked at all.
    """

    device: str
    kind: Literal["host key", "certificate"] = "host key"
    identity: Literal["", "new", "enrolled", "changed"] = ""
    error: str = ""
    hint: str = ""
    reached: bool = False
    login: bool | None = None
    ahead: float | None = None
    no_clock: str = ""
    skipped: str = ""


def judged(answers: Iterable[Answer], left_alone: dict[str, str]) -> tuple[Check, ...]:
    """One check per device and thing; what was left alone is told by its reason."""
    checks = [check for answer in answers for check in _one(answer)]
    reasons: dict[str, list[str]] = {}
    for name, why in left_alone.items():
        reasons.setdefault(why, []).append(name)
    return (*checks, *(unchecked("devices", _few(names), why) for why, names in sorted(reasons.items())))


def _one(answer: Answer) -> list[Check]:
    name = answer.device
    if answer.skipped:
        return [unchecked("devices", name, answer.skipped, answer.hint)]
    if answer.error:
        code = ExitCode.FINDING if answer.reached else ExitCode.NOT_REACHED
        return [failed("devices", name, answer.error, answer.hint, code)]
    checks = [_identity(answer)]
    if answer.login:
        checks.append(ok("devices", f"{name} login", "works"))
    if answer.ahead is not None:
        checks.append(clock("devices", f"{name} clock", answer.ahead))
    elif answer.no_clock:
        checks.append(unchecked("devices", f"{name} clock", answer.no_clock))
    return checks


def _identity(answer: Answer) -> Check:
    name = answer.device
    if answer.identity == "enrolled":
        return ok("devices", name, f"answers with the enrolled {answer.kind}")
    if answer.identity == "changed":
        return failed(
            "devices", name, f"answers with another {answer.kind} than the enrolled one",
            f"no credential is sent to it. Find out why, then: lw trust scan --device {name}",
        )  # fmt: skip
    return warned(
        "devices", name, f"answers; no {answer.kind} is enrolled", "lw trust scan, compare, lw trust accept"
    )


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"
