"""The first screen: what a person has to know before saying yes, on 80 columns and 24 lines for any number of devices."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linewright.model.printable import printable
from linewright.plan.agreement.records import Hold, Need, Window
from linewright.plan.build import Found, Wanted, device_plan, lay
from linewright.plan.changeplan import ChangePlan, DevicePlan, WorstCase, dump, load
from linewright.plan.columns import WIDTH, columns
from linewright.plan.logins import logins
from linewright.plan.rollout.records import Linked, Rollout, Touched
from linewright.plan.screen import HEIGHT, cautions, fitted, summary
from linewright.plan.show import detail
from linewright.platforms import rules

KEPT = "lw-secret-" + "a" * 32
OLD = "lw-secret-" + "b" * 32
EOS = f"""hostname sw1
username netops privilege 15 secret sha512 {OLD}
username breakglass privilege 15 secret sha512 {KEPT}
ip access-list GATE
   10 permit ip 198.18.0.0/16 any
ip route 0.0.0.0/0 198.18.0.1
ip prefix-list HAND seq 5 permit 0.0.0.0/0
vlan 7
ntp server 192.0.2.7
interface Ethernet1
   description a
"""


def changed(plan: ChangePlan, **fields: object) -> ChangePlan:
    return msgspec.structs.replace(plan, **fields)


def with_part(plan: ChangePlan, **fields: object) -> ChangePlan:
    return changed(plan, devices=(msgspec.structs.replace(plan.devices[0], **fields),))


def text(plan: ChangePlan) -> str:
    return "\n".join(summary(plan))


def test_mode_replace_says_that_drift_goes_too(plan: ChangePlan) -> None:
    assert "Left out  nothing: no older drift" in text(plan)
    assert "Left out" not in text(changed(plan, mode="replace"))
    assert "all other lines go, drift too" in text(changed(plan, mode="replace"))
    assert "no older drift" not in text(changed(plan, mode="replace"))


@pytest.fixture
def replaced(plan: ChangePlan) -> ChangePlan:
    want = Wanted(
        device="d1", host="h", port=1, identity="x", timer=60, slots=(),
        intended="hostname sw1\ninterface Ethernet1\n   description b\n",
    )  # fmt: skip
    part = device_plan(want, lay(want, EOS, rules("eos"), mode="replace"), rules("eos"))
    assert part is not None
    return changed(plan, mode="replace", devices=(part,), batches=(("d1",),))


def test_mode_replace_names_what_goes_the_worst_first(replaced: ChangePlan) -> None:
    found = [line for line in summary(replaced) if line.startswith("Removes")]
    assert found[0] == "Removes   2 local users: breakglass netops"
    assert found[1] == "Removes   1 access list: GATE"
    assert "1 static route, 1 VLAN, 1 prefix list" in found[2]
    assert not [line for line in summary(changed(replaced, mode="managed")) if line.startswith("Removes")]


def test_names_that_stay_are_not_named(plan: ChangePlan) -> None:
    part = msgspec.structs.replace(plan.devices[0], platform="eos", before=EOS, after=EOS)
    assert "Removes" not in text(changed(plan, mode="replace", devices=(part,)))


def test_old_secrets_that_the_back_out_needs_are_on_the_first_screen_and_in_detail(
    replaced: ChangePlan,
) -> None:
    assert "Back-out  needs 2 old secrets, kept until the job is closed (d1)" in text(replaced)
    assert "needs 2 old secrets" in "\n".join(cautions(replaced))
    shown = "\n".join(detail(replaced))
    assert "d1: old secrets for the back-out" in shown
    assert "username netops privilege 15 secret sha512 *" in shown


def test_a_secret_that_is_still_known_is_not_old(wanted: Callable[..., Wanted], plan: ChangePlan) -> None:
    from linewright.redact import Slot

    slot = Slot(token=KEPT, ref="x", field="y", device="r1")
    part = msgspec.structs.replace(plan.devices[0], back_out=(f"password {KEPT}",), slots=(slot,))
    assert "old secret" not in text(changed(plan, devices=(part,)))
    assert "needs 1 old secret, kept until the job is closed (r1)" in text(
        with_part(plan, back_out=(f"password {KEPT}",))
    )


def test_what_a_router_lacks_for_the_worst_case_is_told(plan: ChangePlan) -> None:
    bare = with_part(plan, worst_case=WorstCase(restart="no", start_hook=False))
    assert "Guard     r1: no start hook" in text(bare)
    assert "Guard     r1: cannot be started again" in text(bare)
    shown = "\n".join(detail(bare))
    assert "a restart inside the window is not taken back" in shown
    assert "the change stays" in shown
    good = with_part(plan, worst_case=WorstCase(restart="systemd", start_hook=True))
    assert "Guard" not in text(good)
    assert "it can be started again (systemd)" in "\n".join(detail(good))
    assert "Guard     not known on r1" in text(with_part(plan, worst_case=WorstCase(unread="no sense")))
    assert "not known: no sense" in "\n".join(
        detail(with_part(plan, worst_case=WorstCase(unread="no sense")))
    )


def test_what_is_saved_beside_the_change_is_told(plan: ChangePlan) -> None:
    some = with_part(plan, unsaved=("+ ip route 203.0.113.0/24 blackhole",))
    assert "Saves     also 1 line that is not saved now (r1)" in text(some)
    assert "ip route 203.0.113.0/24" in "\n".join(detail(some))
    assert "startup was not read (r1)" in text(with_part(plan, startup_unread="no such file"))
    assert "Saves" not in text(plan)


def test_what_was_found_goes_into_the_plan_and_its_file(
    wanted: Callable[..., Wanted], plan: ChangePlan, running: str, tmp_path: object
) -> None:
    from pathlib import Path

    case = WorstCase(restart="hook", start_hook=True)
    want = wanted(running.replace("uplink", "to r2"), found=Found(unsaved=("+ x",), worst_case=case))
    part = device_plan(want, lay(want, running, rules("frr")), rules("frr"))
    assert part is not None
    assert (part.unsaved, part.worst_case) == (("+ x",), case)
    assert isinstance(tmp_path, Path)
    file = tmp_path / "p.lwplan"
    whole = changed(plan, devices=(part,))
    file.write_bytes(dump(whole))
    assert load(file) == whole


@pytest.mark.parametrize("devices", [1, 7, 300])
@pytest.mark.parametrize("length", [2, 60])
@pytest.mark.parametrize("mode", ["managed", "replace"])
def test_one_screen_for_any_number_of_devices(
    replaced: ChangePlan, devices: int, length: int, mode: str
) -> None:
    weak = logins(single=True, codes_each=1)
    parts: list[DevicePlan] = []
    for number in range(devices):
        case = None if number % 3 == 0 else WorstCase(restart="no", unread="?" * (number % 2))
        parts.append(
            msgspec.structs.replace(
                replaced.devices[0],
                device=f"{'d' * length}{number}",
                timer=60 + number if number % 2 else 0,
                order="atomic" if number % 2 else "sent",
                on_own_path=("- x",),
                drift=("- y",),
                unsaved=("+ z",),
                startup_unread="why",
                worst_case=case,
                codes=1,
                weakened=weak.weakened,
            )
        )
    whole = changed(
        replaced,
        mode=mode,
        scope=" ".join(f"--device d{number}" for number in range(devices)),
        ticket="CHG-" + "0" * 90,
        devices=tuple(parts),
        batches=tuple((part.device,) for part in parts),
    )
    lines = list(summary(whole))
    assert len(lines) < HEIGHT
    assert max(map(len, lines)) <= 80
    assert f"   code {whole.code}   normal change   risk " in lines[0]
    assert lines[0].endswith("   UNCLASSIFIED")
    assert any("REPLACE" in line for line in lines[:4]) == (mode == "replace")


_WORDS = st.text(
    alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("ab \u6f22\u0301\x1b")), max_size=120
)
_TIMES = st.one_of(st.just("2026-11-24T03:00:00Z"), _WORDS)


@st.composite
def any_plan(draw: st.DrawFn) -> ChangePlan:
    """A plan in which anything that the first screen tells may be so, on few or many devices, in anybody's words."""
    words, some = draw(_WORDS), st.booleans()
    names = [f"{draw(_WORDS)}{number}" for number in range(draw(st.integers(min_value=1, max_value=4)))]
    names += [f"{names[0]}-{number}" for number in range(draw(st.sampled_from((0, 60))))]
    kinds = [
        DevicePlan(
            device="", platform="eos", host="h", port=22, identity="x", order="sent", timer=draw(st.sampled_from((0, 60, 3600))),
            before=EOS, after="", intended="", commands=("x",), back_out=(f"password {OLD}",),
            diff=("- username x", f"+ {words}", "  router bgp 1", "+    neighbor 192.0.2.1 remote-as 1"),
            on_own_path=("x",) * draw(some), drift=("- x",) * draw(some), included=("- x",) * draw(some),
            unsaved=("+ x",) * draw(some), startup_unread=words * draw(some), codes=draw(st.integers(min_value=0, max_value=3)),
            weakened=draw(st.lists(_WORDS, max_size=3).map(tuple)), risk=draw(st.sampled_from(("low", "normal", "high"))),
            risks=draw(st.lists(_WORDS, max_size=3).map(tuple)), seen=draw(_TIMES) * draw(some), expected=60 * draw(some),
            worst_case=WorstCase(restart="no", unread=words) if draw(some) else None,
        )
        for _ in range(3)
    ]  # fmt: skip
    parts = tuple(msgspec.structs.replace(kinds[n % 3], device=name) for n, name in enumerate(names))
    size = draw(st.sampled_from((1, 7, 600)))
    alone, cut = (words,) * draw(some), (words, "b") * draw(some)
    touched = Touched(device=names[0], sites=(words,), unprotected=alone, cut=cut)
    return ChangePlan(
        schema=4, site=words, marking=draw(_WORDS), created=draw(_TIMES), author=draw(_WORDS), scope=words,
        base=draw(st.sampled_from(("last", words))), mode=draw(st.sampled_from(("managed", "replace"))), snapshot="0" * 64,
        position="", templates={}, versions={}, devices=parts, ticket=draw(_WORDS), branch=words * draw(some),
        batches=tuple(tuple(names[at : at + size]) for at in range(0, len(names), size)),
        change=draw(st.sampled_from(("normal", "standard", "emergency"))), reason=words, purpose=words * draw(some), pattern=words,
        window=Window(start=draw(_TIMES), end=draw(_TIMES), back_out_by=draw(_TIMES)) if draw(some) else None,
        rollout=Rollout(
            soak=90 * draw(some), failures=draw(st.sampled_from(("0", "5%"))),
            on_breach=draw(st.sampled_from(("halt", "back out all"))),
        ),
        linked=(Linked(devices=tuple(names[:3]), why=words),) * draw(some), impact=(touched,) * draw(some),
        holds=(Hold(device=names[0], question=words),) * draw(some),
        needs=tuple(draw(st.lists(st.builds(Need, role=_WORDS, presence=some), max_size=3))),
    )  # fmt: skip


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(whole=any_plan())
def test_one_screen_whatever_is_so_and_nothing_grave_is_left_out(whole: ChangePlan) -> None:
    lines = list(summary(whole))
    assert len(lines) < HEIGHT
    assert max(map(columns, lines)) <= WIDTH
    assert [printable(line) for line in lines] == lines
    told, labels = "\n".join(lines), {line[:10].strip() for line in lines}
    assert whole.code in lines[0]
    must = {
        "What": True,
        "Devices": True,
        "Safety": True,
        "Order": True,
        "Time": True,
        "Needs": True,
        "Back-out": True,
        "Why now": whole.change == "emergency",
        "Mode": whole.mode == "replace",
        "Branch": bool(whole.branch),
        "Risk": any(part.risk != "low" for part in whole.devices),
        "OWN PATH": any(part.on_own_path for part in whole.devices),
        "Guard": any(part.worst_case for part in whole.devices),
        "Proof": any(part.weakened for part in whole.devices),
        "Linked": bool(whole.linked),
        "Hold": bool(whole.holds),
    }
    for label, so in must.items():
        assert (label in labels) == so, label
    assert {"Impact", "Meanwhile"} & labels
    assert ("EMERGENCY" in lines[0]) >= (whole.change == "emergency")
    assert ("NO auto-rollback" in told) >= any(not part.timer for part in whole.devices)
    assert ("CUT OFF" in told) >= any(touched.cut for touched in whole.impact)
    assert bool({"Saves", "Read"} & labels) >= any(part.unsaved for part in whole.devices)
    assert bool({"Codes", "Proof"} & labels) >= any(part.codes for part in whole.devices)


def test_as_many_names_as_fit_and_how_many_more() -> None:
    assert fitted("On ", ["a", "b"], ".") == "On a b."
    long = fitted("On ", [f"device{number}" for number in range(99)], ".")
    assert len(long) <= 80
    assert long.endswith("more.")
    assert fitted("On ", [], ".") == "On ."


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ((Need(role="shift-lead"),), "1 signature: shift lead, not the author (lind)"),
        ((Need(role="", count=2),), "2 signatures: persons, not the author (lind)"),
        (
            (Need(role="shift-lead", presence=True), Need(role="officer", count=2)),
            "3 signatures, not the author's (lind): 1 shift lead (key with touch), 2 officer",
        ),
    ],
)
def test_who_has_to_sign(plan: ChangePlan, needs: tuple[Need, ...], words: str) -> None:
    told = " ".join(line.strip() for line in text(changed(plan, needs=needs)).splitlines()[-2:])
    assert f"Needs     {words}" in told


def test_who_need_not_sign(plan: ChangePlan) -> None:
    assert "Needs     nobody: this site names no folder of approvals" in text(plan)
    assert "asks for no signature here" in text(changed(plan, policies={"approvals": "0" * 64}))
    assert "signed for afterwards" in text(changed(plan, change="emergency"))
    assert "agreed to beforehand as port-label" in text(
        changed(plan, change="standard", pattern="port-label")
    )
