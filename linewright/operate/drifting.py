"""Drift: what was last applied, what is intended, what runs, for every device in scope."""

from linewright.configs.origin import origins
from linewright.errors import ExitCode, LinewrightError
from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.operate.fleet import read_each
from linewright.operate.rendering import render_all
from linewright.operate.scope import InScope
from linewright.operate.workplace import Workplace
from linewright.platforms import rules
from linewright.reports.drift import DeviceDrift, Drift
from linewright.runner.nornir import Done


def drift_network(
    place: Workplace, snapshot: Snapshot, matched: InScope, done: Done, *, noise: bool = False
) -> Drift:
    """Read the running configurations in scope now and compare them three ways.

    A device whose intended configuration cannot be rendered is not asked, and told as not compared. Each running
    configuration is let go as soon as it is compared; with `noise` the lines that are nobody's finding are kept.

    Raises:
        LinewrightError: settings or secrets cannot be used.
    """
    rendered, problems = render_all(place, snapshot, matched.devices)

    def compared(seen: Observation) -> DeviceDrift:
        if not seen.reached or seen.running is None:
            return DeviceDrift(
                device=seen.device,
                platform=seen.platform,
                seen=seen.seen,
                problem=seen.error or "its running configuration was not read",
                hint=seen.error_hint,
                unreached=True,
                code=int(seen.failure or ExitCode.NOT_REACHED),
            )
        try:
            return _compared(place, rendered[seen.device].text, seen, seen.running, noise=noise)
        except LinewrightError as error:
            return DeviceDrift(
                device=seen.device,
                platform=seen.platform,
                seen=seen.seen,
                problem=error.message,
                hint=error.hint,
                code=int(error.code),
            )

    readable = {name: device for name, device in matched.devices.items() if name in rendered}
    found = read_each(place, readable, done, compared, facets=()) if readable else {}
    for problem in problems:
        found[problem.device] = DeviceDrift(
            device=problem.device, problem=problem.message, hint=problem.hint, code=problem.code
        )
    return Drift(
        devices=tuple(found[name] for name in matched.devices),
        snapshot=snapshot.code,
        marking=place.settings.marking,
    )


def _compared(
    place: Workplace, intended: str, seen: Observation, running: str, *, noise: bool
) -> DeviceDrift:
    applied = place.state.applied(seen.device)
    found = origins(applied.intended if applied else None, intended, running, rules(seen.platform))
    return DeviceDrift(
        device=seen.device,
        platform=seen.platform,
        seen=seen.seen,
        applied=applied.change if applied else "",
        applied_when=applied.when if applied else "",
        lines=found.lines,
        noise=found.noise if noise else (),
        not_ours=sum(line.why == "not ours" for line in found.noise),
        volatile=sum(line.why == "volatile" for line in found.noise),
        agreed=found.agreed,
        note=seen.missing.get("pending", ""),
    )
