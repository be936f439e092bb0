"""The test of truth: the lines of every FRR case, sent to a real router, one vtysh, stopped by the first error."""

import time
from pathlib import Path

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
