"""A job, and something that goes wrong at one of its boundaries; then `resume`; then judgement by the devices' own records.

    python tests/nemesis/nemesis.py FOLDER FIRST-SEED SEEDS          one line of JSON per scenario

One warm parent forks everything: the world (simulated switches, which live on), the applier, whoever else interferes,
whoever resumes, and the judge, who knows nothing but the switches' records and what was reported. A seed takes all
boundaries once, with a trouble for each by chance; time goes ten times as fast for everybody.
"""

import json
import multiprocessing
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from linewright.change import bench as benches
from linewright.change import holding, quiet
from linewright.change.states import State
from linewright.devices import write
from linewright.devices.trust import Identity, Trust
from linewright.errors import LinewrightError
from linewright.journal.journal import Journal
from linewright.lab.twin.box import Box, Credentials
from linewright.lab.twin.described import fleet_of
from linewright.lab.twin.faults import Fault
from linewright.lab.twin.judge import Told, told
from linewright.model.snapshot import Snapshot
from linewright.operate import applying, demo, resuming
from linewright.operate.jobs import jobs_of
from linewright.operate.labs import note_booted, with_secrets
from linewright.operate.planning import Request, make_plan
from linewright.operate.rendering import render_all
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import dump, load
from linewright.settings import Apply, Endpoint, Settings

FAST = 10.0
TIMER = 60
DEVICES = ("hq-acc1", "hq-acc2")
#: Where a job can be hit: before or after a record of the journal, before or after something was sent.
BOUNDARIES = (
    "after job begun",
    "before arming",
    "after arming",
    "load",
    "sent commit",
    "after committed",
    "before confirming",
    "after confirming",
    "sent confirm",
    "after confirmed",
    "before device ended",
    "after device ended",
    "before job ended",
    "after job ended",
)
TROUBLES = (
    "kill",
    "pause",
    "partition",
    "late landing",
    "clock step",
    "second operator",
    "second applier",
    "saved by another",
    "restart",
)
#: Longer than this (real seconds) nothing takes; what does is a fault by itself.
PATIENCE = 150.0


def quiet_told(*_: Any) -> None:
    pass


def fork(work: Callable[[], Any], *, own_group: bool = False) -> int:
    """Run something in a process of its own; its exit status is 0, or 1 for any exception."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        if own_group:
            os.setpgid(0, 0)
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - the parent has to hear of whatever it was
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(pid: int, seconds: float = PATIENCE) -> int | None:
    """Wait for a child; None when it did not end in time (it is killed then)."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


class World:
    """The switches in a process of their own, and a pipe to play with them."""

    def __init__(
        self, snapshot: Snapshot, configs: dict[str, str], credentials: Credentials, folder: Path
    ) -> None:
        self.ours, theirs = multiprocessing.Pipe()

        def live() -> None:
            self.ours.close()
            with fleet_of(
                snapshot, configs, credentials=credentials, unit=1 / FAST, record=folder
            ) as running:
                theirs.send({name: tuple(at) for name, at in running.reach.items()})
                while True:
                    try:
                        name, action, given = theirs.recv()
                    except EOFError:
                        return
                    theirs.send(getattr(self, f"_{action}")(running.boxes[name], **given))

        self.pid = fork(live)
        theirs.close()
        self.reach = self.ours.recv()

    def __call__(self, device: str, action: str, **given: Any) -> Any:
        self.ours.send((device, action, given))
        return self.ours.recv()

    def close(self) -> None:
        self.ours.close()
        if ended(self.pid, 5) is None:
            sys.stderr.write("the world had to be ended\n")

    @staticmethod
    def _fault(box: Box, **given: Any) -> None:
        box.faults.add(Fault(**given))

    @staticmethod
    def _cut(box: Box, what: Any, seconds: float) -> None:
        box.way.cut(what, seconds)

    @staticmethod
    def _operator(box: Box, lines: tuple[str, ...]) -> None:
        box.operator(*lines)

    @staticmethod
    def _save(box: Box) -> None:
        box.save()

    @staticmethod
    def _step(box: Box, seconds: float) -> None:
        box.step(seconds)

    @staticmethod
    def _restart(box: Box) -> None:
        box.restart()

    @staticmethod
    def _stands(box: Box) -> dict[str, Any]:
        """The truth, for the judge: whether running and startup hold the change, what waits, whether others were there."""
        running, startup = (box.text(config, "x") for config in (box.running, box.startup))
        return {
            "running": "vlan 240" in running,
            "startup": "vlan 240" in startup,
            "others": "operator was here" in running,
            "waiting": box.sessions.timer.session if box.sessions.timer else "",
            "edited": False,
        }


class Prepared:
    """What all scenarios begin from: the reference site, its texts, a change."""

    def __init__(self, folder: Path) -> None:
        self.snapshot = demo.recorded.load(demo.demo_folder() / "snapshot.lwsnap")
        self.settings = msgspec.structs.replace(
            demo._settings(folder, {}), apply=Apply(timer=TIMER, neighbours=False)
        )
        demo._secrets(self.settings)
        place = demo._place(folder, self.settings)
        devices = {name: self.snapshot.devices[name] for name in DEVICES}
        self.rendered, problems = render_all(demo.inventive(place), self.snapshot, devices)
        assert not problems, problems
        self.configs = with_secrets(place, self.rendered)
        self.credentials = Credentials("admin", place.secrets.credential("login/eos"))
        self.folder = folder

    def place(self, folder: Path, world: World) -> Workplace:
        """A site of its own for one scenario, with the one secrets folder."""
        shared = self.folder / ".linewright" / "secrets"
        settings: Settings = msgspec.structs.replace(
            self.settings,
            root=str(folder),
            secrets=msgspec.structs.replace(
                self.settings.secrets,
                key_file=str(shared / "site.key"),
                values_file=str(shared / "values.yaml"),
            ),
            endpoints={name: Endpoint(host=at[0], port=at[1]) for name, at in world.reach.items()},
        )
        found = demo._place(folder, settings)
        Trust(settings.path(settings.trust)).accept(
            *(Identity(device=name, kind="tls", key=at[2]) for name, at in world.reach.items())
        )
        found.keep(self.snapshot)
        note_booted(found, self.snapshot, self.rendered)
        return found


def ten_times_as_fast() -> None:
    """In a process that was forked for it: our own clock and pauses, as the switches' time goes."""
    real = benches.boottime

    def clock() -> float:
        return real() * FAST

    def pause(seconds: float) -> None:
        time.sleep(seconds / FAST)

    fast = partial(benches.Bench, clock=clock, pause=pause)
    applying.Bench = fast
    resuming.Bench = fast
    for module in (benches, holding, quiet, resuming):
        if hasattr(module, "boottime"):
            module.boottime = clock


class Trap:
    """In the applier: stops at one boundary, once, tells the parent, and waits to be let go (or is killed)."""

    def __init__(self, boundary: str, tell: int, listen: int) -> None:
        self.boundary, self.tell, self.listen, self.sprung = boundary, tell, listen, False

    def set(self) -> None:
        append = Journal.append

        def appended(journal: Journal, job: str, event: str, device: str = "", **detail: Any) -> Any:
            self.at(f"before {event}")
            done = append(journal, job, event, device, **detail)
            self.at(f"after {event}")
            return done

        Journal.append = appended  # type: ignore[method-assign]
        for name in ("commit", "confirm"):
            setattr(write, name, self.wrapped(getattr(write, name), name))

    def wrapped(self, really: Callable[..., Any], name: str) -> Callable[..., Any]:
        def sent(*given: Any, **named: Any) -> Any:
            if name == "commit":
                self.at("load")
            done = really(*given, **named)
            self.at(f"sent {name}")
            return done

        return sent

    def at(self, boundary: str) -> None:
        if boundary == self.boundary and not self.sprung:
            self.sprung = True
            os.write(self.tell, b"!")
            os.read(self.listen, 1)


class Scenario:
    """One job, one boundary, one trouble."""

    def __init__(
        self, prepared: Prepared, folder: Path, boundary: str, trouble: str, chance: random.Random
    ) -> None:
        self.prepared, self.folder, self.boundary, self.trouble, self.chance = (
            prepared,
            folder,
            boundary,
            trouble,
            chance,
        )
        self.records = folder / "records"
        self.records.mkdir(parents=True)

    def run(self) -> dict[str, Any]:
        world = World(self.prepared.snapshot, self.prepared.configs, self.prepared.credentials, self.records)
        try:
            self.world = world
            self.place = self.prepared.place(self.folder, world)
            return self.played()
        finally:
            world.close()

    def played(self) -> dict[str, Any]:
        # An event of the second device too, so that what happened to the first is not always the end.
        self.device = self.chance.choice(DEVICES)
        trapped, tell = os.pipe()
        listen, go = os.pipe()
        applier = fork(partial(self.apply, Trap(self.boundary, tell, listen)))
        os.close(tell)
        sprung = bool(select.select([trapped], [], [], PATIENCE)[0]) and os.read(trapped, 1) == b"!"
        interferers = list(self.interfere(applier)) if sprung else []
        os.write(go, b".")
        faults = []
        if self.trouble != "kill" and ended(applier) is None:
            faults.append("the applier did not end")
        faults += ["who came second did not end" for pid in interferers if ended(pid) is None]
        for number in (trapped, listen, go):
            os.close(number)
        for _ in range(3):
            if (resumed := ended(fork(self.resume))) is None:
                faults.append("resume did not end")
            if resumed == 0:
                break
        truth = {name: self.world(name, "stands") for name in DEVICES}
        truth[self.device]["edited"] = sprung and self.trouble == "second operator"
        verdict = self.folder / "verdict.json"
        said = self.folder / "said.json"
        said.write_text(json.dumps({"truth": truth, "report": self.report(), "faults": faults}))
        if ended(fork(partial(judge, self.records, said, verdict)), 30) != 0:
            faults.append("the judge failed")
            return self.told(faults, sprung=sprung)
        return self.told(json.loads(verdict.read_text()), sprung=sprung)

    def told(self, faults: list[str], *, sprung: bool) -> dict[str, Any]:
        return {
            "boundary": self.boundary, "trouble": self.trouble, "sprung": sprung, "faults": faults,
            "report": self.report(), "folder": str(self.folder),
        }  # fmt: skip

    def interfere(self, applier: int) -> Iterator[int]:  # noqa: C901 - one short case for each trouble
        """What goes wrong while the applier stands at its boundary; processes that were begun."""
        world, first = self.world, self.device
        match self.trouble:
            case "kill":
                os.kill(applier, signal.SIGKILL)
                os.waitpid(applier, 0)
            case "pause":
                # Past its timer; what it holds ends too, as if the time had gone by.
                time.sleep(TIMER / FAST + 1)
                self.leases_end()
            case "partition":
                for name in DEVICES:
                    world(
                        name,
                        "cut",
                        what=self.chance.choice(("in", "out", "both")),
                        seconds=TIMER / FAST / self.chance.choice((0.7, 4)),
                    )
            case "late landing":
                world(
                    first,
                    "fault",
                    command="commit",
                    kind="late",
                    seconds=self.chance.choice((0.5, 2.0)),
                    answer="",
                )
            case "clock step":
                world(first, "step", seconds=self.chance.choice((-3600, 3600)))
            case "second operator":
                world(first, "operator", lines=("interface Ethernet2", "description operator was here"))
            case "saved by another":
                world(first, "save")
            case "restart":
                world(first, "restart")
            case "second applier":
                self.leases_end()
                yield fork(self.resume if self.chance.random() < 0.5 else partial(self.apply, None))
                time.sleep(self.chance.choice((0.1, 2.0)))

    def leases_end(self) -> None:
        """The time of the leases is over."""

        def over() -> None:
            with sqlite3.connect(self.place.state.folder / "journal.db", timeout=30) as journal:
                columns = [row[1] for row in journal.execute("pragma table_info(leases)")]
                until = next(column for column in columns if column in ("until", "ends", "expires"))
                journal.execute(f"update leases set {until} = 0")

        assert ended(fork(over), 40) == 0

    def apply(self, trap: Trap | None) -> None:
        ten_times_as_fast()
        place = self.place
        path = self.folder / "change.lwplan"
        if trap is not None:
            after = demo.edited(self.prepared.snapshot)
            place.keep(after)
            made = make_plan(place, after, Request(scope=Scope(devices=DEVICES)), quiet_told)
            assert made.plan is not None, made.problems
            path.write_bytes(dump(made.plan))
            trap.set()
        try:
            applying.apply_plan(place, load(path), quiet_told, quiet_told)
        except LinewrightError as error:
            with (self.folder / "refusals").open("a") as file:
                file.write(f"{error.message}\n")

    def resume(self) -> None:
        ten_times_as_fast()
        place = self.place
        try:
            job = resuming.which(place)
        except LinewrightError:
            return
        found = resuming.resume(place, job, quiet_told, pause=lambda seconds: time.sleep(seconds / FAST))
        states = [settled.standing.state for settled in found.settled]
        with (self.folder / "states").open("a") as file:
            file.writelines(f"{state}\n" for state in states)
        if found.job.unsettled:
            raise SystemExit(1)

    def report(self) -> dict[str, Any]:
        """What a person is told at the end, job by job."""
        read, written = os.pipe()

        def tell() -> None:
            journal = self.place.state.journal()
            jobs = [
                {"job": job.name, "devices": {one.device: one.told for one in job.devices}}
                for job in jobs_of(journal.entries())
            ]
            journal.close()
            states = self.folder / "states"
            found = {"jobs": jobs, "states": states.read_text().split("\n")[:-1] if states.exists() else []}
            os.write(written, json.dumps(found).encode())

        pid = fork(tell)
        os.close(written)
        with os.fdopen(read, "rb") as pipe:
            data = pipe.read()
        assert ended(pid, 40) == 0
        found: dict[str, Any] = json.loads(data)
        return found


# ---- the judge -----------------------------------------------------------------------------------------------------

TEN = set(State.__args__)  # type: ignore[attr-defined]


def judge(records: Path, said: Path, verdict: Path) -> None:
    """Hold what was reported against what the switches themselves have written down."""
    given = json.loads(said.read_text())
    faults = list(given["faults"])
    for name in DEVICES:
        faults += [f"{name}: {fault}" for fault in sent_twice(told(records / f"{name}.jsonl"))]
        faults += [f"{name}: {fault}" for fault in untrue(name, given["truth"][name], given["report"])]
    faults += [
        f"{state} is none of the ten states" for state in given["report"]["states"] if state not in TEN
    ]
    verdict.write_text(json.dumps(faults))


def sent_twice(record: tuple[Told, ...]) -> Iterator[str]:
    """Changes that were sent again though nobody had read the switch since the one before."""
    sent = False
    for event in record:
        command = event.command
        if event.what == "taken" and command.startswith("show running-config"):
            sent = False
        elif event.what in ("taken", "late") and command.startswith("vlan 240"):
            if sent:
                yield f"the change was sent again without a look at it ({event.session})"
            sent = True


def untrue(device: str, truth: dict[str, Any], report: dict[str, Any]) -> Iterator[str]:
    """What was reported of a switch and is not so."""
    results = [job["devices"][device] for job in report["jobs"] if device in job["devices"]]
    last = next((result for result in results if result not in ("not begun", "refused", "not reached")), "")
    if truth["waiting"] and last not in ("open", "unknown"):
        yield f"{truth['waiting']} waits there, reported is {last or 'nothing'}"
    if last == "confirmed" and not (truth["running"] and truth["startup"]):
        yield f"reported as confirmed, but running {truth['running']}, startup {truth['startup']}"
    if last in ("rolled back", "unchanged") and (truth["running"] or truth["startup"]):
        yield f"reported as {last}, but running {truth['running']}, startup {truth['startup']}"
    if last == "confirmed" and truth["edited"] and not truth["others"]:
        yield "reported as confirmed, and what somebody else had typed meanwhile is gone"
    if not last and (truth["running"] or truth["startup"]):
        yield "nothing is reported, but the change is there"
    if last == "not saved" and not (truth["running"] and not truth["startup"]):
        yield f"reported as not saved, but running {truth['running']}, startup {truth['startup']}"


def scenarios(seed: int) -> Iterator[tuple[str, str]]:
    """Every boundary once, each with a trouble; over a few seeds every trouble meets many of them."""
    for number, boundary in enumerate(BOUNDARIES):
        yield boundary, TROUBLES[(5 * number + 2 * seed) % len(TROUBLES)]


def main(folder: Path, first: int, count: int) -> None:
    prepared = Prepared(folder / "prepared")
    for seed in range(first, first + count):
        for number, (boundary, trouble) in enumerate(scenarios(seed)):
            chance = random.Random(f"{seed} {boundary} {trouble}")
            begun = time.monotonic()
            scenario = Scenario(prepared, folder / f"{seed}-{number}", boundary, trouble, chance)
            result = scenario.run()
            line = json.dumps({"seed": seed, "seconds": round(time.monotonic() - begun, 1), **result})
            os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
