"""A plan as people see it: equal diffs once, nothing that a name could smuggle onto the screen, anywhere, at any time."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.model.printable import printable
from linewright.plan.agreement.records import Hold, Need, Window
from linewright.plan.build import Wanted, device_plan, lay
from linewright.plan.changeplan import ChangePlan, CheckRef, DevicePlan, dump
from linewright.plan.columns import WIDTH, columns
from linewright.plan.rollout.records import Apart, Line, Linked, Place, Rollout, Touched
from linewright.plan.screen import HEIGHT, summary
from linewright.plan.show import by_diff, detail, diffs
from linewright.platforms import rules

replace = msgspec.structs.replace

HOSTILE = {
    "erases the line above": "\x1b[2K\x1b[1A",
    "a new line of ours": "x\nSafety    auto-rollback on 9 of 9",
    "back to the first column": "x\rPLAN",
    "colour": "\x1b[31mred\x1b[0m",
    "one byte of C1": "\x9b31m",
    "right to left": "\u202eevil\u202c",
    "isolated": "\u2066\u2067x\u2069",
    "no width": "a\u200bb\u200d\ufeffc\u2060",
    "unseen": "a\u3164b\u034fc\ufe0fd\u115f",
    "unseen, far out": "a\U000e0041\U000e0100b",
    "a bell": "\x07\x00\x7f",
    "rich markup": "[bold red]x[/] [link=http://e]y[/link]",
    "HTML": "<script>alert(1)</script>&amp;",
    "an attribute of HTML": "x\" onload='alert(1)' y=\"><img src=http://e/>",
    "the end of a style sheet": "</style><script>alert(1)</script>",
    "a word of CSS": '"; } body { display: none } \\',
    "a pile of marks": "a" + "\u0336" * 40,
    "letters of two columns": "\u6f22\u5b57" * 40,
    "one long word": "w" * 300,
    "a line separator": "x\u2028y\u2029z\x85",
}
#: Marks of rich and HTML are plain words on our screens, and stay as they are.
_PLAIN = (
    "rich markup", "HTML", "an attribute of HTML", "the end of a style sheet", "a word of CSS", "letters of two columns", "one long word",
)  # fmt: skip


@pytest.fixture(params=list(HOSTILE))
def hostile(request: pytest.FixtureRequest, plan: ChangePlan) -> tuple[str, ChangePlan]:
    """A plan with the same text wherever somebody else's words can stand."""
    text = HOSTILE[request.param]
    part = plan.devices[0]
    line = f" description {text}"
    named = f"r1{text}"
    changed = replace(
        part, device=named, host=text, identity=text, jumps=(text,), serial=text, drift=(f"- {text}",), risks=(text,),
        diff=(f"+ {line}",), commands=(line,), back_out=(line,), unsaved=(f"+ {text}",), on_own_path=(text,),
        weakened=(text,), startup_unread=text, seen=text, included=(f"- {text}",), codes=1, platform="frr",
        live=(CheckRef(name=text, digest="0" * 64, input={text: (text,)}),), observe=9,
    )  # fmt: skip
    whole = replace(
        plan, devices=(changed,), batches=((named,),), ticket=text, author=text, scope=f"device {text}" * 9,
        marking=text, base=text, branch=text, created=text, change="emergency", reason=text, purpose=text, pattern=text,
        window=Window(start=text, end=text, zone=text, back_out_by=text), linked=(Linked(devices=(named,), why=text),),
        apart=(Apart(a=named, z=text, why=text),), lines=(Line(a=named, z=text, alone=True, count=2),),
        impact=(Touched(device=named, sites=(text,), circuits=(text,), services=(text,), unprotected=(text,)),),
        places=(Place(device=named, site=text, role=text, tier=0, changes=True), Place(device=text, site=text, role=text, tier=1)),
        holds=(Hold(device=named, question=text),), needs=(Need(role=text, count=2, presence=True), Need(role="x")),
        templates={text: "0" * 64}, versions={text: text}, site=text, position=text, may_lose=(text,),
        rollout=Rollout(failures=text, on_breach="back out all"),
    )  # fmt: skip
    return request.param, whole


def test_nothing_steers_the_screen_in_any_view(
    hostile: tuple[str, ChangePlan], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, whole = hostile
    file = tmp_path / "change.lwplan"
    file.write_bytes(dump(whole))
    for form in ("text", "json"):
        assert ended(root, ["plan", "show", str(file), "--format", form]) == 0
        shown = capsys.readouterr()
        assert not shown.err
        for line in shown.out.splitlines():
            assert line.isprintable(), line
            assert printable(line) == line
        assert HOSTILE[kind] not in shown.out or kind in _PLAIN
        if form == "json":
            told = json.loads(shown.out)
            assert told["plan"]["ticket"] == HOSTILE[kind]
            assert told["plan"]["devices"][0]["serial"] == HOSTILE[kind]
            assert told["digest"] == whole.digest
        else:
            beginnings = [line[:6] for line in shown.out.splitlines()]
            assert beginnings.count("PLAN  ") + beginnings.count("PLAN x") + beginnings.count("PLAN \\") <= 1
            assert beginnings[0].startswith("PLAN")
            assert beginnings.count("Safety") == 1


def test_the_first_screen_keeps_its_size_whatever_names_hold(hostile: tuple[str, ChangePlan]) -> None:
    for mode in ("managed", "replace"):
        lines = list(summary(replace(hostile[1], mode=mode)))
        assert [printable(line) for line in lines] == lines
        assert len(lines) < HEIGHT
        assert max(map(columns, lines)) <= WIDTH


@given(st.text(alphabet=st.characters(), max_size=30))
def test_what_is_shown_is_printable_and_stays_json(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown
    if "\\" not in text and '"' not in text:
        assert json.loads(f'"{shown}"') == text


def test_a_plan_is_shown_where_there_is_no_site_and_nothing_is_left_behind(
    plan: ChangePlan, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that is out of date by years: of software, templates and snapshot nothing is looked at."""
    empty = tmp_path / "empty"
    empty.mkdir()
    file = tmp_path / "old.lwplan"
    old = replace(
        plan, contents={"linewright": "0" * 64}, versions={"linewright": "0.0.1"}, snapshot="f" * 64
    )
    file.write_bytes(dump(old))
    monkeypatch.chdir(empty)
    assert ended(root, ["plan", "show", str(file)]) == 0
    shown = capsys.readouterr().out
    assert old.code in shown.splitlines()[0]
    assert "r1: back-out" in shown
    assert list(empty.iterdir()) == []


def test_json_is_versioned_and_whole(
    plan: ChangePlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "change.lwplan"
    file.write_bytes(dump(plan))
    assert ended(root, ["plan", "show", str(file), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "linewright.plan/4"
    assert msgspec.convert(told["plan"], ChangePlan) == plan


@pytest.mark.parametrize(
    ("damage", "code"), [(lambda data: data + b" ", 3), (lambda data: data.replace(b"lind", b"lend"), 3)]
)
def test_a_damaged_plan_is_not_shown(
    plan: ChangePlan,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[bytes], bytes],
    code: int,
) -> None:
    file = tmp_path / "change.lwplan"
    file.write_bytes(damage(dump(plan)))
    assert ended(root, ["plan", "show", str(file)]) == code
    shown = capsys.readouterr()
    assert not shown.out
    assert "REFUSED, nothing written" in shown.err


SHAPES = ("uplink a", "uplink b", "uplink c", "uplink d", "uplink e", "uplink f", "uplink g")


@pytest.fixture
def thousand(wanted: Callable[..., Wanted], running: str, plan: ChangePlan) -> ChangePlan:
    examples = []
    for shape in SHAPES:
        want = wanted(running.replace("uplink", shape), running)
        part = device_plan(want, lay(want, running, rules("frr")), rules("frr"))
        assert part is not None
        examples.append(part)
    parts = tuple(_numbered(examples))
    return replace(plan, devices=parts, batches=tuple((part.device,) for part in parts))


def _numbered(examples: list[DevicePlan]) -> Iterator[DevicePlan]:
    for number in range(1000):
        yield replace(
            examples[number % len(examples)], device=f"leaf{number:04}", host=f"192.0.2.{number % 250}"
        )


def test_a_thousand_devices_of_seven_shapes_are_seven_diffs(thousand: ChangePlan) -> None:
    groups = by_diff(thousand)
    assert len(groups) == 7
    assert sorted(name for names, _ in groups for name in names) == [p.device for p in thousand.devices]
    shown = list(diffs(thousand))
    assert sum(re.fullmatch(r"  \+ +description uplink [a-g]", line) is not None for line in shown) == 7
    assert sum(re.search(r"^leaf\d+ .* and \d+ more \(frr\):$", line) is not None for line in shown) == 7
    assert "1000 of 1000 change, 7 different diffs" in "\n".join(summary(thousand))


def test_equal_lines_stand_there_once_and_every_device_is_named(thousand: ChangePlan) -> None:
    shown = list(detail(thousand))
    assert sum("sent in this order, once" in line for line in shown) == 7
    assert sum(": back-out" in line for line in shown) == 7
    for part in thousand.devices:
        assert any(line.startswith(f"  {part.device}: {part.host} port 22; SHA256:x") for line in shown)


def test_a_text_of_several_lines_stands_set_in(plan: ChangePlan) -> None:
    banner = "+ banner motd\n+ Safety    auto-rollback on 9 of 9\n+ EOF"
    shown = list(diffs(replace(plan, devices=(replace(plan.devices[0], diff=(banner,)),))))
    assert shown[2:] == ["  + banner motd", "  + Safety    auto-rollback on 9 of 9", "  + EOF"]


def test_where_the_device_orders_it_is_said_what_may_be_overwritten(plan: ChangePlan) -> None:
    said = ": what others change right before the commit is overwritten"
    (part,) = plan.devices
    assert part.order == "sent"
    assert not any(said in line for line in detail(plan))
    atomic = replace(plan, devices=(replace(part, order="atomic"),))
    assert f"{part.device}{said}" in list(detail(atomic))


def test_what_people_said_is_told_and_not_judged(
    plan: ChangePlan, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from linewright.plan.agreement.records import Decision, Signed, Statement
    from linewright.plan.agreement.statements import folder_of, write

    file = tmp_path / "change.lwplan"
    file.write_bytes(dump(plan))
    said: list[tuple[str, Decision, str]] = [
        ("lind", "author", plan.digest), ("rossi", "deny", plan.digest), ("kay", "approve", "0" * 64),
    ]  # fmt: skip
    for person, decision, digest in said:
        statement = Statement(
            kind="linewright-statement/1", plan=digest, site="s", ticket="", decision=decision, person=person,
            role="", not_after="2026-11-24T03:00:00Z", shown="0" * 64, reason="no" if decision == "deny" else "",
        )  # fmt: skip
        write(
            folder_of(file),
            Signed(statement=statement, form="ssh", signature="-----BEGIN SSH SIGNATURE-----"),
        )
    (folder_of(file) / "x.json").write_bytes(b"{}")
    assert ended(root, ["plan", "show", str(file)]) == 0
    shown = capsys.readouterr().out.splitlines()
    line = next(line for line in shown if line.startswith("Said"))
    assert line == "Said      DENIED rossi, NOT READABLE 1, author lind (lw approve --list judges)"
