"""What a plan finds out beside the running configuration, and by which interface it thinks we come in."""

from pathlib import Path

import pytest

from linewright.devices.outcome import CommitRefused
from linewright.devices.survey import Surveyed, survey
from linewright.devices.target import Guard, Target
from linewright.errors import DeviceError
from linewright.model.objects import Address, Device, Interface
from linewright.model.observation import Observation
from linewright.operate.demo import demo_site, edited
from linewright.operate.planning import Request, make_plan, own_way
from linewright.operate.scope import Scope
from linewright.operate.surveying import beside
from linewright.plan.changeplan import WorstCase
from linewright.platforms import rules

RUNNING = "hostname r1\nip route 203.0.113.0/24 blackhole\n"


class Router:
    def __init__(self, startup: str, guard: Guard | None) -> None:
        self._startup, self._guard = startup, guard

    def get_config(self, retrieve: str) -> dict[str, str]:
        if retrieve == "startup" and not self._startup:
            raise OSError("no such file")
        return {"running": RUNNING + "end\n", "startup": self._startup}

    def pending_change(self) -> None:
        return None

    def guard(self) -> Guard:
        if self._guard is None:
            raise CommitRefused("no sense")
        return self._guard


def seen(startup: str = RUNNING, guard: Guard | None = None) -> Surveyed:
    driver: object = Router(startup, guard)
    return survey(driver, "r1", rules("frr"), b"k" * 32)  # type: ignore[arg-type]  # only what a survey uses


def test_lines_that_are_not_saved_are_found() -> None:
    found = beside(seen(startup="hostname r1\nip route 192.0.2.0/24 blackhole\n"))
    assert found.unsaved == (
        "- ip route 192.0.2.0/24 blackhole",
        "+ ip route 203.0.113.0/24 blackhole",
    )
    assert beside(seen()).unsaved == ()


def test_what_cannot_be_read_is_told_and_stops_nothing() -> None:
    found = beside(seen(startup=""))
    assert "no such file" in found.startup_unread
    assert found.unsaved == ()
    assert found.worst_case is not None
    assert "no sense" in found.worst_case.unread


def test_the_guard_is_what_the_router_says() -> None:
    found = beside(seen(guard=Guard(restart="no", start_hook=False)))
    assert found.worst_case == WorstCase(restart="no", start_hook=False)


def test_a_device_that_was_not_reached_has_nothing_beside() -> None:
    lost = Observation(device="r1", platform="frr", seen="", error="gone", error_code=DeviceError.code)
    assert beside(Surveyed(observation=lost)).unsaved == ()


def device(*interfaces: Interface) -> Device:
    return Device(name="sw1", site="hq", role="x", type="y", oob_ip="198.18.0.9/24", interfaces=interfaces)


def port(name: str, address: str = "", **more: str) -> Interface:
    addresses = (Address(address=address),) if address else ()
    return Interface(name=name, addresses=addresses, **more)


def target(host: str) -> Target:
    return Target(
        device="sw1", platform="eos", host=host, port=443, username="netops", known_hosts="", tls_pins=""
    )


OOB, BAND = port("Management1", "198.18.0.9/24"), port("Ethernet1", "192.0.2.1/31")


@pytest.mark.parametrize(
    ("host", "ports"),
    [
        ("198.18.0.9", ("Management1",)),
        ("192.0.2.1", ("Ethernet1",)),
        ("sw1.example.net", ("Management1",)),
        ("127.0.0.1", ("Management1",)),
    ],
)
def test_our_way_in_is_by_the_address_we_really_go_to(host: str, ports: tuple[str, ...]) -> None:
    way = own_way(device(OOB, BAND), target(host))
    assert (way.ports, way.login) == (ports, "netops")


def test_what_our_port_rests_on_is_our_way_in_too() -> None:
    ports = (
        port("Port-Channel1.7", "192.0.2.1/31", parent="Port-Channel1"), port("Port-Channel1"),
        port("Ethernet1", lag="Port-Channel1"), port("Ethernet2"),
    )  # fmt: skip
    assert set(own_way(device(*ports), target("192.0.2.1")).ports) == {
        "Port-Channel1.7", "Port-Channel1", "Ethernet1",
    }  # fmt: skip


def test_a_plan_says_what_it_saves_beside_the_change(tmp_path: Path) -> None:
    with demo_site(tmp_path) as (place, before, fleet):
        place.keep(before)
        after = edited(before)
        place.keep(after)
        box = fleet.boxes["hq-acc1"]
        box.startup = box.running.clone()
        box.operator("ip route 203.0.113.0/24 Null0")
        planned = make_plan(
            place, after, Request(scope=Scope(devices=("hq-acc1",))), lambda _name, _error: None
        )
        assert planned.plan is not None
        part = planned.plan.devices[0]
        assert part.unsaved == ("+ ip route 203.0.113.0/24 Null0",)
        assert part.worst_case is None


@pytest.mark.lab
def test_a_real_router_says_what_it_has_and_what_it_has_not_saved(tmp_path: Path) -> None:
    from napalm import get_network_driver

    from linewright.lab.frr.single import minimal, routers

    with routers(tmp_path / "bench", {"r1": minimal("r1")}) as bench:
        known = tmp_path / "known_hosts"
        known.write_text(bench.known_hosts)
        bench["r1"].vtysh("configure terminal", "ip route 203.0.113.0/24 blackhole", "end")
        options = {"key_file": str(bench.key_file), "known_hosts": str(known)}
        driver = get_network_driver("frr")(bench["r1"].spec.host, "ops", "", 30, options)
        driver.open()
        try:
            found = beside(survey(driver, "r1", rules("frr"), b"k" * 32))
        finally:
            driver.close()
    assert found.unsaved == ("+ ip route 203.0.113.0/24 blackhole",)
    assert found.worst_case is not None
    assert found.worst_case.unread == ""
    assert found.worst_case.restart
