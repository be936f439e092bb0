"""The capability table and the list of commands: whole, readable, and backed by tests."""

import re
from pathlib import Path

import msgspec
import pytest

from linewright.platforms import Capabilities, names, rules
from linewright.reports.patterns import readable
from linewright.reports.platforms import NAMES, commands, document, table

#: What is said and cannot be tested here: it is said to be not known.
UNKNOWN = "not known"


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("capability", Capabilities.__struct_fields__)
def test_every_capability_that_is_claimed_has_its_tests(name: str, capability: str, checkout: Path) -> None:
    told = getattr(rules(name).capabilities, capability)
    if told is False or told == UNKNOWN:
        assert getattr(rules(name).shown, capability) is False
        return
    file, _, test = str(getattr(rules(name).shown, capability)).partition("::")
    assert f"\ndef {test}(" in (checkout / "tests" / "devices" / name / file).read_text()


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
        assert set(platform["shown"]) <= set(platform["capabilities"])
