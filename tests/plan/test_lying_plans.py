"""Plans that are correctly sealed and not what linewright would have made: each is refused, and what is wrong is named."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import pytest

from linewright import configs
from linewright.errors import ExitCode, Moved, Refused
from linewright.plan.build import Found, Wanted, device_plan, lay, order, text_digest
from linewright.plan.changeplan import (
    SCHEMA,
    Around,
    ChangePlan,
    CheckRef,
    DevicePlan,
    Mode,
    WorstCase,
    dump,
    load,
)
from linewright.plan.logins import NO_NEW_LOGIN, Logins
from linewright.plan.proving import Here, prove, still_found
from linewright.plan.way_in import OwnWay
from linewright.platforms import rules
from linewright.redact import Slot

TOKEN = "lw-secret-" + "a" * 32
BASE = f"""hostname spine1
enable password 8 {TOKEN}
interface eth0
 description way in
exit
interface eth1
 description uplink
exit
ip route 192.0.2.0/24 blackhole
router bgp 64500
 neighbor 198.51.100.1 remote-as 64501
exit
"""
INTENDED = BASE.replace("uplink", "to spine2").replace("way in", "our way in")
#: Somebody's own route: older drift that the change leaves alone.
RUNNING = BASE + "ip route 203.0.113.0/24 blackhole\n"
SLOT = Slot(token=TOKEN, ref="enable", field="enable password 8 *", device="spine1")
NEIGHBOUR = Around(device="leaf1", platform="frr", host="192.0.2.21", port=22, identity="SHA256:l")
CHECK = CheckRef(name="neighbours", digest="c" * 64, input={"on leaf1": ("bgp 198.51.100.1",)})
Lie = Callable[[ChangePlan], ChangePlan]
Prove = Callable[[ChangePlan], None]


def surround(part: DevicePlan) -> DevicePlan:
    return msgspec.structs.replace(part, checks=(CHECK,), around=(NEIGHBOUR,))


def want(name: str, **more: object) -> Wanted:
    fields: dict[str, object] = {
        "device": name, "host": "192.0.2.9", "port": 22, "identity": "SHA256:x", "timer": 120,
        "intended": INTENDED, "slots": (SLOT,), "base": BASE, "base_name": "7F3A-91C2",
        "own_way": OwnWay(ports=("eth0",)), "jumps": ("bastion (198.51.100.9 port 22)",), "reads": ("interfaces",),
    }  # fmt: skip
    return Wanted(**(fields | more))  # type: ignore[arg-type]  # test data


WANTED = {name: want(name) for name in ("spine1", "spine2")}
HERE = Here(
    site="reference", marking="RESTRICTED", snapshot="5" * 64, position="41877", versions={"linewright": "1"},
    contents={"linewright/change": "a" * 64, "paramiko": "b" * 64}, policies={"apply": "d" * 64},
    back_out_within=86400, unchanged=3, distances={"spine1": 1, "spine2": 2},
)  # fmt: skip
TEMPLATES = {"config/frr/main.j2": "e" * 64}


def made(
    wanted: Mapping[str, Wanted] = WANTED,
    running: str = RUNNING,
    *,
    mode: Mode = "managed",
    base: str = "last",
    include_drift: bool = False,
) -> ChangePlan:
    parts = []
    for one in wanted.values():
        whole = msgspec.structs.replace(one, found=Found(serial="S1", seen="2026-11-24T02:40:00Z"))
        adopt = base == "running"
        laid = lay(whole, running, rules("frr"), adopt=adopt, mode=mode, include_drift=include_drift)
        part = device_plan(whole, laid, rules("frr"))
        assert part is not None
        parts.append(surround(part))
    return ChangePlan(
        schema=SCHEMA, site="reference", marking="RESTRICTED", created="2026-11-24T02:41:00Z", author="lind",
        scope="role spine", base=base, mode=mode, snapshot=HERE.snapshot, position=HERE.position, templates=TEMPLATES,
        versions=HERE.versions, contents=HERE.contents, policies=HERE.policies, devices=tuple(parts),
        batches=order(parts, HERE.distances), unchanged=3, include_drift=include_drift,
    )  # fmt: skip


@pytest.fixture
def honest() -> ChangePlan:
    return made()


@pytest.fixture
def proven(tmp_path: Path) -> Prove:
    """Proves what the file of a plan holds: every lie here is sealed as linewright seals."""

    def through_its_file(
        plan: ChangePlan, here: Here = HERE, wanted: Mapping[str, Wanted] = WANTED, **more: object
    ) -> None:
        path = tmp_path / "change.lwplan"
        path.write_bytes(dump(plan))
        prove(load(path), here, wanted, TEMPLATES, surround, **more)  # type: ignore[arg-type]  # test data

    return through_its_file


def first(plan: ChangePlan, **changes: object) -> ChangePlan:
    """The plan with its first device's part changed."""
    part = msgspec.structs.replace(plan.devices[0], **changes)
    return msgspec.structs.replace(plan, devices=(part, *plan.devices[1:]))


def every(plan: ChangePlan, **changes: object) -> ChangePlan:
    parts = tuple(msgspec.structs.replace(part, **changes) for part in plan.devices)
    return msgspec.structs.replace(plan, devices=parts)


def smuggled(plan: ChangePlan) -> ChangePlan:
    """One more line, in everything that shows lines: consistent in itself."""
    known, part = rules("frr"), plan.devices[0]
    after = configs.normalise(f"{part.after}username mallory password 8 x\n", known)
    return first(
        plan,
        after=after,
        commands=configs.commands(part.before, after, known),
        back_out=configs.commands(after, part.before, known),
        diff=configs.diff(part.before, after, known),
    )


def base_swapped(plan: ChangePlan) -> ChangePlan:
    """As if the stray route had once been ours: the change now takes it away, and all lines agree with that."""
    known = rules("frr")
    parts = []
    for part in plan.devices:
        one = want(part.device, base=RUNNING)
        found = Found(serial=part.serial, seen=part.seen)
        swapped = device_plan(msgspec.structs.replace(one, found=found), lay(one, part.before, known), known)
        assert swapped is not None
        assert any("203.0.113.0" in line for line in swapped.commands)
        parts.append(surround(msgspec.structs.replace(swapped, base_digest=part.base_digest)))
    return msgspec.structs.replace(plan, devices=tuple(parts))


def shorter(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if "to spine2" not in line)


_LIES: dict[str, tuple[Lie, str]] = {
    "a low risk": (lambda p: first(p, risk="low"), r"spine1: its risk \(risk\)"),
    "a risk without its reasons": (lambda p: first(p, risks=()), r"spine1: the reasons of its risk"),
    "both in one batch": (
        lambda p: msgspec.structs.replace(p, batches=(("spine1", "spine2"),)),
        "its batches: it says .*spine1.*spine2",
    ),
    "near before far": (lambda p: msgspec.structs.replace(p, batches=p.batches[::-1]), "its batches"),
    "a back-out that does not lead back": (
        lambda p: first(p, back_out=p.devices[0].back_out[:-3]),
        r"spine1: its back-out \(back_out\)",
    ),
    "lines that do not lead there": (
        lambda p: first(p, commands=shorter(p.devices[0].commands)),
        r"spine1: its lines \(commands\)",
    ),
    "a smuggled line": (smuggled, r"spine1: what is to run there \(after\).*mallory"),
    "hidden drift": (lambda p: first(p, drift=()), r"spine1: the drift left alone"),
    "a diff that shows less": (lambda p: first(p, diff=shorter(p.devices[0].diff)), r"spine1: its diff"),
    "our own way in left out": (lambda p: first(p, on_own_path=()), r"spine1: the lines on our own way in"),
    "a timer of another length": (lambda p: first(p, timer=1200), r"spine2: .*timer.*120.*1200"),
    "a timer beyond the platform's": (lambda p: every(p, timer=86_401), r"spine1: .*timer.*86401.*86400"),
    "no timer": (lambda p: first(p, timer=0), r"spine1: .*timer"),
    "a timer for nobody": (lambda p: every(p, timer=0), r"spine1: .*timer is 0 s"),
    "a timer nobody can use": (lambda p: every(p, timer=9), r"spine1: .*timer is 9 s; 10 at least"),
    "another identity": (lambda p: first(p, identity="SHA256:other"), r"spine1: its enrolled identity"),
    "another address": (lambda p: first(p, host="192.0.2.66"), r"spine1: its address"),
    "another port": (lambda p: first(p, port=2222), r"spine1: its port"),
    "another way": (lambda p: first(p, jumps=()), r"spine1: its jump hosts"),
    "another order": (lambda p: first(p, order="atomic"), r"spine1: who orders its lines"),
    "lines in another order": (
        lambda p: first(p, commands=(*p.devices[0].commands[3:], *p.devices[0].commands[:3])),
        r"spine1: its lines",
    ),
    "a secret of another reference": (
        lambda p: first(p, slots=(msgspec.structs.replace(SLOT, ref="snmp"),)),
        r"spine1: the places of its secrets",
    ),
    "a secret for another line": (
        lambda p: first(p, slots=(msgspec.structs.replace(SLOT, field="username ops password 8 *"),)),
        r"spine1: the places of its secrets",
    ),
    "fewer that do not change": (lambda p: msgspec.structs.replace(p, unchanged=0), "do not change: it says 0"),
    "a weaker proof hidden": (lambda p: first(p, logins=1), r"spine1: its logins: planned with 1, it is 4"),
    "fewer codes": (lambda p: first(p, codes=9), r"spine1: its one-time codes"),
    "checks dropped": (lambda p: first(p, checks=()), r"spine1: its checks"),
    "a check that asks less": (
        lambda p: first(p, checks=(msgspec.structs.replace(CHECK, input={}),)),
        r"spine1: its checks",
    ),
    "nobody beside it": (lambda p: first(p, around=()), r"spine1: who is read beside it .*leaf1"),
    "an unknown neighbour": (
        lambda p: first(p, around=(msgspec.structs.replace(NEIGHBOUR, identity="SHA256:m"),)),
        r"spine1: who is read beside it .*leaf1",
    ),
    "another base": (base_swapped, r"spine1: what is to run there \(after\)"),
    "another base by name": (lambda p: first(p, base="AAAA-0000"), r"spine1: it starts from AAAA-0000"),
    "another base by content": (
        lambda p: first(p, base_digest=text_digest(RUNNING, rules("frr"))),
        r"spine1: what it starts from \(base\)",
    ),
    "another intention": (
        lambda p: first(p, intended=configs.normalise(RUNNING, rules("frr"))),
        r"spine1: what is intended",
    ),
    "a text that is not canonical": (
        lambda p: first(p, before=p.devices[0].before + "!\n"),
        r"spine1: what ran there before .*canonical",
    ),
    "all of it called a replacement": (lambda p: msgspec.structs.replace(p, mode="replace"), "spine1: "),
    "all of it adopted": (lambda p: msgspec.structs.replace(p, base="running"), "spine1: "),
    "a waiver that was not planned with": (
        lambda p: first(p, risks=(*p.devices[0].risks, "it may lose bgp, its author says")),
        r"spine1: the reasons of its risk",
    ),
    "drift said to be taken in": (lambda p: first(p, included=("- ip route 203.0.113.0/24",)), "the drift taken in"),
    "a lower marking": (lambda p: msgspec.structs.replace(p, marking="UNCLASSIFIED"), "its marking"),
    "a later position": (lambda p: msgspec.structs.replace(p, position="41878"), "the position of its snapshot"),
    "no position": (lambda p: msgspec.structs.replace(p, position=""), "the position of its snapshot"),
    "a branch that nobody took": (lambda p: msgspec.structs.replace(p, branch="x"), "the branch of its snapshot"),
    "a back-out for ever": (lambda p: msgspec.structs.replace(p, back_out_within=10**9), "its back-out is agreed to"),
    "other reads": (lambda p: first(p, reads=()), r"spine1: what its templates read"),
    "another platform": (lambda p: first(p, platform="eos"), r"spine1: "),
    "a platform nobody knows": (lambda p: first(p, platform="ios"), r"spine1: .*no platform is named 'ios'"),
    "a text that ends in a banner": (lambda p: first(p, before="\x1b[2K"), r"spine1: it cannot be made again"),
}  # fmt: skip


def test_an_honest_plan_passes(honest: ChangePlan, proven: Prove) -> None:
    proven(honest)
    assert honest.devices[0].risk == "high"
    assert honest.devices[0].drift
    for mode, base in (("replace", "last"), ("managed", "running")):
        free = {name: msgspec.structs.replace(one, base=None, base_name="") for name, one in WANTED.items()}
        whole = made(free, mode=mode, base=base)  # type: ignore[arg-type]  # both are modes
        proven(whole, wanted=free)  # type: ignore[call-arg]  # the fixture takes more


@pytest.mark.parametrize("lie", list(_LIES))
def test_a_lie_that_is_sealed_as_it_should_be_is_refused_by_name(
    honest: ChangePlan, proven: Prove, lie: str
) -> None:
    tell, named = _LIES[lie]
    lying = tell(honest)
    assert lying != honest
    with pytest.raises(Refused, match=named) as caught:
        proven(lying)
    assert caught.value.code == ExitCode.REFUSED
    assert lying.code in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("field", "now", "named"),
    [
        ("contents", {**HERE.contents, "paramiko": "0" * 64}, "software not as it was made with: paramiko"),
        ("contents", {"paramiko": "b" * 64}, "linewright/change"),
        ("contents", {**HERE.contents, "more": "0" * 64}, "more"),
        ("versions", {"linewright": "2"}, "software not as it was made with: linewright"),
        ("policies", {"apply": "0" * 64}, "settings not as it was made with: apply"),
        ("snapshot", "6" * 64, "snapshot not as it was made with"),
    ],
)
def test_what_is_not_here_any_more_is_named(
    honest: ChangePlan, proven: Prove, field: str, now: object, named: str
) -> None:
    with pytest.raises(Moved, match=named):
        proven(honest, here=msgspec.structs.replace(HERE, **{field: now}))  # type: ignore[call-arg]  # as above


def test_a_plan_of_another_site_is_refused(honest: ChangePlan, proven: Prove) -> None:
    with pytest.raises(Refused, match="for site 'elsewhere', this is 'reference'"):
        proven(msgspec.structs.replace(honest, site="elsewhere"))


def test_another_template_is_named(honest: ChangePlan) -> None:
    with pytest.raises(Moved, match=r"templates not as it was made with: config/frr/main\.j2"):
        prove(honest, HERE, WANTED, {"config/frr/main.j2": "f" * 64}, surround)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        (
            {"intended": INTENDED.replace(TOKEN, "lw-secret-" + "b" * 32)},
            "spine1: a secret has another value",
        ),
        ({"base_name": "1111-2222"}, "starts from 7F3A-91C2 .*1111-2222 was applied there"),
        ({"logins": Logins(count=1, codes=0, weakened=(NO_NEW_LOGIN,))}, "spine1: its logins"),
        ({"host": "192.0.2.10"}, "spine1: its address: planned with 192.0.2.9, it is 192.0.2.10 now"),
    ],
)
def test_what_moved_since_is_told_as_moved(
    honest: ChangePlan, proven: Prove, changed: dict[str, object], named: str
) -> None:
    now = {name: msgspec.structs.replace(one, **changed) for name, one in WANTED.items()}
    with pytest.raises(Moved, match=named):
        proven(honest, wanted=now)  # type: ignore[call-arg]  # as above


def test_without_what_it_starts_from_nobody_can_say_what_it_takes_away(
    honest: ChangePlan, proven: Prove
) -> None:
    unknown = {name: msgspec.structs.replace(one, base=None, base_name="") for name, one in WANTED.items()}
    with pytest.raises(Refused, match=r"spine1: what it starts from \(base\) is not known here"):
        proven(honest, wanted=unknown)  # type: ignore[call-arg]  # as above


def test_devices_that_are_done_are_not_judged_again(honest: ChangePlan, proven: Prove) -> None:
    done = {**WANTED, "spine2": msgspec.structs.replace(WANTED["spine2"], base_name="1111-2222")}
    proven(honest, wanted=done, only=frozenset({"spine1"}))  # type: ignore[call-arg]  # as above
    with pytest.raises(Moved, match="spine2"):
        proven(honest, wanted=done)  # type: ignore[call-arg]  # as above


def test_a_device_that_is_seen_otherwise_than_when_planned_has_moved(honest: ChangePlan) -> None:
    hook = WorstCase(restart="systemd", start_hook=True)
    part = msgspec.structs.replace(honest.devices[0], unsaved=("+ a",), worst_case=hook)
    as_seen = Found(serial="S1", unsaved=("+ a",), worst_case=hook)
    still_found(part, as_seen)
    still_found(part, msgspec.structs.replace(as_seen, serial=""))
    for changed, named in (
        ({"serial": "S2"}, "serial number is S2"),
        ({"unsaved": ("+ a", "+ b")}, "not saved"),
        ({"worst_case": WorstCase(restart="no")}, "worst case"),
    ):
        with pytest.raises(Moved, match=named):
            still_found(part, msgspec.structs.replace(as_seen, **changed))
