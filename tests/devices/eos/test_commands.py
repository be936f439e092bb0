"""The list of commands the driver may send, held to what it really sent: every command has its rule, every rule its use."""

import re
from collections.abc import Iterator

import pytest

from linewright.devices.outcome import CommitRefused
from linewright.devices.read import FACETS, observe
from linewright.platforms import rules

EOS = rules("eos")
KEY = bytes(32)
LINES = "interface Ethernet2\n   description changed\nbanner login\nhello\nEOF\n"


def sent(box) -> Iterator[tuple[str, bool]]:
    """Every command the twin received, refused ones too, with whether it stood inside a candidate."""
    inside = False
    for entry in box.log:
        yield entry.command, inside and entry.command != "end"
        if re.fullmatch(r"configure session \S+", entry.command):
            inside = True
        inside = inside and entry.command != "end"


def rule_of(command: str, *, inside: bool) -> str:
    """The pattern of the rule for a command; empty without one."""
    for rule in EOS.commands:
        free = rule.why.startswith("inside the candidate only")
        if re.fullmatch(rule.pattern, command) and (inside or not free):
            return rule.pattern
    return ""


def read_everything(driver) -> None:
    observe(driver, "sw1", EOS, KEY, FACETS)
    for getter in (
        "get_facts", "get_interfaces", "get_interfaces_ip", "get_lldp_neighbors", "get_lldp_neighbors_detail",
        "get_bgp_neighbors", "get_ospf_neighbors", "get_arp_table", "get_routes", "pending_change",
    ):  # fmt: skip
        getattr(driver, getter)()
    driver.get_lldp_neighbors_detail("Ethernet1")
    driver.get_config()
    driver.get_config(full=True)
    driver.get_config(sanitized=True)


def change_everything(connect, box) -> None:
    driver = connect()
    driver.begin_change("job-7.x", 1)
    driver.load_merge_candidate(config=LINES)
    driver.compare_config()
    driver.get_config(retrieve="candidate")
    driver.get_config(retrieve="candidate", sanitized=True)
    driver.discard_config()
    running = driver.get_config(retrieve="running")["running"]
    driver.load_replace_candidate(config=running.removesuffix("end\n") + LINES)
    driver.commit_config(revert_in=86399)
    with pytest.raises(CommitRefused):
        driver.commit_config(revert_in=60)
    driver.begin_change("job-7.x", 1)
    driver.confirm_commit()
    driver.clean_up()
    other = connect()
    other.begin_change("job8", 2)
    other.load_merge_candidate(config="hostname x")
    other.commit_config(revert_in=60)
    other.rollback()
    other.clean_up()
    stock = connect()  # as NAPALM's own callers use it: no name, no timer
    stock.load_merge_candidate(config="hostname y")
    stock.commit_config()
    stock.rollback()
    stock.load_merge_candidate(config="hostname z")
    stock.close()


def test_reading_sends_only_what_the_list_says_for_reading(connect, box):
    read_everything(connect())
    allowed = [rule.pattern for rule in EOS.commands if rule.when == "read"]
    unknown = {c for c, _ in sent(box) if not any(re.fullmatch(pattern, c) for pattern in allowed)}
    assert unknown == set()


def test_every_command_has_its_rule_and_every_rule_its_use(connect, box):
    read_everything(connect())
    change_everything(connect, box)
    used = {command: rule_of(command, inside=inside) for command, inside in sent(box)}
    assert [command for command, rule in used.items() if not rule] == []
    assert {rule.pattern for rule in EOS.commands} == set(used.values())


@pytest.mark.parametrize(
    "command",
    [
        "show running-config | tee flash:x",
        "configure session napalm_1",
        "configure session napalm_1 commit",
        "no configure session ops",
        "delete flash:startup-config",
        "configure replace flash:somebody",
        "configure terminal",
        "copy running-config startup-config",
        "reload",
        "bash",
        "write erase",
        "enable 15",
    ],
)
def test_nothing_else_has_a_rule(command):
    assert rule_of(command, inside=False) == ""
    assert rule_of(command, inside=True) == ""


def test_what_leaves_or_decides_a_candidate_is_no_line_of_a_plan():
    free = next(rule.pattern for rule in EOS.commands if rule.why.startswith("inside the candidate only"))
    for command in ("end", "commit", "abort", "configure terminal", "no configure session x", "rollback x"):
        assert re.fullmatch(free, command) is None
    for command in ("endpoint x", "commitment", "no hostname", "description end", "exit", "enablement"):
        assert re.fullmatch(free, command)
