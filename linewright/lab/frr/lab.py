"""The lab as a whole: up, down, status, and what others need to reach its routers.

`up` writes down each step before it is begun; `down` finds everything by the lab's folder alone (processes by the
words they were started with, links by a name made of the folder), so that it also removes a lab whose `up` was
killed at any moment.
"""

import fcntl
import ipaddress
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from linewright.errors import DataError, FacilityError, LinewrightError, UsageError
from linewright.lab.facilities import missing_for_lab
from linewright.lab.frr import disk, processes, state, wires
from linewright.lab.frr.namespaces import Namespaces
from linewright.lab.frr.router import Router
from linewright.lab.frr.state import Lab, State
from linewright.lab.frr.topology import Topology, topology
from linewright.model.objects import Record
from linewright.model.snapshot import Snapshot

#: Called with what is being done, how much of it is done, and how much there is to do.
Progress = Callable[[str, int, int], None]

_Place = TypeVar("_Place", bound=Namespaces)

#: Routers prepared or booted at once: more only makes each slower on the two cores we promise anything on.
_AT_ONCE = 4
#: How long to wait for another `up` or `down`, or for what a killed one has started.
_LOCK_SECONDS = 10


class RouterStatus(Record, frozen=True):
    """How one router is. `pid` is 0 when it is not running; `stopped` names programs that should run and do not."""

    name: str
    address: str
    pid: int
    stopped: tuple[str, ...] = ()
    port: int = 22
    user: str = disk.OPERATOR
    host_key: str = ""


def _silent(_what: str, _done: int, _all: int) -> None:
    pass


def up(snapshot: Snapshot, configs: Mapping[str, str], folder: Path, progress: Progress = _silent) -> Lab:
    """Build and boot the lab of a snapshot in `folder` (made when it is not there; mode 0700).

    `configs` gives the boot configuration of every router by device name; others are ignored. Configurations are kept
    on the routers' disks only, mode 0600.

    Raises:
        FacilityError: no root, a program is missing, an address or the folder is in use. Nothing is left behind.
        DataError: the snapshot gives no lab, a configuration is missing or refused. Nothing is left behind.
        DeviceError: a router did not boot. Nothing is left behind.
    """
    if why := missing_for_lab():
        raise FacilityError(
            f"the FRR lab cannot be used here: {why}",
            hint="it needs root and Debian's frr, frr-pythontools, lldpd, openssh-server and iproute2: make lab-deps",
        )
    plan = topology(snapshot)
    if absent := [spec.name for spec in plan.routers if spec.name not in configs]:
        raise DataError(f"no configuration was given for {', '.join(absent)}")
    folder = folder.resolve()
    _check_free(folder)
    _check_networks(plan)
    _make_folder(folder)
    with _locked(folder) as lock:
        _check_free(folder)  # again: another process could have been quicker
        lab = Lab(folder, State(schema=state.SCHEMA, phase="files", snapshot=snapshot.digest, topology=plan))
        try:
            _build(lab, configs, progress, lock)
        except BaseException as error:  # whatever it was, an interrupt too: what was built is removed
            why = error.message if isinstance(error, LinewrightError) else type(error).__name__
            state.note(lab.folder, f"up failed: {why}")
            _remove(lab.folder, _silent)
            raise
    return state.load(folder)


def _build(lab: Lab, configs: Mapping[str, str], progress: Progress, lock: int) -> None:
    plan, folder, routers = lab.topology, lab.folder, list(lab.routers.values())
    _begin(lab, "files")
    private, public = disk.key_pair()
    lab.key_file.touch(mode=0o600)
    lab.key_file.write_bytes(private)
    state.routers_folder(folder).mkdir(mode=0o700)
    _each(routers, lambda router: router.prepare(configs[router.name], public), "preparing", progress)
    _begin(lab, "namespaces")
    _each([*routers, *lab.inline.values()], Namespaces.create, "creating", progress)
    _begin(lab, "links")
    progress("cabling", 0, len(plan.links))
    bridge = state.bridge_name(folder)
    pids = {place.name: place.pid for place in (*routers, *lab.inline.values())}
    commands = wires.bridge(bridge, plan.host)
    for number, spec in enumerate(plan.routers, 1):
        commands += wires.plug(f"{bridge}x{number}", bridge, pids[spec.name], spec.management)
    commands += [wires.cable(pids[link.a], link.a_port, pids[link.z], link.z_port) for link in plan.links]
    wires.ip(*commands, holding=lock)
    progress("cabling", len(plan.links), len(plan.links))
    _begin(lab, "boot")
    for inline in lab.inline.values():
        inline.boot()
    _each(routers, Router.boot, "booting", progress)
    _begin(lab, "up")


def down(folder: Path, progress: Progress = _silent) -> None:
    """Remove the lab in a folder, however far it got; only lab.log stays. No lab there is fine.

    Raises:
        FacilityError: not root, or something of it cannot be removed.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        return
    if os.geteuid() != 0:
        raise FacilityError("only root can remove a lab", hint="run it with sudo")
    with _locked(folder):
        _remove(folder, progress)


def _remove(folder: Path, progress: Progress) -> None:
    """End processes, then links, then files; lab.json goes last, so that an interrupted `down` can be repeated."""
    words = processes.needle(state.routers_folder(folder))
    bridge = state.bridge_name(folder)
    left = state.leftovers(folder)
    links = [name for name in wires.names(bridge) if name == bridge or name[len(bridge)] == "x"]
    if not (left or links or processes.running(words)):
        return
    progress("stopping", 0, 3)
    ended = processes.end(words)
    progress("stopping", 1, 3)
    wires.remove(sorted(links, reverse=True))
    progress("stopping", 2, 3)
    for path in left:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    state.note(folder, f"down: {ended} routers ended, {len(links)} links removed from the host")
    progress("stopping", 3, 3)


def status(lab: Lab) -> tuple[RouterStatus, ...]:
    """How every router is, in the order of the snapshot."""
    return tuple(_status(router) for router in lab.routers.values())


def _status(router: Router) -> RouterStatus:
    spec = router.spec
    numbers = {name: f"/run/frr/{name}.pid" for name in ("zebra", "staticd", *spec.daemons)}
    numbers |= {"sshd": "/run/sshd.pid", "lldpd": "/run/lldpd.pid"}
    stopped: tuple[str, ...] = ()
    if pid := router.pid:
        ask = 'for file; do kill -0 "$(cat "$file")" 2>/dev/null || echo "$file"; done'
        silent = router.run(["sh", "-c", ask, "sh", *numbers.values()]).stdout.split()
        stopped = tuple(name for name, file in numbers.items() if file in silent)
    return RouterStatus(name=spec.name, address=spec.host, pid=pid, stopped=stopped, host_key=router.host_key)


def known_hosts(lab: Lab) -> str:
    """The routers' host keys as OpenSSH's known_hosts lines: "NAME,ADDRESS ssh-ed25519 AAAA..."."""
    return "".join(f"{r.name},{r.spec.host} {r.host_key}\n" for r in lab.routers.values())


def _swept(bridge: str) -> bool:
    """Remove the bridge of a lab whose routers are all gone (the machine's own end took them); whether it was one."""
    if not wires.is_lab_bridge(bridge) or bridge in map(state.bridge_name, processes.folders()):
        return False
    wires.remove(sorted(wires.names(bridge), reverse=True))
    return True


def _begin(lab: Lab, phase: state.Phase) -> None:
    lab.state = msgspec.structs.replace(lab.state, phase=phase)
    state.save(lab.folder, lab.state)
    state.note(lab.folder, f"up: {phase} ({len(lab.routers)} routers, {len(lab.topology.links)} links)")


def _each(routers: Iterable[_Place], action: Callable[[_Place], None], what: str, progress: Progress) -> None:
    """One action on all of them, a few at once; the first failure stops the rest before they begin."""
    routers = list(routers)
    progress(what, 0, len(routers))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = [pool.submit(action, router) for router in routers]
        try:
            for done, future in enumerate(as_completed(running), 1):
                future.result()
                progress(what, done, len(routers))
        except BaseException:  # an interrupt too: what has not begun must not begin
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _check_free(folder: Path) -> None:
    if state.leftovers(folder) or wires.names(state.bridge_name(folder)):
        raise FacilityError(f"there is a lab in {folder} already", hint="linewright lab down removes it")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        facts = folder.stat()
    except OSError as error:
        raise UsageError(f"{folder} cannot be a lab's folder: {error.strerror}") from None
    if others := state.strangers(folder):
        raise UsageError(
            f"{folder} holds something else: {', '.join(others[:5])}", hint="a lab needs a folder of its own"
        )
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise UsageError(
            f"{folder} can be written by others", hint="a lab's folder belongs to root alone: chmod 700"
        )
    folder.chmod(0o700)


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Only one `up` or `down` at a time: the lock's file descriptor.

    The lock is the folder itself, so it leaves no file, and it ends with the process and what that has started.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    deadline = time.monotonic() + _LOCK_SECONDS
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise FacilityError(
                        f"another process is building or removing the lab in {folder}", hint="wait for it"
                    ) from None
                time.sleep(0.05)
        yield handle
    finally:
        os.close(handle)


def _check_networks(plan: Topology) -> None:
    """Refuse management networks that this host already has a way to (another lab, a real network).

    The bridge of a lab that died with the machine's processes is in nobody's way: it is removed.
    """
    dead: set[str] = set()
    for family in ("-4", "-6"):
        shown = subprocess.run(
            ["ip", "-json", family, "route", "show", "table", "all"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
            env=wires.ENVIRONMENT,
        )
        for route in json.loads(shown.stdout or "[]"):
            if route["dst"] in ("default", "::/0", "0.0.0.0/0"):
                continue
            there = ipaddress.ip_network(route["dst"], strict=False)
            for address in plan.host:
                ours = ipaddress.ip_interface(address).network
                if ours.version == there.version and ours.overlaps(there):
                    if (bridge := str(route.get("dev", ""))) in dead or _swept(bridge):
                        dead.add(bridge)
                        continue
                    raise FacilityError(
                        f"the lab's management network {ours} is in use: {there} is on {route.get('dev', 'this host')}",
                        hint="stop the lab that has it, or give the devices of this one other out-of-band addresses",
                    )
