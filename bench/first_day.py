"""Three hundred simulated switches, 120 of them changed by hand: collected, backed up and compared in one run.

Run: python bench/first_day.py [DEVICES [DRIFTED]]. The switches run in a process of their own; time and memory are those
of linewright's. Quote the figures with the machine and what else it was doing. A simulated switch answers at once: what a
real one takes to answer comes on top, divided by how many are read at once.
"""

import multiprocessing as mp
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import pyrage

from linewright.devices.trust import Identity, Trust
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.described import fleet_of
from linewright.model.objects import Address, Cable, CableEnd, Device
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate.backup import back_up
from linewright.operate.collecting import collect
from linewright.operate.demo import _place, _secrets, _settings
from linewright.operate.drifting import drift_network
from linewright.operate.labs import note_booted, with_secrets
from linewright.operate.rendering import render_all
from linewright.operate.scope import Scope, in_scope
from linewright.settings import Backup, Endpoint
from linewright.site import demo_folder
from linewright.sources import recorded

LIKE = "hq-acc1"


def clone(original: Device, number: int) -> Device:
    management = f"10.{number >> 8}.{number & 255}.9/24"
    ports = tuple(
        msgspec.structs.replace(port, addresses=(Address(address=management),)) if port.mgmt_only else port
        for port in original.interfaces
    )
    return msgspec.structs.replace(original, name=f"acc{number}", oob_ip=management, interfaces=ports)


def network(count: int) -> Snapshot:
    demo = recorded.load(demo_folder() / "snapshot.lwsnap")
    devices = [clone(demo.device(LIKE), number) for number in range(1, count + 1)]
    cables = tuple(
        Cable(
            key=f"B{number}",
            a=(CableEnd(kind="interface", device=one.name, name="Ethernet17"),),
            b=(CableEnd(kind="interface", device=other.name, name="Ethernet18"),),
        )
        for number, (one, other) in enumerate(pairwise(devices))
    )
    return Snapshot.build(
        msgspec.structs.replace(demo.tables, cables=cables), devices, Origin(source="bench")
    )


def switches(
    snapshot: Snapshot, texts: dict[str, str], password: str, drifted: int, pipe: Connection
) -> None:
    with fleet_of(snapshot, texts, credentials=Credentials("admin", password)) as running:
        for name in list(texts)[:drifted]:
            running.boxes[name].operator("interface Ethernet5", "description by hand", "mtu 9000")
        pipe.send({name: tuple(at) for name, at in running.reach.items()})
        pipe.recv()


def measured(what: str, work: Callable[[], Any]) -> Any:
    began, used = time.perf_counter(), time.process_time()
    found = work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what:<34} {time.perf_counter() - began:6.1f} s  {time.process_time() - used:6.1f} s CPU  peak {peak:5.0f} MiB"
    )
    return found


def main(count: int, drifted: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = measured("a snapshot is made", lambda: network(count))
        settings = _settings(Path(folder), {})
        _secrets(settings, snapshot)
        place = _place(Path(folder), settings)
        place.keep(snapshot)
        rendered, _ = measured(
            "configurations are rendered", lambda: render_all(place, snapshot, snapshot.devices)
        )
        here, there = mp.Pipe()
        password = place.secrets.reveal("login/eos")
        made = mp.get_context("spawn").Process(
            target=switches, args=(snapshot, with_secrets(place, rendered), password, drifted, there)
        )
        made.start()
        reach = measured("switches are up", here.recv)
        subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
        keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
        settings = msgspec.structs.replace(
            _settings(Path(folder), {name: Endpoint(host=at[0], port=at[1]) for name, at in reach.items()}),
            backup=Backup(recipients=tuple(str(key.to_public()) for key in keys)),
        )
        place = _place(Path(folder), settings)
        Trust(settings.path(settings.trust)).accept(
            *(Identity(device=name, kind="tls", key=at[2]) for name, at in reach.items())
        )
        note_booted(place, snapshot, rendered)
        del rendered
        matched = in_scope(snapshot, Scope(), place.settings)

        def done(_device: str, _error: str) -> None:
            pass

        try:
            seen = measured(
                "collect, one file each", lambda: collect(place, matched, done, into=Path(folder) / "o")
            )
            kept = measured("backup, every one new", lambda: back_up(place, snapshot, matched, done))
            again = measured("backup, nothing changed", lambda: back_up(place, snapshot, matched, done))
            found = measured("drift", lambda: drift_network(place, snapshot, matched, done))
        finally:
            here.send("")
            made.join()
        lines = sum(one.lines for one in seen.devices.values())
        print(
            f"{len(seen.devices) - len(seen.unreached)} of {count} read, {lines // count} lines each; "
            f"{len(kept.written)} kept, then {len(again.written)}; drift on {len(found.differing)}"
        )


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    main(*(arguments or [300]), *([] if len(arguments) > 1 else [120]))
