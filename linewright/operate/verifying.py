"""Does the network do what the source of truth says?"""

from linewright.checks import ConfigLine, Verification, drift, verify
from linewright.errors import FacilityError, LinewrightError
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot
from linewright.operate.fleet import read
from linewright.operate.rendering import Problem, render_all
from linewright.operate.scope import InScope
from linewright.operate.workplace import Workplace
from linewright.platforms import rules
from linewright.runner.nornir import Done


class Verified(Record, frozen=True):
    """What came of it.

    `problems` are devices whose intended configuration could not be rendered or compared; `unkept` says why what was
    seen could not be written to the state folder: the result stands, but later documents will not know of it.
    """

    verification: Verification
    problems: tuple[Problem, ...] = ()
    unkept: str = ""


def verify_network(
    place: Workplace, snapshot: Snapshot, matched: InScope, done: Done, *, inside: bool = False
) -> Verified:
    """Read the devices in scope now and judge what was seen.

    With `inside` only sessions and cables with both ends in scope count.

    Raises:
        LinewrightError: settings or secrets cannot be used, or the routing data of a device is malformed.
    """
    rendered, problems = render_all(place, snapshot, matched.devices)
    unkept: list[FacilityError] = []
    observations = read(place, matched.devices, done, unkept=unkept.append)
    lines: dict[str, tuple[ConfigLine, ...]] = {}
    for name, intended in rendered.items():
        running = observations[name].running
        if running is None:
            continue
        try:
            lines[name] = drift(intended.text, running, rules(intended.platform))
        except LinewrightError as error:
            problems.append(
                Problem(device=name, message=error.message, hint=error.hint, code=int(error.code))
            )
    return Verified(
        verification=verify(snapshot, observations, lines, scope=set(matched.devices), inside=inside),
        problems=tuple(problems),
        unkept=unkept[0].message if unkept else "",
    )
