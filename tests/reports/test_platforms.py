"""The capability table and the list of commands: whole, readable, and backed by tests."""

import re
from pathlib import Path

import msgspec
import pytest

from linewright.platforms import Capabilities, names, rules
from linewright.reports.patterns import readable
from linewright.reports.platforms import NAMES, commands, document, table

#: What stands behind a capability that is claimed: the tests that would fail if it were not so.
BACKED = {
    "frr": {
        "merge": "test_commit.py::the_sealed_lines_arrive_once_and_in_order_and_another_process_confirms",
        "replace": "test_replace.py::a_whole_configuration_is_reached_line_by_line_and_back_again",
        "device_diff": "test_commit.py::a_line_that_vtysh_does_not_know_is_refused_at_load_and_leaves_nothing",
        "timer": "test_take_back.py::unconfirmed_it_goes_by_itself_by_text_and_a_late_confirm_is_refused",
        "timer_survives_restart": "test_worst_case.py::frr_started_again_inside_the_window_takes_the_change_back",
        "timer_survives_hang": "test_worst_case.py::each_daemon_hung_or_dead_when_the_time_is_over_ends_as_before",
        "pending_visible": "test_commit.py::while_a_change_is_pending_no_other_is_applied_confirmed_or_taken_back",
        "change_id": "test_commit.py::while_a_change_is_pending_no_other_is_applied_confirmed_or_taken_back",
        "lock": "test_commit.py::of_two_appliers_at_the_same_moment_one_proceeds",
        "save": "test_take_back.py::a_full_disk_at_the_confirm_is_said_and_leaves_the_old_startup",
        "order": "test_commit.py::two_thousand_lines_in_nested_sections_arrive_once_and_in_order_and_go_again",
    },
    "eos": {
        "merge": "test_change.py::lines_are_sent_once_and_in_their_order",
        "replace": "test_change.py::replacing_puts_the_whole_configuration_in_place",
        "device_diff": "test_known_problems.py::one_connection_and_few_requests_serve_a_whole_change",
        "timer": "test_change.py::an_unconfirmed_change_goes_away_by_itself_and_startup_never_had_it",
        "pending_visible": "test_change.py::a_session_of_another_maker_that_waits_is_shown_by_its_own_name",
        "change_id": "test_change.py::anothers_pending_change_is_neither_confirmed_nor_taken_back",
        "lock": "test_change.py::a_running_configuration_that_moved_is_not_overwritten",
        "save": "test_change.py::confirmed_but_not_saved_is_said_so",
        "order": "test_change.py::lines_are_sent_once_and_in_their_order",
    },
}
#: What is said and cannot be tested here: it is said to be not known.
UNKNOWN = "not known"


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("capability", Capabilities.__struct_fields__)
def test_every_capability_that_is_claimed_has_its_tests(name: str, capability: str, checkout: Path) -> None:
    told = getattr(rules(name).capabilities, capability)
    if told is False or told == UNKNOWN:
        assert capability not in BACKED[name]
        return
    file, _, test = BACKED[name][capability].partition("::")
    assert f"\ndef test_{test}" in (checkout / "tests" / "devices" / name / file).read_text()


def test_every_capability_has_a_name_for_people() -> None:
    assert tuple(NAMES) == Capabilities.__struct_fields__


def test_the_table_fits_a_screen_and_says_what_is_not_known() -> None:
    lines = table([rules(name) for name in names()])
    assert max(map(len, lines)) <= 80
    assert UNKNOWN in "\n".join(lines)


@pytest.mark.parametrize("name", names())
def test_every_command_is_listed_with_its_reason_and_occasion(name: str) -> None:
    told = " ".join(" ".join(commands(rules(name))).split())
    assert rules(name).commands
    for command in rules(name).commands:
        assert " ".join(readable(command.pattern).split()) in told
        assert " ".join(command.why.split()) in told


@pytest.mark.parametrize("name", names())
def test_nothing_of_a_regular_expression_is_left_to_be_read(name: str) -> None:
    for command in rules(name).commands:
        shown = readable(command.pattern)
        assert not re.search(r"\\|\(\?|\[\^|\+$|\)\*|\{\d", shown), shown


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("show version", "show version"),
        (r"show (ip|ipv6) route", "show (ip|ipv6) route"),
        (r"show run( all)?", "show run[ all]"),
        (r"delete flash:lw_[A-Za-z0-9._-]+_[0-9]+\.before", "delete flash:lw_<word>_<number>.before"),
        (r"sh -s -- (/[A-Za-z0-9_][A-Za-z0-9._-]*)+ [0-9]+", "sh -s -- /<word> <number>"),
        (r"cat >(?P<file>/\S+) && sha256sum <(?P=file)", "cat ><file> && sha256sum <<file>"),
        (r"(?!show |end$).+", "<text>"),
        (r"vtysh -c 'show [ -&(-~]+'", "vtysh -c 'show <text>'"),
        (r"ip -[46] neigh show( dev \S+)?", "ip -(4|6) neigh show[ dev <word>]"),
        (r"a (b|c( d)?)? e", "a [b|c[ d]] e"),
    ],
)
def test_a_pattern_reads_as_people_write_a_command(pattern: str, shown: str) -> None:
    assert readable(pattern) == shown


def test_the_json_form_has_the_exact_patterns() -> None:
    whole = msgspec.json.decode(msgspec.json.encode(document([rules(name) for name in names()])))
    assert whole["schema"] == "linewright.platforms/1"
    for platform in whole["platforms"]:
        assert [c["pattern"] for c in platform["commands"]] == [
            c.pattern for c in rules(platform["name"]).commands
        ]
        assert platform["display"]
