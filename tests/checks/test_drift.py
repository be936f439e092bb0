from linewright.checks import ConfigLine, drift
from linewright.checks.drift import config_causes
from linewright.platforms import rules

FRR = rules("frr")
INTENDED = """
hostname hq-wan1
banner motd line Keep out
interface eth1
 description to hq-spine1
 ip address 198.18.2.17/31
exit
router bgp 64496
 bgp router-id 198.18.1.21
 neighbor 198.18.3.1 remote-as 64497
 address-family ipv4 unicast
  network 192.0.2.0/25
  neighbor 198.18.3.1 activate
 exit-address-family
exit
"""


def test_equal_configurations_have_no_lines():
    assert drift(INTENDED, INTENDED, FRR) == ()


def test_each_line_has_its_section():
    running = INTENDED.replace("  network 192.0.2.0/25\n", "").replace(
        " ip address 198.18.2.17/31\n", " ip address 198.18.2.17/31\n shutdown\n"
    )
    assert set(drift(INTENDED, running, FRR)) == {
        ConfigLine(kind="extra", section="interface eth1", line="shutdown"),
        ConfigLine(
            kind="missing",
            section="router bgp 64496 / address-family ipv4 unicast",
            line="network 192.0.2.0/25",
        ),
    }


def test_what_we_do_not_own_is_left_alone():
    running = INTENDED + "router ospf\n ospf router-id 198.18.1.21\nexit\n"
    assert drift(INTENDED, running, FRR) == ()


def test_a_section_that_is_missing_is_one_cause():
    running = INTENDED[: INTENDED.index("router bgp")]
    lines = drift(INTENDED, running, FRR)
    assert ConfigLine(kind="missing", section="", line="router bgp 64496") in lines
    (cause,) = config_causes({"hq-wan1": lines})
    assert cause.subject == "router bgp 64496"
    assert "router bgp 64496 / neighbor 198.18.3.1 remote-as 64497" in cause.finding.wanted.splitlines()


def test_neighbours_of_one_process_are_causes_of_their_own():
    lines = [
        ConfigLine(kind="missing", section="router bgp 1", line="neighbor 192.0.2.1 remote-as 2"),
        ConfigLine(kind="extra", section="router bgp 1", line="neighbor 192.0.2.2 shutdown"),
        ConfigLine(
            kind="missing",
            section="router bgp 1 / address-family ipv4 unicast",
            line="no neighbor 192.0.2.1 activate",
        ),
        ConfigLine(kind="missing", section="router bgp 1", line="timers bgp 1 3"),
    ]
    assert [(cause.subject, len(cause.lines)) for cause in config_causes({"r": lines})] == [
        ("router bgp 1 / neighbor 192.0.2.1", 2),
        ("router bgp 1 / neighbor 192.0.2.2", 1),
        ("router bgp 1", 1),
    ]


def test_top_level_lines_of_one_kind_belong_together():
    lines = [
        ConfigLine(kind="missing", section="", line="ip prefix-list OURS seq 5 permit 192.0.2.0/24"),
        ConfigLine(kind="extra", section="", line="ip prefix-list OURS seq 6 permit 192.0.2.0/24"),
        ConfigLine(kind="extra", section="", line="ip prefix-list THEIRS seq 5 permit 192.0.2.0/24"),
    ]
    causes = config_causes({"r": lines})
    assert [cause.subject for cause in causes] == ["ip prefix-list OURS", "ip prefix-list THEIRS"]
    assert causes[0].finding.message == "config of r: 1 missing and 1 extra lines"
