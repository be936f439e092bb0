"""The way back of one device: refused where others meet it, and no secret sent that nobody has."""

import msgspec
import pytest

from linewright import configs
from linewright.errors import Refused
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.plan.changeplan import DevicePlan
from linewright.plan.undo import base_without, secrets_needed, undo, with_slots
from linewright.platforms import PlatformRules, rules
from linewright.redact import Slot

FRR = rules("frr")


def part_of(before: str, after: str, known: PlatformRules) -> DevicePlan | None:
    wanted = Wanted(device="r1", host="h", port=1, identity="x", timer=60, intended=after, slots=())
    laid = Laid(before=configs.normalise(before, known), after=configs.normalise(after, known))
    return device_plan(wanted, laid, known)


@pytest.mark.parametrize(
    ("before", "after", "running", "named"),
    [
        # Somebody gave the very line another value.
        ("interface e\n description a\n", "interface e\n description b\n", "interface e\n description c\n", "'description c'"),
        # Somebody took away what we had changed.
        ("interface e\n description a\n", "interface e\n description b\n", "hostname r1\n", "interface e"),
        # Somebody built upon what we had made.
        ("hostname r1\n", "hostname r1\nroute-map A permit 10\n set metric 1\n",
         "hostname r1\nroute-map A permit 10\n set metric 1\n set local-preference 9\n", "set local-preference 9"),
    ],
)  # fmt: skip
def test_where_others_changed_the_very_lines_it_is_refused_by_name(
    before: str, after: str, running: str, named: str
) -> None:
    part = part_of(before, after, FRR)
    assert part is not None
    with pytest.raises(Refused) as caught:
        undo(part, running, FRR)
    assert named in caught.value.message
    assert caught.value.message.startswith("r1: others have changed what is to be taken back")
    assert "r1" in caught.value.hint


def test_many_conflicts_are_counted_not_listed() -> None:
    ports = range(20)
    text = {
        value: "".join(f"interface e{number}\n description {value}\n" for number in ports)
        for value in ("old", "new", "theirs")
    }
    part = part_of(text["old"], text["new"], FRR)
    assert part is not None
    with pytest.raises(Refused, match="and 15 more"):
        undo(part, text["theirs"], FRR)


def test_what_others_took_back_already_needs_nothing() -> None:
    part = part_of("hostname r1\n", "hostname r1\nagentx\n", FRR)
    assert part is not None
    found = undo(part, "hostname r2\n", FRR)
    assert found.part is None
    assert found.others


def test_a_back_out_that_a_newer_linewright_knows_better_is_made_anew_and_shown() -> None:
    part = part_of("hostname r1\nagentx\n", "hostname r1\n", FRR)
    assert part is not None
    aged = msgspec.structs.replace(part, back_out=("agent-x",))
    found = undo(aged, part.after, FRR)
    assert found.part is not None
    assert found.part.commands == ("agentx",)
    assert not found.agreed
    assert "other lines" in found.why


def test_our_own_way_in_is_told_the_other_way_round() -> None:
    part = part_of("interface eth0\n description a\n", "interface eth0\n description b\n", FRR)
    assert part is not None
    part = msgspec.structs.replace(
        part, on_own_path=("interface eth0: - description a", "interface eth0: + description b")
    )
    found = undo(part, part.after, FRR)
    assert found.part is not None
    assert set(found.part.on_own_path) == {
        "interface eth0: + description a",
        "interface eth0: - description b",
    }


def test_a_base_nobody_kept_is_the_last_one_without_the_change() -> None:
    part = part_of(
        "hostname r1\nlog syslog\nagentx\n", "hostname r1\nlog syslog\nagentx\nip route 192.0.2.0/24 blackhole\n", FRR
    )  # fmt: skip
    assert part is not None
    base = "hostname r1\nip route 192.0.2.0/24 blackhole\nip route 198.51.100.0/24 blackhole\n"
    assert base_without(part, base, FRR) == "hostname r1\nip route 198.51.100.0/24 blackhole\n"
    gone = part_of("interface e\n description a\n", "interface e\n description b\n", FRR)
    assert gone is not None
    assert base_without(gone, "interface e\n description c\n", FRR) is None


OLD, NEW = f"lw-secret-{'0' * 31}1", f"lw-secret-{'0' * 31}2"


def rolled() -> DevicePlan:
    text = "router bgp 64500\n neighbor 192.0.2.1 remote-as 64501\n neighbor 192.0.2.1 password {}\n"
    part = part_of(text.format(OLD), text.format(NEW), FRR)
    assert part is not None
    found = undo(part, part.after, FRR).part
    assert found is not None
    return found


def test_an_old_secret_that_nobody_has_is_refused_by_name_and_not_told() -> None:
    assert secrets_needed(rolled()) == (OLD,)
    with pytest.raises(Refused) as caught:
        with_slots(rolled(), (), "the job is closed")
    assert "r1: the old secret" in caught.value.message
    assert "neighbor 192.0.2.1 password *" in caught.value.message
    assert "the job is closed" in caught.value.message
    assert "lw-secret" not in caught.value.message
    assert "--identity" in caught.value.hint


def test_of_what_is_known_only_what_is_sent_is_taken_along() -> None:
    field = "router bgp 64500 / neighbor 192.0.2.1 password *"
    slots = [
        Slot(token=OLD, ref="before:J1/r1#0", field=field, device="r1"),
        Slot(token=OLD, ref="later", field=field, device="r1"),
        Slot(token=NEW, ref="bgp/r1", field=field, device="r1"),
    ]
    found = with_slots(rolled(), slots, "")
    assert [slot.ref for slot in found.slots] == ["before:J1/r1#0"]
