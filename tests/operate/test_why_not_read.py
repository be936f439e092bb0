"""Why a device was not read decides the exit status of every command that reads, and the next step is said."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from linewright.checks import report as verification_report
from linewright.devices.trust import Trust
from linewright.errors import ExitCode
from linewright.operate.collecting import collect
from linewright.operate.compliance.checking import check
from linewright.operate.drifting import drift_network
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.verifying import verify_network
from linewright.operate.workplace import Workplace
from linewright.reports import collected as collected_report
from linewright.reports import drift as drift_report

DEVICES = ("hq-acc1", "hq-acc2")
Run = Callable[[Workplace, Any, InScope], tuple[ExitCode, str]]


def quiet(*_: Any) -> None:
    pass


def collecting(place: Workplace, _snapshot: Any, matched: InScope) -> tuple[ExitCode, str]:
    found = collect(place, matched, quiet)
    return found.code, "\n".join(collected_report.text(found))


def drifting(place: Workplace, snapshot: Any, matched: InScope) -> tuple[ExitCode, str]:
    found = drift_network(place, snapshot, matched, quiet)
    return found.code, "\n".join(drift_report.text(found))


def verifying(place: Workplace, snapshot: Any, matched: InScope) -> tuple[ExitCode, str]:
    found = verify_network(place, snapshot, matched, quiet, inside=True).verification
    return found.code, "\n".join(verification_report.text(found))


def checking(place: Workplace, snapshot: Any, matched: InScope) -> tuple[ExitCode, str]:
    found = check(place, snapshot, matched, quiet)
    return found.code, "\n".join(problem.hint for problem in found.unread)


def not_enrolled(twins: Any) -> Workplace:
    """Another identity than the enrolled one: a device answers in the place of another."""
    trust = twins.place.settings.path(twins.place.settings.trust)
    enrolled = {identity.device: identity for identity in Trust(trust).enrolled()}
    for name in DEVICES:
        other = msgspec.structs.replace(enrolled["hq-acc3"], device=name)
        Trust(trust).accept(other)
    return twins.place


def no_password(twins: Any) -> Workplace:
    login = msgspec.structs.replace(twins.place.settings.login["eos"], password="nowhere/kept")
    settings = msgspec.structs.replace(twins.place.settings, login={"eos": login})
    return msgspec.structs.replace(twins.place, settings=settings)


def silent(twins: Any) -> Workplace:
    for name in DEVICES:
        twins.fleet.servers.pop(name).stop()
    return twins.place


@pytest.mark.parametrize("run", [collecting, drifting, verifying, checking])
@pytest.mark.parametrize(
    ("fault", "code", "step"),
    [
        (not_enrolled, ExitCode.REFUSED, "lw trust"),
        (no_password, ExitCode.USAGE, "NOWHERE_KEPT"),
        (silent, ExitCode.NOT_REACHED, ""),
    ],
)
def test_the_exit_status_is_that_of_the_reason(
    twins: Any, run: Run, fault: Any, code: ExitCode, step: str
) -> None:
    matched = in_scope(twins.snapshot, Scope(devices=DEVICES), twins.place.settings)
    found, said = run(fault(twins), twins.snapshot, matched)
    assert found == code, said
    assert step in said
    assert not step or said.count("Next: ") <= 1
