"""Whose line is this: every differing line is told once, and by the right maker."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.configs import diff, normalise
from linewright.configs.merge import adopt
from linewright.configs.origin import origins
from linewright.platforms import rules

EOS, FRR = rules("eos"), rules("frr")
BASE = """\
hostname sw1
vlan 10
   name users
interface Ethernet1
   description desk
   switchport access vlan 10
router bgp 64500
   neighbor 192.0.2.1 remote-as 64501
"""


def told(applied, intended, running, platform=EOS):
    return {
        (line.origin, line.kind, *line.section, line.line)
        for line in origins(applied, intended, running, platform).lines
    }


def test_nothing_differs():
    assert origins(BASE, BASE, BASE, EOS) == origins(BASE, BASE, BASE, EOS).__class__()


def test_a_line_by_hand_is_out_of_band_added_changed_and_taken_away():
    added = BASE.replace("   switchport", "   shutdown\n   switchport")
    assert told(BASE, BASE, added) == {("out of band", "extra", "interface Ethernet1", "shutdown")}
    changed = BASE.replace("desk", "by hand")
    assert told(BASE, BASE, changed) == {
        ("out of band", "extra", "interface Ethernet1", "description by hand"),
        ("out of band", "missing", "interface Ethernet1", "description desk"),
    }
    gone = BASE.replace("   neighbor 192.0.2.1 remote-as 64501\n", "")
    assert ("out of band", "missing", "router bgp 64500", "neighbor 192.0.2.1 remote-as 64501") in told(
        BASE, BASE, gone
    )


def test_what_the_intention_changed_is_ours_until_it_is_pushed():
    new = BASE.replace("desk", "printer") + "vlan 20\n   name voice\n"
    assert told(BASE, new, BASE) == {
        ("ours", "extra", "interface Ethernet1", "description desk"),
        ("ours", "missing", "interface Ethernet1", "description printer"),
        ("ours", "missing", "vlan 20"),
        ("ours", "missing", "vlan 20", "name voice"),
    }


def test_a_section_that_is_intended_no_more_is_ours_to_take_away():
    without = BASE[: BASE.index("router bgp")]
    assert told(BASE, without, BASE) == {
        ("ours", "extra", "router bgp 64500"),
        ("ours", "extra", "router bgp 64500", "neighbor 192.0.2.1 remote-as 64501"),
    }


def test_one_line_changed_by_both_has_both_makers():
    assert told(BASE, BASE.replace("desk", "printer"), BASE.replace("desk", "by hand")) == {
        ("ours", "missing", "interface Ethernet1", "description printer"),
        ("out of band", "extra", "interface Ethernet1", "description by hand"),
    }


def test_done_by_hand_as_intended_is_no_finding_but_counted():
    new = BASE + "vlan 20\n   name voice\n"
    found = origins(BASE, new, new, EOS)
    assert (found.lines, found.agreed) == ((), 2)


def test_without_anything_applied_nobody_can_tell():
    found = origins(None, BASE, BASE.replace("desk", "by hand"), EOS)
    assert {line.origin for line in found.lines} == {"unknown"}


def test_what_no_template_writes_is_noise():
    found = origins(BASE, BASE, BASE + "management ssh\n   idle-timeout 5\n", EOS)
    assert found.lines == ()
    assert [(n.why, *n.section, n.line) for n in found.noise] == [
        ("not ours", "management ssh"),
        ("not ours", "management ssh", "idle-timeout 5"),
    ]


def test_volatile_lines_are_noise_and_a_real_change_beside_them_is_seen():
    running = (
        "Building configuration...\n\nCurrent configuration:\n!\nfrr version 8.4.4\nhostname r2\n!\nend\n"
    )
    found = origins("hostname r1\n", "hostname r1\n", running, FRR)
    assert [noise.line for noise in found.noise] == [
        "Building configuration...", "Current configuration:", "frr version 8.4.4",
    ]  # fmt: skip
    assert {(line.origin, line.line) for line in found.lines} == {
        ("out of band", "hostname r1"), ("out of band", "hostname r2"),
    }  # fmt: skip


ACL = (
    "ip access-list A\n   permit ip host 192.0.2.1 any\n   permit ip host 192.0.2.2 any\n   deny ip any any\n"
)
SWAPPED = (
    "ip access-list A\n   permit ip host 192.0.2.2 any\n   permit ip host 192.0.2.1 any\n   deny ip any any\n"
)


@pytest.mark.parametrize(
    ("applied", "intended", "running", "maker"),
    [(ACL, ACL, SWAPPED, "out of band"), (ACL, SWAPPED, ACL, "ours")],
)
def test_an_order_that_means_something_has_one_maker(applied, intended, running, maker):
    found = told(applied, intended, running)
    assert found
    assert {line[0] for line in found} == {maker}


def test_a_banner_is_one_line():
    text = "banner motd\nKeep out\nEOF\n"
    found = origins(text, text, text.replace("Keep", "Come"), EOS)
    assert [line.line for line in found.lines] == ["banner motd\nCome out\nEOF", "banner motd\nKeep out\nEOF"]


LINES = ["hostname a", "hostname b", "vlan 10\n   name x", "vlan 10\n   name y", "vlan 20",
         "interface Ethernet1\n   description d\n   mtu 9000", "interface Ethernet1\n   description e",
         "ip route 0.0.0.0/0 192.0.2.1", "management ssh\n   idle-timeout 5", "router bgp 64500\n   router-id 192.0.2.1"]  # fmt: skip
texts = st.lists(st.sampled_from(LINES), max_size=6, unique=True).map(lambda parts: "\n".join((*parts, "")))


@given(applied=texts, intended=texts, running=texts)
def test_the_lines_are_those_of_the_diff_and_every_other_line_of_running_is_noise(applied, intended, running):
    found = origins(applied, intended, running, EOS)
    owned = adopt(applied, intended, EOS)
    if normalise(owned, EOS) == normalise(intended, EOS):
        assert len(found.lines) == len(
            [d for d in diff(running, adopt(intended, running, EOS), EOS) if d[0] in "+-"]
        )
    if applied == intended:
        assert {line.origin for line in found.lines} <= {"out of band"}
    if applied == running:
        assert {line.origin for line in found.lines} <= {"ours"}


@given(applied=texts, intended=texts)
def test_a_device_as_intended_has_no_differing_line_whatever_was_applied(applied, intended):
    assert not origins(applied, intended, intended, EOS).lines
    assert not origins(None, intended, intended, EOS).lines
