"""What every test may rely on: which real parts this machine has, and a clean environment.

A test that needs a real part carries a marker (`lab`, `netbox`, `postgres`, `pyats`, `strace`). Where the part is missing, the test is skipped and
the run's last lines say what did not run and why. With LINEWRIGHT_REQUIRE=lab,netbox a missing part is an error.
"""

import os
import signal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from linewright import log
from linewright.lab import genie
from linewright.lab.facilities import missing_for_lab, missing_for_netbox, missing_for_postgres, on_path
from linewright.log.masking import Masker

# A slow machine is not a failing test. In CI the same examples run every time; everywhere else new ones are tried.
settings.register_profile(
    "linewright",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("LINEWRIGHT_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("linewright")

_PARTS = {
    "lab": missing_for_lab,
    "netbox": missing_for_netbox,
    "postgres": missing_for_postgres,
    "pyats": genie.missing,
    "strace": lambda: "" if on_path("strace") else "strace not found; run `sudo make lab-deps`",
}


def required() -> set[str]:
    """The real parts that must be there, as the environment says."""
    return {part for part in os.environ.get("LINEWRIGHT_REQUIRE", "").split(",") if part}


@cache
def missing(part: str) -> str:
    """Why a part cannot be used here; empty when it can."""
    if part == "pyats" and part in required():
        genie.ensure()
    return _PARTS[part]()


def pytest_configure(config: pytest.Config) -> None:
    # Whoever starts the tests in the background has these ignored, and so would every process the tests start.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    unknown = required() - set(_PARTS)
    if unknown:
        raise pytest.UsageError(
            f"LINEWRIGHT_REQUIRE names {', '.join(sorted(unknown))}; known are {', '.join(_PARTS)}"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for part in _PARTS:
            if item.get_closest_marker(part) and part not in required() and missing(part):
                item.add_marker(pytest.mark.skip(reason=f"{part}: {missing(part)}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for part in _PARTS:
        if item.get_closest_marker(part) and part in required() and missing(part):
            pytest.fail(f"{part} is required (LINEWRIGHT_REQUIRE) and missing: {missing(part)}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    for part in _PARTS:
        count = sum(f"{part}: " in str(report.longrepr) for report in skipped)
        if count:
            terminalreporter.write_line(
                f"NOT RUN: {count} tests of the real {part}: {missing(part)}", yellow=True
            )


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the person running it has set."""
    keep = {"LINEWRIGHT_CACHE", "LINEWRIGHT_EXAMPLES", "LINEWRIGHT_NETBOX_DUMP_DIR", "LINEWRIGHT_REQUIRE"}
    for name in list(os.environ):
        if name.startswith(("LINEWRIGHT_", "NETBOX_", "NORNIR_", "NAPALM_")) and name not in keep:
            monkeypatch.delenv(name)
    monkeypatch.setenv(
        "LINEWRIGHT_LOG_LEVEL", "off"
    )  # this checkout is a site: tests do not belong in its log


@pytest.fixture(autouse=True)
def nothing_concealed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's secrets conceal in the log must not mask what another one looks for."""
    monkeypatch.setattr(log, "_MASKER", Masker())


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout."""
    return Path(__file__).resolve().parent.parent
