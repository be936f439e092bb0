"""Whole steps against a real router on which somebody is at work while the change is not proved."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from napalm import get_network_driver
from napalm.base.exceptions import NapalmException

from linewright import configs
from linewright.change.dispatch import Outcome, Step
from linewright.change.sessions import sessions
from linewright.change.step import Bench, step
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError
from linewright.journal.journal import Journal
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import minimal, routers
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.platforms import rules
from linewright.redact import tokenise

pytestmark = pytest.mark.lab
FRR, KEY = rules("frr"), b"k" * 32
OURS, FOREIGN = "ip route 198.51.100.0/24 blackhole", "ip route 203.0.113.0/24 blackhole"

Do = Callable[[Callable[[str], None]], Outcome]


@pytest.fixture
def router(tmp_path: Path) -> Iterator[Router]:
    with routers(tmp_path / "bench", {"r1": minimal("r1")}) as bench:
        (tmp_path / "known_hosts").write_text(bench.known_hosts)
        (tmp_path / "key").symlink_to(bench.key_file)
        yield bench["r1"]


@pytest.fixture
def do(router: Router, tmp_path: Path) -> Iterator[Do]:
    """Adds a route with a timer of 30 s; what is given is told each stage."""
    opened: list[ChangeDriver] = []
    journal = Journal(tmp_path / "journal.db")

    def connect() -> ChangeDriver:
        arguments = {"key_file": str(tmp_path / "key"), "known_hosts": str(tmp_path / "known_hosts")}
        driver = get_network_driver("frr")(router.spec.host, "ops", "", 30, arguments)
        try:
            driver.open()
        except (NapalmException, OSError) as error:
            raise DeviceError(str(error)) from error
        opened.append(driver)
        return opened[-1]

    def close() -> None:
        while opened:
            opened.pop().close()

    def change(hook: Callable[[str], None]) -> Outcome:
        running = router.vtysh("show running-config no-header")
        before = configs.normalise(tokenise(running, FRR, KEY, "r1"), FRR)
        after = configs.normalise(f"{before}{OURS}\n", FRR)
        wanted = Wanted(device="r1", host="h", port=22, identity="x", timer=30, intended=after, slots=())
        part = device_plan(wanted, Laid(before=before, after=after), FRR)
        assert part is not None
        bench = Bench(
            journal=journal, key=KEY, reveal=lambda _ref: "", watch=lambda _device, stage: hook(stage)
        )
        work = Step(kind="change", job="J0001-AAAA-BBBB", attempt=1, plan=part)

        def again() -> Outcome:
            other = msgspec.structs.replace(bench, watch=lambda _device, _stage: None)
            return step(
                msgspec.structs.replace(work, job="J0002-AAAA-BBBB"),
                sessions(connect, close, keep=False),
                other,
            )

        change.again = again  # type: ignore[attr-defined]  # the same lines once more, for whoever wants them
        return step(work, sessions(connect, close, keep=False), bench)

    yield change
    close()
    journal.close()


def shell(router: Router, command: str) -> str:
    return router.run(["sh", "-c", command], timeout=30).stdout


def saved_by_somebody(router: Router) -> None:
    router.vtysh("configure terminal", FOREIGN, "end", "write memory")
    assert OURS in shell(router, "cat /etc/frr/frr.conf")


def test_what_somebody_saved_in_the_window_is_gone_from_startup_too(router: Router, do: Do) -> None:
    outcome = do(lambda stage: saved_by_somebody(router) if stage.startswith("committed") else None)
    assert outcome.result == "foreign"
    assert f"+ {FOREIGN}" in outcome.message
    assert "they are gone with the change" in outcome.message
    startup = shell(router, "cat /etc/frr/frr.conf")
    assert OURS not in startup
    assert FOREIGN not in startup


def test_a_startup_that_cannot_be_put_back_is_named_and_the_routers_copies_stay(
    router: Router, do: Do
) -> None:
    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            saved_by_somebody(router)
            shell(router, "mount --bind /etc/frr /etc/frr && mount -o remount,ro,bind /etc/frr")

    outcome = do(hook)
    assert OURS not in router.vtysh("show running-config no-header")
    assert OURS in shell(router, "cat /etc/frr/frr.conf"), (
        "the disk takes nothing: a restart brings the change"
    )
    assert outcome.result == "partly back"
    assert "198.51.100.0/24" in outcome.message
    assert "job-J0001-AAAA-BBBB.1" in shell(router, "ls /var/lib/linewright")


def test_sent_again_while_it_waits_closed_and_forgotten_it_is_neither_taken_back_nor_made_twice(
    router: Router, do: Do
) -> None:
    again: list[Outcome] = []

    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            again.append(do.again())  # type: ignore[attr-defined]  # what the fixture adds
            gc.collect()
            assert OURS in router.vtysh("show running-config no-header")

    outcome = do(hook)
    assert [one.result for one in again] == ["refused"]
    assert "waits there for its confirmation" in again[0].message
    assert outcome.result == "confirmed"
    assert shell(router, "cat /etc/frr/frr.conf").count(OURS) == 1


def test_what_somebody_typed_and_took_away_again_in_the_window_is_known_from_frrs_own_log(
    router: Router, do: Do
) -> None:
    def hook(stage: str) -> None:
        if stage.startswith("committed"):
            router.vtysh("configure terminal", FOREIGN)
            router.vtysh("configure terminal", f"no {FOREIGN}")

    outcome = do(hook)
    assert outcome.result == "foreign"
    assert FOREIGN in outcome.message
    assert OURS not in router.vtysh("show running-config no-header")
    assert OURS not in shell(router, "cat /etc/frr/frr.conf")


def test_what_somebody_typed_after_the_confirmation_is_told_and_the_change_stands(
    router: Router, do: Do
) -> None:
    def hook(stage: str) -> None:
        if stage.startswith("confirmed;"):
            router.vtysh("configure terminal", FOREIGN)

    outcome = do(hook)
    assert (outcome.result, outcome.stands) == ("foreign", True)
    assert FOREIGN in outcome.message
    assert OURS in shell(router, "cat /etc/frr/frr.conf")
