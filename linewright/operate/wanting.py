"""What a site wants of each device, from where it starts, and how the device is reached: all a plan is made from."""

from collections.abc import Mapping

from linewright.devices.connect import enrolled_fingerprint
from linewright.devices.target import Target
from linewright.errors import LinewrightError
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.operate.fleet import targets
from linewright.operate.rendering import Problem, problem, render_all
from linewright.operate.surroundings import jumps
from linewright.operate.workplace import Workplace
from linewright.plan.build import Wanted
from linewright.plan.changeplan import Mode
from linewright.plan.logins import logins
from linewright.plan.way_in import OwnWay
from linewright.render import Rendered

_Base = tuple[str | None, str]


class Asked(Record, frozen=True):
    """How a change is to be made: `base`, `mode` and `may_lose` as a plan has them, `timer` in seconds."""

    base: str
    mode: Mode
    timer: int
    may_lose: tuple[str, ...] = ()

    @property
    def starts(self) -> bool:
        """Whether it starts from a text: not where all that differs is wanted."""
        return self.mode == "managed" and self.base != "running"


def wanted(
    place: Workplace, snapshot: Snapshot, devices: Mapping[str, Device], asked: Asked
) -> tuple[dict[str, tuple[Wanted, Rendered]], list[Problem]]:
    """What each device should be by the site's templates, and what stands in the way.

    Raises:
        LinewrightError: the settings, the templates or the base cannot be used at all.
    """
    reached = targets(place, devices)
    now, problems = render_all(place, snapshot, devices)
    bases, more = _bases(place, {name: devices[name] for name in now}, asked)
    found: dict[str, tuple[Wanted, Rendered]] = {}
    for name, rendered in now.items():
        device, target = devices[name], reached[name]
        try:
            identity = enrolled_fingerprint(target)
        except LinewrightError as error:
            more.append(problem(name, error))
            continue
        base, base_name = bases.get(name, (None, ""))
        want = Wanted(
            device=name,
            host=target.host,
            port=target.port,
            identity=identity,
            timer=asked.timer,
            intended=rendered.text,
            slots=rendered.slots,
            base=base,
            base_name=base_name,
            own_way=own_way(device, target),
            logins=logins(single=target.single_login, codes_each=target.codes),
            jumps=jumps(target),
            reads=getattr(rendered, "reads", ()),
            may_lose=asked.may_lose,
        )
        found[name] = (want, rendered)
    return found, [*problems, *more]


def _bases(
    place: Workplace, devices: Mapping[str, Device], asked: Asked
) -> tuple[dict[str, _Base], list[Problem]]:
    """The text each device starts from and its name: what was last applied, or what a snapshot gives."""
    if not asked.starts:
        return {}, []
    if asked.base == "last":
        last = {name: place.state.applied(name) for name in devices}
        return {name: (found.intended, found.change) for name, found in last.items() if found}, []
    earlier = place.snapshot(asked.base)
    there = {name: device for name in devices if (device := earlier.devices.get(name)) is not None}
    before, problems = render_all(place, earlier, there)
    return {name: (rendered.text, earlier.code) for name, rendered in before.items()}, problems


def own_way(device: Device, target: Target) -> OwnWay:
    """How we reach a device: the interface of the address we really go to, and what that interface rests on.

    The address is that of the settings or of OpenSSH's configuration where they say one. Where no interface has it (a
    name, a translated address) it is the one the source of truth manages the device by.
    """
    declared = (device.oob_ip or device.primary_ip4 or device.primary_ip6).partition("/")[0]
    ports = _with(device, target.host) or _with(device, declared)
    known = {interface.name: interface for interface in device.interfaces}
    for name in ports:  # grows while it is gone through; each name once, so it ends
        port = known.get(name)
        beneath = (port.parent, port.lag, port.bridge) if port is not None else ()
        ports += [under for under in dict.fromkeys(beneath) if under and under not in ports]
    members = [i.name for i in device.interfaces if i.lag in ports and i.name not in ports]
    return OwnWay(ports=(*ports, *members), login=target.username)


def _with(device: Device, address: str) -> list[str]:
    return [
        interface.name
        for interface in device.interfaces
        if address and any(a.address.partition("/")[0] == address for a in interface.addresses)
    ]
