import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from linewright.checks import ConfigLine, Tally, Verification, verify
from linewright.checks.report import SCHEMA, document, summary, text
from linewright.model.observation import Finding


def test_nothing_wrong_is_one_sentence(bench):
    result = verify(bench.snapshot, bench.observations, bench.clean())
    lines = text(result)
    assert " ".join(lines) == summary(result)
    assert lines == (
        "Configs 10/10 as intended. BGP 21/21 up. OSPF 2/2 up. Cables 22 confirmed, 42",
        "cannot be seen, 47 not assessed.",
    )


def test_a_cause_stands_above_what_follows_from_it(bench):
    bench.bgp_down("hq-wan1", "r1-wan1", "gone", "Active")
    line = ConfigLine(kind="missing", section="router bgp 64496", line="neighbor 198.18.3.1 remote-as 64497")
    result = verify(bench.snapshot, bench.observations, {**bench.clean(), "hq-wan1": (line,)})
    assert text(result) == (
        "Configs 9/10 as intended. BGP 20/21 up. OSPF 2/2 up. Cables 22 confirmed, 42",
        "cannot be seen, 47 not assessed.",
        "",
        'config of hq-wan1: missing line in "router bgp 64496"',
        "    missing   router bgp 64496 / neighbor 198.18.3.1 remote-as 64497",
        "  so: BGP hq-wan1 198.18.3.0 - r1-wan1 198.18.3.1 down: no such session at",
        "      hq-wan1; Active at r1-wan1",
    )


def test_a_swap_shows_the_four_ports(bench):
    bench.hear("hq-leaf1 eth1 - hq-spine2 eth2", "hq-leaf2 eth2 - hq-spine1 eth1")
    bench.bgp_down("hq-leaf1", "hq-spine1", "Active")
    shown = text(verify(bench.snapshot, bench.observations, bench.clean()))
    assert shown[2:] == (
        "",
        "C-0001 and C-0004 are swapped",
        "    should be hq-leaf1 eth1 - hq-spine1 eth1",
        "    should be hq-leaf2 eth2 - hq-spine2 eth2",
        "    seen      hq-leaf1 eth1 - hq-spine2 eth2",
        "    seen      hq-leaf2 eth2 - hq-spine1 eth1",
        "  so: BGP hq-leaf1 198.18.2.1 - hq-spine1 198.18.2.0 down: Active at hq-leaf1",
        "      and hq-spine1",
    )


def test_notes_are_shown_when_asked_for(bench):
    result = verify(bench.snapshot, bench.observations, bench.clean())
    assert any(shown.startswith("note: r1-wan2 has a BGP session") for shown in text(result, notes=True))
    assert not any("note" in shown for shown in text(result))


def test_long_drift_is_cut_short():
    finding = Finding(
        key="k", kind="config", device="d", subject="s", message="m", wanted="\n".join(map(str, range(40)))
    )
    shown = text(Verification(snapshot="X", findings=(finding,)))
    assert shown[-1] == "    and 28 more"
    assert len(shown) < 20


def test_nothing_to_verify():
    assert text(Verification(snapshot="X")) == ("Nothing to verify.",)


def test_json_has_every_key_and_a_schema(bench):
    result = verify(bench.snapshot, bench.observations, bench.clean())
    whole = json.loads(document(result))
    assert whole["schema"] == SCHEMA == "linewright.verification/1"
    assert whole["as_intended"] is True
    assert whole["bgp"] == {"good": 21, "expected": 21, "not_assessed": 0}
    assert whole["cables"]["mismatch"] == 0
    assert whole["causes"] == []
    assert document(result) == document(verify(bench.snapshot, bench.observations, bench.clean()))


def test_json_tells_causes_with_consequences(bench):
    bench.unreachable("r1-wan1")
    bench.bgp_down("hq-wan1", "r1-wan1", "Active")
    (cause,) = json.loads(document(verify(bench.snapshot, bench.observations, bench.clean())))["causes"]
    assert (cause["kind"], cause["device"]) == ("reach", "r1-wan1")
    assert [found["kind"] for found in cause["consequences"]] == ["bgp"]


@given(st.text(), st.text(min_size=1), st.integers(40, 120))
def test_no_text_from_outside_steers_a_terminal_or_breaks_the_width(message, wanted, width):
    finding = Finding(key="k", kind="config", device="d", subject="s", message=message, wanted=wanted)
    result = Verification(snapshot="X", configs=Tally(good=0, expected=1), findings=(finding,))
    for shown in text(result, width=width):
        assert shown.isprintable()
        assert len(shown) <= width


def test_devices_that_were_not_reached_for_one_reason_are_one_paragraph(bench):
    names = [name for name in bench.observations if name.startswith("hq-leaf")]
    for number, name in enumerate(names):
        bench.observations[name] = msgspec.structs.replace(
            bench.observations[name],
            error=f"{name} (192.0.2.{number} port 22) was not reached: [Errno 111] Connection refused",
            running=None,
        )
    lines = text(verify(bench.snapshot, bench.observations, {}))
    assert len(names) > 1
    assert [line for line in lines if "not reached" in line] == [
        f"{len(names)} devices were not reached: [Errno 111] Connection refused"
    ]
    assert f"    {', '.join(names)}" in lines
