"""The first screen: what a person has to know before saying yes, on 80 columns and 24 lines for any number of devices."""

from collections.abc import Callable

import msgspec
import pytest

from linewright.plan.build import Found, Wanted, device_plan, lay
from linewright.plan.changeplan import ChangePlan, DevicePlan, WorstCase, dump, load
from linewright.plan.logins import logins
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


def test_as_many_names_as_fit_and_how_many_more() -> None:
    assert fitted("On ", ["a", "b"], ".") == "On a b."
    long = fitted("On ", [f"device{number}" for number in range(99)], ".")
    assert len(long) <= 80
    assert long.endswith("more.")
    assert fitted("On ", [], ".") == "On ."
