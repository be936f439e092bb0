"""Whole steps against a real router whose startup somebody saves while the change is not proved."""

from collections.abc import Callable, Iterator
from pathlib import Path

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
