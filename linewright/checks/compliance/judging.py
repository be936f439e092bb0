"""Running checks over devices."""

from collections.abc import Iterable

from linewright.checks.compliance.seen import Seen
from linewright.checks.compliance.verdict import Check, Verdict
from linewright.errors import ExitCode, LinewrightError
from linewright.model.natural import natural_key


def judge(seen: Seen, checks: Iterable[Check], devices: Iterable[str]) -> tuple[Verdict, ...]:
    """A verdict for every check on every device, devices in natural order; deterministic."""
    chosen = tuple(checks)
    return tuple(
        verdict(seen, check, device) for device in sorted(devices, key=natural_key) for check in chosen
    )


def verdict(seen: Seen, check: Check, device: str) -> Verdict:
    """What one check says of one device; a device that was not reached, or not read far enough, is never a pass."""

    def no_look(outcome: str, reason: str) -> Verdict:
        return Verdict(check=check.name, device=device, outcome=outcome, reason=reason)  # type: ignore[arg-type]  # the two words below

    observation = seen.observations.get(device)
    if observation is None:
        return no_look("not reviewed", "nothing was collected from it")
    if not observation.reached:
        how = "reached" if observation.failure == ExitCode.NOT_REACHED else "read"
        return no_look("not reviewed", f"it was not {how}: {observation.error}")
    if unread := [facet for facet in check.facets if getattr(observation, facet) is None]:
        told = "; ".join(observation.missing.get(facet, f"{facet}: not asked for") for facet in unread)
        return no_look("not reviewed", f"it was not read far enough: {told}")
    try:
        return check.judge(device, seen)
    except LinewrightError as error:
        return no_look("error", error.message)
