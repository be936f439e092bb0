"""Whole steps against a simulated switch: what its texts say in the end, startup too."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from linewright import configs
from linewright.change.dispatch import Outcome, Step
from linewright.change.sessions import sessions
from linewright.change.step import Bench, step
from linewright.devices.eos.driver import EosDriver
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError
from linewright.journal.journal import Journal
from linewright.lab.twin.box import Box, Credentials
from linewright.lab.twin.faults import Fault
from linewright.lab.twin.fleet import Fleet, fleet
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.platforms import rules
from linewright.redact import tokenise

EOS, KEY = rules("eos"), b"k" * 32
LOGIN = Credentials("netops", "not-a-real-password")
CONFIG = (
    "hostname sw1\ninterface Ethernet1\n   description old\nmanagement api http-commands\n   no shutdown\n"
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["4.30.4M", "4.32.2F"])
def twins(clock: Clock, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    with fleet([], {"sw1": CONFIG}, credentials=LOGIN, clock=clock, release=request.param) as running:
        yield running


@pytest.fixture
def box(twins: Fleet) -> Box:
    return twins.boxes["sw1"]


Do = Callable[[Callable[[str], None]], Outcome]


@pytest.fixture
def do(twins: Fleet, box: Box, clock: Clock, tmp_path: Path) -> Iterator[Do]:
    """Adds VLAN 99 with a timer of 60 s; what is given is told each stage."""
    reach = twins.reach["sw1"]
    opened: list[EosDriver] = []
    journal = Journal(tmp_path / "journal.db")

    def connect() -> ChangeDriver:
        arguments = {"port": reach.port, "tls_pin": reach.pin, "device": "sw1"}
        driver = EosDriver(reach.host, LOGIN.username, LOGIN.password, 10, optional_args=arguments)
        opened.append(driver)
        try:
            driver.open()
        except OSError as error:
            raise DeviceError(str(error)) from error
        return driver  # type: ignore[return-value]  # NAPALM is untyped

    def close() -> None:
        while opened:
            opened.pop().close()

    def change(hook: Callable[[str], None]) -> Outcome:
        before = configs.normalise(tokenise(box.text(box.running, "x"), EOS, KEY, "sw1"), EOS)
        want = configs.normalise(before + "vlan 99\n", EOS)
        wanted = Wanted(
            device="sw1", host="h", port=1, identity="x", timer=60, intended=want, slots=()
        )  # fmt: skip
        part = device_plan(wanted, Laid(before=before, after=want), EOS)
        assert part is not None
        bench = Bench(
            journal=journal,
            key=KEY,
            reveal=lambda _ref: "",
            watch=lambda _device, stage: hook(stage),
            clock=clock,
            pause=clock.pass_by,
        )
        return step(
            Step(kind="change", job="J1", attempt=1, plan=part),
            sessions(connect, close, keep=False),
            bench,
        )

    yield change
    close()
    journal.close()


def has(box: Box, text: str, where: str = "running") -> bool:
    config = box.running if where == "running" else box.startup
    return text in box.text(config, "x")


def test_a_good_change_is_confirmed_and_leaves_nothing(do: Do, box: Box) -> None:
    assert do(lambda _stage: None).result == "confirmed"
    assert has(box, "vlan 99", "startup")
    assert box.flash == {}


def test_one_write_memory_in_the_window_does_not_bring_the_change_back_at_a_reboot(do: Do, box: Box) -> None:
    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            box.startup = box.running
            box.faults.add(Fault("show running-config", "other edit", answer="vlan 98"))

    outcome = do(hook)
    assert outcome.result == "foreign"
    assert "+ vlan 98" in outcome.message
    assert "running is as before, so they are gone with the change" in outcome.message
    assert not has(box, "vlan 99")
    assert not has(box, "vlan 99", "startup")
    assert not has(box, "vlan 98", "startup")


def test_what_cannot_be_saved_again_is_named(do: Do, box: Box) -> None:
    box.operator("vlan 50")

    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            box.startup = box.running
            box.faults.add(Fault("show running-config", "other edit", answer="vlan 98"))

    outcome = do(hook)
    assert outcome.result == "partly back"
    assert "vlan 99" in outcome.message
    assert has(box, "vlan 99", "startup"), "nobody knows what of it is wanted"
    assert list(box.flash) == ["lw_J1_1.before"], "the way back stays"


def test_an_error_to_a_commit_that_was_made_is_found_out_by_reading(do: Do, box: Box) -> None:
    box.faults.add(Fault("commit timer", "error after", answer="the agent was restarted", code=1000))
    stages: list[str] = []
    outcome = do(stages.append)
    assert outcome.result == "rolled back"
    assert "the agent was restarted" in outcome.message
    assert any("no answer to the commit" in stage for stage in stages)
    assert not has(box, "vlan 99")


def test_a_fix_made_after_the_timer_fired_is_not_thrown_away(do: Do, box: Box, clock: Clock) -> None:
    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            box.faults.add(Fault("show running-config", "other edit", answer="vlan 98"))
        if stage.startswith("rolling"):
            clock.now += 61
            box.operator("vlan 50")
            box.startup = box.running

    outcome = do(hook)
    assert has(box, "vlan 50")
    assert has(box, "vlan 50", "startup")
    assert not has(box, "vlan 99")
    assert outcome.result == "foreign"
    assert "lines that are not ours: + vlan 50; the change is not there" in outcome.message
    assert not outcome.stands
    assert not any("configure replace" in command for command in box.commands())
