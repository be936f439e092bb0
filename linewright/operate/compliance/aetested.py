"""Between our verdicts and AEtest's results. Imported by testscripts; itself free of pyATS."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from linewright.checks.compliance import CHECKS, Outcome, Verdict
from linewright.devices.read import unreachable
from linewright.errors import DataError, LinewrightError
from linewright.files import read_bounded, write_whole
from linewright.model.observation import Observation

#: The method of a testcase that gives AEtest's result for a verdict. What was not reviewed is never a pass: blocked.
RESULTS: Mapping[Outcome, str] = {
    "pass": "passed",
    "fail": "failed",
    "not applicable": "skipped",
    "not reviewed": "blocked",
    "error": "errored",
}
#: Bytes of a file of verdicts.
_LARGEST = 256 * 1024**2
#: What a visit has to read for all shipped checks.
FACETS = tuple(dict.fromkeys(facet for check in CHECKS for facet in check.facets))


def reason(verdict: Verdict) -> str:
    """A verdict in one line, its evidence behind it."""
    return "; ".join((f"{verdict.device}: {verdict.reason}", *verdict.evidence))


def visited(testbed: Any) -> dict[str, Observation]:
    """Every device of a pyATS testbed, read through our connection; one that fails takes no other down."""
    seen = {}
    for name, device in testbed.devices.items():
        try:
            device.connect(alias="linewright", via="linewright")
            seen[name] = device.linewright.observe(FACETS)
        except LinewrightError as error:
            seen[name] = unreachable(name, device.os, error)
        finally:
            device.disconnect(alias="linewright")
    return seen


def write(verdicts: Iterable[Verdict], path: Path) -> None:
    """The verdicts as JSON, for whoever started the testscript."""
    write_whole(path, msgspec.json.encode(list(verdicts)) + b"\n", mode=0o600)


def read(path: Path) -> tuple[Verdict, ...]:
    """What `write` wrote.

    Raises:
        DataError: there is none, or it is not that.
    """
    try:
        return msgspec.json.decode(read_bounded(path, _LARGEST), type=tuple[Verdict, ...])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"{path}: no verdicts: {error}") from None
