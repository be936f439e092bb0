"""A site whose EOS devices run as twins in this process; and one with a plan for two of them that is never to be carried out."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.lab.twin.fleet import Fleet
from linewright.lab.twin.served import served
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate.demo import demo_site
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace, workplace
from linewright.plan.changeplan import ChangePlan, dump


class Running(NamedTuple):
    place: Workplace
    snapshot: Snapshot
    fleet: Fleet


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Running]:
    with demo_site(tmp_path) as (place, snapshot, fleet):
        yield Running(place, snapshot, fleet)


#: What a simulated switch may be asked without being written to.
_READING = ("show ", "enable", "dir ")
_CHECK = "def check(before, after, around, input):\n    return []\n"


class Sealed:
    """Four switches in a row; the first two are planned, the third stands beside them, the fourth has nothing to do with it."""

    def __init__(self, folder: Path, fleet: Fleet) -> None:
        self.folder, self.fleet = folder, fleet
        self.names = tuple(fleet.boxes)
        self.first, self.second, self.beside, self.elsewhere = self.names
        (folder / "checks").mkdir()
        (folder / "checks" / "own.py").write_text(_CHECK)
        self.settings(lambda ours: ours.update(apply={"timer": 60, "checks": ["checks/own.py"]}))
        box = fleet.boxes[self.first]
        box.operator("ip access-list LOCAL", "10 permit ip host 192.0.2.1 any", "20 deny ip any any")
        box.operator("snmp-server community by-hand ro")
        box.save()
        box.operator("interface Ethernet7", "description by hand, not saved")
        self.before = self.place.snapshot()
        self.want(self.first, self.second)
        request = Request(scope=Scope(devices=(self.first, self.second)))
        made = make_plan(self.place, self.place.snapshot(), request, lambda _device, _error: None)
        assert made.plan is not None, made.problems
        self.plan: ChangePlan = made.plan
        self.file = folder / "change.lwplan"
        self.file.write_bytes(dump(made.plan))

    @property
    def place(self) -> Workplace:
        return workplace(self.folder)

    def settings(self, change: Callable[[dict[str, Any]], object]) -> None:
        path = self.folder / "nornir.yaml"
        document = yaml.safe_load(path.read_text())
        change(document["user_defined"]["linewright"])
        path.write_text(yaml.safe_dump(document))

    def want(self, *names: str, port: str = "Ethernet3", **fields: object) -> None:
        """The source of truth asks for something else of a port of these."""

        def changed(each: Any) -> Any:
            wanted = {"description": "wanted", **fields}
            return msgspec.structs.replace(each, **wanted) if each.name == port else each

        now = self.place.snapshot()
        devices = [
            msgspec.structs.replace(device, interfaces=tuple(map(changed, device.interfaces)))
            if name in names
            else device
            for name, device in now.devices.items()
        ]
        self.place.keep(Snapshot.build(now.tables, devices, Origin(source="edited")))

    def of_the_device(self, name: str, **fields: object) -> None:
        """The source of truth says something else of a device itself."""
        now = self.place.snapshot()
        devices = [
            msgspec.structs.replace(device, **fields) if device.name == name else device
            for device in now.devices.values()
        ]
        self.place.keep(Snapshot.build(now.tables, devices, Origin(source="edited")))

    def apply(self, file: Path | None = None) -> tuple[int, str]:
        """`lw apply` as a person gives it: its exit status, and all it said."""
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = ended(root, ["--site-folder", str(self.folder), "apply", "--yes", str(file or self.file)])
        return code, said.getvalue()

    def written(self) -> list[str]:
        """By the switches' own records: every command that is no question, whether it was taken or refused."""
        return [
            entry.command
            for box in self.fleet.boxes.values()
            for entry in box.log
            if entry.user != "operator" and not entry.command.startswith(_READING)
        ]

    def texts(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        """What each runs and has saved, and its files."""
        return {
            name: (box.text(box.running, "x"), box.text(box.startup, "x"), tuple(box.flash))
            for name, box in self.fleet.boxes.items()
        }

    def armed(self) -> list[str]:
        """By the journal: what was announced before the first byte of a change was sent."""
        journal = self.place.state.journal()
        try:
            assert not [each for each in journal.leases.held() if each.job.startswith("J0")]
            return [f"{entry.job} {entry.device}" for entry in journal.entries() if entry.event == "arming"]
        finally:
            journal.close()

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Nothing is sent to any switch but questions, nothing is announced in the journal, no lease stays."""
        before = self.texts(), self.written(), self.armed()
        yield
        assert (self.texts(), self.written(), self.armed()) == before


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    """One for a whole module: each test puts back what it has turned over."""
    folder = tmp_path_factory.mktemp("sealed") / "site"
    with served(folder, 4, 0) as fleet:
        yield Sealed(folder, fleet)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Sealed]:
    """One for a single test."""
    with served(tmp_path / "site", 4, 0) as fleet:
        yield Sealed(tmp_path / "site", fleet)
