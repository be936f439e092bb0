"""What noting every read costs: CPU time of our environment beside stock Jinja2's, same templates, same data, interleaved.

Stock Jinja2 is `jinja2.Environment` with our filters, tests and functions: no sandbox, no check of values, nothing noted.
Ours is what `render_device` does with the templates: sandbox, every value checked, every read noted, and the notes put
into the texts of the read set.

Then the other side of a read set, how much more than needed it says: for changes of one field each, on how many devices
the change is booked, and on how many the text is another one.

Run: python bench/readset.py [ROUNDS]. Quote the figures with the machine and what else it was doing.
"""

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from linewright.model.difference import difference
from linewright.model.objects import Address, Device, Interface, Vlan
from linewright.model.snapshot import Snapshot
from linewright.platforms import platform_for
from linewright.render import ConfigEnvironment, environment, render_all
from linewright.render.booking import booked
from linewright.render.consulted import KEYS, note, tables
from linewright.render.context import context
from linewright.render.readset import touched
from linewright.site import Site
from linewright.sources import recorded

_SNAPSHOT = Path(__file__).parents[1] / "inventory" / "demo" / "snapshot.lwsnap"
_TIMES = 5  # each device in a round


class Case:
    """A device with all that its template is given."""

    def __init__(self, snapshot: Snapshot, device: Device) -> None:
        rules = platform_for(device)
        assert rules is not None
        self.snapshot = snapshot
        self.device = device
        self.template = f"config/{rules.name}/main.j2"
        self.values = context(snapshot, device, rules.name)


def stock(like: ConfigEnvironment) -> jinja2.Environment:
    """Jinja2 as it comes, with what our templates need."""
    env = jinja2.Environment(
        loader=like.loader,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        cache_size=-1,
    )
    own = {name: value for name, value in like.filters.items() if name not in env.filters}
    env.filters |= own
    env.tests |= {name: value for name, value in like.tests.items() if name not in env.tests}
    env.globals |= {name: like.globals[name] for name in ("secret", "refuse")}
    return env


def rendered(env: jinja2.Environment, case: Case) -> str:
    """The text as stock Jinja2 gives it."""
    template = env.get_template(case.template)
    return "".join(template.root_render_func(template.new_context(case.values)))


def noted(env: ConfigEnvironment, case: Case) -> str:
    """The same, every read noted."""
    with env.recording():
        return rendered(env, case)


def told(env: ConfigEnvironment, case: Case) -> str:
    """The same, and the notes as texts."""
    with env.recording() as (_, reading):
        text = rendered(env, case)
        note(reading)
        vlans = case.values["vlans"]
        booked(reading, case.snapshot, case.device, vlans, KEYS)
        tables(case.device, vlans, announces=bool(case.values["announced"]))
        return text


def wide(snapshot: Snapshot, like: Device) -> Device:
    """A switch of 50 ports with descriptions, VLANs and some addresses."""
    ports = tuple(
        Interface(
            name=f"Ethernet{port}",
            type="10gbase-x-sfpp",
            description=f"to rack {port % 7} position {port}",
            mtu=9214,
            mode="tagged" if port % 3 else "",
            untagged_vlan=_some(snapshot, like, port) if port % 3 else 0,
            addresses=() if port % 3 else (Address(address=f"198.18.{port}.1/31"),),
        )
        for port in range(1, 51)
    )
    return Device(
        name="wide", site=like.site, role=like.role, type=like.type, platform=like.platform, interfaces=ports
    )


def _some(snapshot: Snapshot, like: Device, number: int) -> int:
    vlans = _vlans(snapshot.tables.vlans, like.site)
    return vlans[number % len(vlans)]


def _vlans(vlans: Iterable[Vlan], site: str) -> list[int]:
    return [vlan.vid for vlan in vlans if vlan.site == site]


def measured(cases: list[Case], rounds: int) -> dict[str, list[float]]:
    """CPU seconds of each round by what was done; the ways take turns device by device."""
    ours = environment(Site().template_loader())
    plain = stock(ours)
    ways: dict[str, Callable[[Case], Any]] = {
        "stock Jinja2": lambda case: rendered(plain, case),
        "ours, every read noted": lambda case: noted(ours, case),
        "ours, noted and told": lambda case: told(ours, case),
    }
    for case in cases:
        if len({way(case) for way in ways.values()}) != 1:
            sys.exit(f"the texts of {case.device.name} differ")
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        gc.collect()
        spent = dict.fromkeys(ways, 0.0)
        order = list(ways) if number % 2 else list(ways)[::-1]
        for case in cases:
            for name in order:
                way = ways[name]
                start = time.process_time()
                for _ in range(_TIMES):
                    way(case)
                spent[name] += time.process_time() - start
        for name, seconds in spent.items():
            times[name].append(seconds / len(cases) / _TIMES)
    return times


def _changed(table: str, place: int, **fields: Any) -> Callable[[Snapshot], Snapshot]:
    def changed(snapshot: Snapshot) -> Snapshot:
        items = getattr(snapshot.tables, table)
        other = (*items[:place], msgspec.structs.replace(items[place], **fields), *items[place + 1 :])
        tables = msgspec.structs.replace(snapshot.tables, **{table: other})
        return Snapshot.build(tables, snapshot.devices.values(), snapshot.origin)

    return changed


def _device(name: str, **fields: Any) -> Callable[[Snapshot], Snapshot]:
    def changed(snapshot: Snapshot) -> Snapshot:
        devices = dict(snapshot.devices) | {name: msgspec.structs.replace(snapshot.devices[name], **fields)}
        return Snapshot.build(snapshot.tables, devices.values(), snapshot.origin)

    return changed


def _port(snapshot: Snapshot, name: str, **fields: Any) -> Callable[[Snapshot], Snapshot]:
    first, *others = snapshot.devices[name].interfaces
    return _device(name, interfaces=(msgspec.structs.replace(first, **fields), *others))


def precision(snapshot: Snapshot, devices: list[Device]) -> None:
    """Print how many devices each of some changes is booked on."""
    env = environment(Site().template_loader())
    key = b"k" * 32
    before = render_all(env, snapshot, devices, key=key, reveal=lambda _: "value").rendered
    name = devices[0].name
    new = Vlan(vid=3999, name="new", site=devices[0].site)
    added = msgspec.structs.replace(snapshot.tables, vlans=(*snapshot.tables.vlans, new))
    changes: dict[str, Callable[[Snapshot], Snapshot]] = {
        "the description of a device": _device(name, description="new"),
        "the serial number of a device": _device(name, serial="new"),
        "the description of an interface": _port(snapshot, name, description="new"),
        "the label of an interface": _port(snapshot, name, label="new"),
        "the name of a VLAN": _changed("vlans", 0, name="new"),
        "the description of a VLAN": _changed("vlans", 0, description="new"),
        "a VLAN more": lambda found: Snapshot.build(added, found.devices.values(), found.origin),
        "the description of a site": _changed("sites", 0, description="new"),
        "the description of a prefix": _changed("prefixes", 0, description="new"),
        "the name of a role": _changed("roles", 0, name="new"),
    }
    print(f"of {len(snapshot.devices)} devices, {len(devices)} of them rendered: booked on, text another on")
    for title, change in changes.items():
        after = change(snapshot)
        told_changes = difference(snapshot, after)
        now = render_all(
            env, after, (after.devices[d.name] for d in devices), key=key, reveal=lambda _: "value"
        ).rendered
        seen = sum(bool(touched(found.reads, told_changes)) for found in before.values())
        other = sum(now[device].text != found.text for device, found in before.items())
        print(f"  {title:32} {seen:3} {other:3}")


def main(rounds: int = 21) -> None:
    """Print the medians, and the medians of each round's ratio to stock Jinja2."""
    snapshot = recorded.load(_SNAPSHOT)
    devices = [device for device in snapshot.devices.values() if platform_for(device) is not None]
    switch = next(d for d in devices if d.platform == "arista-eos" and _vlans(snapshot.tables.vlans, d.site))
    print(f"load average {os.getloadavg()[0]:.2f}, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    sets = {
        f"the reference site's {len(devices)} devices": [Case(snapshot, device) for device in devices],
        "a switch of 50 ports": [Case(snapshot, wide(snapshot, switch))],
    }
    for title, cases in sets.items():
        print(f"{title}, {rounds} rounds:")
        times = measured(cases, rounds)
        first = times["stock Jinja2"]
        for name, found in times.items():
            ratio = statistics.median(own / other for own, other in zip(found, first, strict=True))
            print(f"  {name:24} {statistics.median(found) * 1000:7.3f} ms a device, {ratio:.2f} of stock")
    precision(snapshot, devices)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
