"""The method of procedure: complete, harmless whatever stands in a plan, the same bytes each time."""

import io
from collections.abc import Iterator

import docx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linewright.documents.procedure.as_docx import as_docx
from linewright.documents.procedure.as_pdf import as_pdf
from linewright.documents.procedure.blocks import Block, Facts, Heading, Lines, Procedure, Table, Text, Ticks
from linewright.documents.procedure.content import People, procedure
from linewright.documents.procedure.done import Agreed, DeviceDone, Done
from linewright.documents.procedure.times import day, minutes, moment
from linewright.plan.agreement.records import Hold, Need, Window
from linewright.plan.changeplan import SCHEMA, ChangePlan, CheckRef, DevicePlan
from linewright.plan.rollout.records import Linked, Rollout, Touched

HOSTILE = (
    '#panic("x")', "$x$ _y_ *z* `w` <a> @b", "\x1b[2Kgone", "\u202etxt.exe", "a\u200bb", "<w:p/>&amp;", "x\x00y",
    "\\", '#include "/etc/passwd"', "[bold]x[/]",
)  # fmt: skip


def part(name: str, *, text: str = "to r2") -> DevicePlan:
    return DevicePlan(
        device=name, platform="frr", host="192.0.2.9", port=22, identity="SHA256:x", order="sent", timer=120, before="x",
        after="y", intended="y", commands=("interface eth1", f" description {text}", "exit"),
        back_out=("interface eth1", " description uplink", "exit"), diff=(f"+ description {text}",), expected=95, observe=30,
        risk="high", risks=("it changes our own way in",), checks=(CheckRef(name="neighbours", digest="0" * 64),),
    )  # fmt: skip


def plan_with(text: str = "to r2") -> ChangePlan:
    names = (f"r1{text}", "r2", "r3")
    return ChangePlan(
        schema=SCHEMA, site="reference", marking="UNCLASSIFIED", created="2026-11-24T02:41:00Z", author=text, scope=text,
        base="last", mode="managed", snapshot="0" * 64, position="1", templates={}, versions={},
        devices=tuple(part(name, text=text if number else "to r2") for number, name in enumerate(names)),
        batches=((names[0],), names[1:]), ticket=text, purpose=text, pattern=text, expected=720,
        window=Window(start="2026-11-24T03:00:00Z", end="2026-11-24T04:30:00Z", zone=text, back_out_by="2026-11-24T04:10:00Z"),
        impact=(Touched(device=names[0], sites=(text,), circuits=(text,), services=(text,), unprotected=(text,), cut=(text,)),),
        holds=(Hold(device="r2", question=text),), needs=(Need(role="shift lead", count=2),),
        linked=(Linked(devices=("r2", "r3"), why=text),), rollout=Rollout(soak=60),
    )  # fmt: skip


DONE = Done(
    job="J0007-7F3A-91C2", by="m.keller", begun="2026-11-24T03:02:00Z", ended="2026-11-24T03:14:00Z",
    devices=(
        DeviceDone(device="r2", result="confirmed", begun="2026-11-24T03:02:10Z", ended="2026-11-24T03:03:00Z", notes=("good",)),
        DeviceDone(device="r3", result="rolled back", begun="2026-11-24T03:03:10Z", ended="2026-11-24T03:05:00Z"),
    ),
    agreed=(Agreed(person="a.rossi", role="shift lead", decision="approve", how="signed"),),
    deviations=("r3: a check failed: BGP session 192.0.2.1 is down",),
)  # fmt: skip


def texts(made: Procedure) -> Iterator[str]:
    yield from (made.title, made.marking, made.code, made.site, made.state)
    for block in made.blocks:
        yield from of_block(block)


def seen(made: Procedure) -> Iterator[str]:
    """Its texts; the blanks that keep a number and its unit together are ours."""
    return (text.replace("\u00a0", " ") for text in texts(made))


def of_block(block: Block) -> Iterator[str]:
    match block:
        case Heading() | Text():
            yield block.text
        case Facts():
            yield from (cell for row in block.rows for cell in row)
        case Ticks():
            yield from block.items
        case Table():
            yield from (cell for row in (block.header, *block.rows) for cell in row)
        case Lines():
            yield block.title
            yield from block.lines


def test_it_holds_every_line_and_every_back_out_line_of_every_device() -> None:
    plan = plan_with()
    lines = [block.lines for block in procedure(plan).blocks if isinstance(block, Lines)]
    for one in plan.devices:
        assert one.commands in lines
        assert one.back_out in lines


def test_it_says_what_the_forms_of_change_management_ask_for() -> None:
    made = procedure(plan_with(), People(tell=("duty officer",), contacts=(("A. Rossi", "2201"),)))
    whole = "\n".join(texts(made))
    for words in (
        "normal", "24 Nov 0300Z to 24 Nov 0430Z", "24 Nov 0410Z", "12\u00a0min", "shift lead", "before: duty officer", "A. Rossi",
        "Batch 1 of 2, canary", "Batch 2 of 2", "lw rollback JOB", "Confirmed together or not at all: r2, r3",
        "r2: to r2", "Successful with deviations", "auto-rollback 120", made.code,
    ):  # fmt: skip
        assert words in whole, words
    assert [block.text for block in made.blocks if isinstance(block, Heading)] == [
        "The change", "Roles and agreement", "Services and sites; expected interruption", "Whom to tell; contacts",
        "Before the change", "Steps", "Exact lines", "Checks", "Back-out", "Closing",
    ]  # fmt: skip


def test_an_emergency_says_why_it_cannot_wait() -> None:
    plan = msgspec.structs.replace(plan_with(), change="emergency", reason="site B cut off", window=None)
    whole = "\n".join(texts(procedure(plan)))
    assert "site B cut off" in whole
    assert "any time: the plan names none" in whole


def test_filled_it_holds_planned_against_actual_and_the_closure_code() -> None:
    whole = "\n".join(texts(procedure(plan_with(), done=DONE)))
    for words in (
        "PARTLY DONE",
        "1 confirmed, 1 rolled back",
        "a check failed",
        "a.rossi",
        "signed",
        "good",
        "24 Nov 0303Z",
    ):
        assert words in whole, words


@pytest.mark.parametrize(
    ("results", "deviations", "closure"),
    [
        (("confirmed", "confirmed"), (), "successful"),
        (("confirmed", "not saved"), ("x",), "successful with deviations"),
        (("confirmed", "rolled back"), (), "partly done"),
        (("rolled back", "not begun"), (), "backed out"),
        (("refused", "not begun"), (), "not carried out"),
        (("confirmed", "unknown"), (), "open"),
    ],
)
def test_the_closure_code_follows_from_how_devices_ended(
    results: tuple[str, ...], deviations: tuple[str, ...], closure: str
) -> None:
    devices = tuple(DeviceDone(device=str(n), result=result) for n, result in enumerate(results))
    assert msgspec.structs.replace(DONE, devices=devices, deviations=deviations).closure == closure


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_stands_in_a_plan_steers_or_hides(text: str) -> None:
    made = procedure(plan_with(text), People(tell=(text,), contacts=((text, text),)), None)
    assert all(line.isprintable() for each in seen(made) for line in each.split("\n"))
    assert as_pdf(made).startswith(b"%PDF")
    found = docx.Document(io.BytesIO(as_docx(made)))
    assert len(found.tables) == sum(isinstance(block, Table | Facts) for block in made.blocks)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40))
def test_any_text_can_be_printed(text: str) -> None:
    made = procedure(plan_with(text))
    assert all(line.isprintable() for each in seen(made) for line in each.split("\n"))
    assert as_docx(made)


@pytest.mark.parametrize("done", [None, DONE])
def test_the_same_plan_gives_the_same_bytes(done: Done | None) -> None:
    for writer in (as_pdf, as_docx):
        assert writer(procedure(plan_with(), done=done)) == writer(procedure(plan_with(), done=done))


def test_marking_and_code_stand_on_each_page_of_the_word_file() -> None:
    plan = plan_with()
    section = docx.Document(io.BytesIO(as_docx(procedure(plan)))).sections[0]
    for part_of_page in (section.header, section.footer):
        told = "\n".join(paragraph.text for paragraph in part_of_page.paragraphs)
        assert "UNCLASSIFIED" in told
        assert plan.code in told


def test_the_word_file_holds_all_that_the_procedure_says() -> None:
    made = procedure(plan_with(), done=DONE)
    found = docx.Document(io.BytesIO(as_docx(made)))
    told = "\n".join(
        [paragraph.text for paragraph in found.paragraphs]
        + [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    )
    for text in texts(made):
        if text not in (made.marking, made.site):
            assert text in told, text


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("2026-11-24T03:02:00Z", "24 Nov 0302Z"),
        ("2026-11-24T03:02:00+01:00", "24 Nov 0202Z"),
        ("", ""),
        ("soon", "soon"),
    ],
)
def test_times_are_utc_and_short(text: str, short: str) -> None:
    assert moment(text) == short


def test_days_and_durations() -> None:
    assert day("2026-11-24T03:02:00Z") == "Tuesday 24 November 2026"
    assert [minutes(each) for each in (59, 60, 61)] == ["59\u00a0s", "1\u00a0min", "2\u00a0min"]
