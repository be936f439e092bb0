"""The test of truth: the lines of every FRR case, sent to a real router, one vtysh, stopped by the first error."""

import re
import socket
import struct
import threading
import time
from pathlib import Path
from typing import Self

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linewright.configs import commands, normalise
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import minimal, routers
from linewright.platforms import rules

pytestmark = pytest.mark.lab

FRR = rules("frr")


@pytest.fixture(scope="module")
def router(tmp_path_factory: pytest.TempPathFactory):
    folder: Path = tmp_path_factory.mktemp("configs")
    with routers(folder, {"bench": minimal("bench")}, spares=("eth1", "eth2", "eth3")) as lab:
        yield lab["bench"]


@pytest.fixture(scope="module")
def bare(router: Router) -> str:
    """What the router has before any case."""
    return running(router)


def running(router: Router) -> str:
    return router.vtysh("show running-config no-header")


def send(router: Router, lines: tuple[str, ...]) -> None:
    words = ["vtysh", *(word for line in ("configure terminal", *lines) for word in ("-c", line))]
    answer = router.run(words)
    assert answer.returncode == 0, f"{answer.stdout}{answer.stderr}"


def configured_addresses(text: str) -> set[tuple[str, str]]:
    found, port, shut = set(), "", set()
    for line in text.splitlines():
        if line.startswith("interface "):
            port = line.split()[1]
        elif line.startswith(" ip address "):
            found.add((port, line.split()[2]))
        elif line == " shutdown":
            shut.add(port)
    return {(name, address) for name, address in found if name not in shut}


def kernel_addresses(router: Router) -> set[tuple[str, str]]:
    rows = router.run(["ip", "-o", "-4", "addr", "show"]).stdout.splitlines()
    return {(row.split()[1].partition("@")[0], row.split()[3]) for row in rows}


def assert_in_the_kernel(router: Router, text: str) -> None:
    """zebra shows an address as configured that the kernel has lost; only the kernel's word counts."""
    wanted = configured_addresses(text)
    for _ in range(40):
        if wanted <= kernel_addresses(router):
            return
        time.sleep(0.05)
    assert wanted <= kernel_addresses(router)


class Probe:
    """Asks every 50 ms whether the router still answers, and looks at what it holds as often as it can be read.

    `lost` counts echo requests without an answer, `samples` are the configurations seen on the way.
    """

    def __init__(self, router: Router) -> None:
        self.lost, self.asked, self.samples = 0, 0, []
        self._router = router
        self._over = threading.Event()
        self._threads = [threading.Thread(target=work) for work in (self._echo, self._sample)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _echo(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as wire:
            wire.connect((self._router.spec.host, 0))
            while not self._over.wait(0.05):
                self.asked += 1
                wire.send(echo_request(self.asked))
                self.lost += not self._answered(wire, self.asked)

    @staticmethod
    def _answered(wire: socket.socket, number: int) -> bool:
        until = time.monotonic() + 5  # long: this machine may be busy, and a packet is lost or it is not
        while (left := until - time.monotonic()) > 0:
            wire.settimeout(left)
            try:
                answer = wire.recv(2048)
            except TimeoutError:
                return False
            if answer[20] == 0 and answer[26:28] == struct.pack("!H", number & 0xFFFF):
                return True
        return False

    def _sample(self) -> None:
        while not self._over.is_set():
            self.samples.append(running(self._router))


def echo_request(number: int) -> bytes:
    """An ICMP echo request (RFC 792)."""
    head = struct.pack("!BBHHH", 8, 0, 0, 0x1E57, number & 0xFFFF)
    total = sum(struct.unpack("!4H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:2] + struct.pack("!H", ~total & 0xFFFF) + head[4:]


def pieces(lines: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The lines in the smallest pieces that can be sent by themselves: a section with all that is in it is one."""
    found: list[tuple[str, ...]] = []
    for line in lines:
        closes = found and line in ("exit", "exit-vrf")
        if found and (line.startswith(" ") or closes):
            found[-1] = (*found[-1], line)
        else:
            found.append((line,))
    return found


def without_filter(text: str) -> set[str]:
    """Lists and maps that something is held to, and that have no entry."""
    used = set(
        re.findall(
            r"^ +(?:neighbor \S+|match ip address) ((?:prefix-list|route-map) \S+)", text, re.MULTILINE
        )
    )
    used |= {f"access-list {name}" for name in re.findall(r"^ access-class (\S+)", text, re.MULTILINE)}
    return used - set(re.findall(r"^(?:ip )?((?:prefix-list|route-map|access-list) \S+)", text, re.MULTILINE))


def test_on_the_way_no_reply_is_lost_and_no_filter_is_missing(frr_case, router, bare):
    before = bare + frr_case.text("before")
    send(router, commands(running(router), before, FRR))
    known = without_filter(before) | without_filter(frr_case.text("after"))
    with Probe(router) as probe:
        for piece in pieces(
            tuple(frr_case.text("commands").splitlines() + frr_case.text("back").splitlines())
        ):
            send(router, piece)
    assert probe.asked > 0 or not frr_case.text("commands")
    assert probe.lost == 0
    assert [missing for text in probe.samples if (missing := without_filter(text) - known)] == []
    assert normalise(running(router), FRR) == normalise(before, FRR)


def test_the_router_goes_there_and_back(frr_case, router, bare):
    before, after = bare + frr_case.text("before"), bare + frr_case.text("after")
    send(router, commands(running(router), before, FRR))
    assert normalise(running(router), FRR) == normalise(before, FRR)

    send(router, tuple(frr_case.text("commands").splitlines()))
    assert normalise(running(router), FRR) == normalise(after, FRR)
    assert_in_the_kernel(router, after)

    send(router, tuple(frr_case.text("back").splitlines()))
    assert normalise(running(router), FRR) == normalise(before, FRR)
    assert_in_the_kernel(router, before)


def test_sent_by_itself_the_text_of_a_case_means_what_we_read_in_it(frr_case, router, bare):
    """Our reading of a text is FRR's: sections, order, spelling."""
    send(router, commands(running(router), bare, FRR))
    send(router, tuple(line for line in frr_case.text("after").splitlines() if line.strip() != "!"))
    assert normalise(running(router), FRR) == normalise(bare + frr_case.text("after"), FRR)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_the_router_goes_wherever_it_is_sent(frr_configs, data, router, bare):
    """From one configuration by chance to the next; a router has no way to be set back between them."""
    wanted = bare + data.draw(frr_configs)
    send(router, commands(running(router), wanted, FRR))
    assert normalise(running(router), FRR) == normalise(wanted, FRR)
    assert_in_the_kernel(router, wanted)
