"""`lw status` as people see it: 80 columns, a page, and never "nothing is armed" of a device that did not answer."""

import re

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from linewright.cli.screen import folded
from linewright.cli.status_screen import one_job, table
from linewright.operate.telling import InHand, JobStatus, Status, Told

_JOB = JobStatus(
    job="J0002-141A-4779", code="141A-4779", kind="apply", of="", begun="2026-11-24T03:21:45Z", host="noc1",
    user="lind", pid=4711, ticket="CHG-2", marking="UNCLASSIFIED", open=False, stopped="", closed=False,
    devices=(), in_hand=(), next="", back_out_by="2026-11-25T03:21:45Z",
)  # fmt: skip
_OPEN = Told(device="sw1", result="open", open=True, attempt=1, armed="2026-11-24T03:22:01Z", timer=120)


def job(*devices: Told, **fields: object) -> JobStatus:
    opened = any(one.open for one in devices)
    return msgspec.structs.replace(_JOB, devices=devices, open=opened, **fields)


def whole(*jobs: JobStatus, asked: bool = False) -> Status:
    return Status(
        schema="linewright.status/1", site="hq", as_of="2026-11-24T03:30:00Z", asked=asked, jobs=jobs
    )


def ended(name: str, result: str = "confirmed", **fields: str) -> Told:
    return Told(device=name, result=result, open=False, **fields)


def of_one(found: JobStatus, *, asked: bool = False) -> list[str]:
    return one_job(found, whole(found, asked=asked))


def test_a_device_that_did_not_answer_may_be_armed() -> None:
    silent = msgspec.structs.replace(_OPEN, state="unreachable", told="it could not be read")
    for asked, device in ((False, _OPEN), (True, silent)):
        lines = of_one(job(device), asked=asked)
        assert "May still be armed: sw1" in lines
        assert "Nothing is armed." not in lines
    waits = msgspec.structs.replace(_OPEN, state="pending", told="it waits", pending="J2", seconds_left=90)
    assert "Armed: sw1" in of_one(job(waits), asked=True)
    back = msgspec.structs.replace(_OPEN, state="reverted", told="as before")
    assert "Nothing is armed." in of_one(job(back), asked=True)
    assert "Nothing is armed." in of_one(job(ended("sw1")))


def test_a_thousand_devices_are_a_page() -> None:
    names = [f"campus-access-{number:04}" for number in range(1000)]
    devices = [ended(name, "confirmed" if number < 300 else "not begun") for number, name in enumerate(names)]
    devices[5] = msgspec.structs.replace(_OPEN, device=names[5], armed_for=111)
    devices[7] = ended(names[7], "foreign")
    hands = tuple(
        InHand(device=name, host="noc1", user="lind", pid=4711, until="2026-11-24T03:31:00Z")
        for name in names
    )
    lines = of_one(job(*devices, in_hand=hands, stopped="interrupted", next="lw resume J0002-141A-4779"))
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "298 CONFIRMED: campus-access-0000" in text
    assert "700 not begun: campus-access-0300" in text
    assert f"{names[5]}  OPEN" in text
    assert f"{names[7]}  FOREIGN" in text
    assert text.count("In hand") == 1
    assert lines[-1] == "Next: lw resume J0002-141A-4779"


def test_what_a_later_job_took_back_is_not_told_as_in_force() -> None:
    taken = ended("sw1", taken_back="J0004-8BB3-9E11")
    lines = of_one(job(taken, ended("sw2")))
    assert "  sw1  CONFIRMED, then taken back by J0004-8BB3-9E11" in lines
    listed = "\n".join(table(whole(job(taken, ended("sw2"))), 1))
    assert "1 taken back since  1 confirmed" in listed
    back = job(ended("sw1"), ended("sw2", "rolled back"), kind="rollback", of="J0001-AAAA-BBBB")
    assert "  sw1  TAKEN BACK" in of_one(back)
    assert "1 taken back  1 not taken back" in "\n".join(table(whole(back), 1))


def test_the_table_is_no_wider_than_a_screen() -> None:
    results = ("confirmed", "rolled back", "not begun", "not reached", "refused", "not saved", "partly back")
    devices = [ended(f"sw{number}", result) for number, result in enumerate(results)]
    lines = table(
        whole(job(*devices, _OPEN, kind="rollback", of="J0001-AAAA-BBBB", next="lw resume J0002-141A-4779")),
        30,
    )
    assert lines[0].endswith("  OPEN")
    assert [line for line in lines if len(line) > 80] == [
        lines[1]
    ]  # eight ways to end: nothing to part it at
    assert "29 older: lw status --all" in lines


words = st.lists(st.text("abcdef,.;:", min_size=1, max_size=12), min_size=1, max_size=40).map(" ".join)


@given(words, st.integers(20, 100))
def test_folding_loses_and_parts_no_word(text: str, width: int) -> None:
    lines = folded(text, width)
    assert " ".join(" ".join(lines).split()) == text
    assert all(len(line) <= width for line in lines)


@given(words, words)
def test_a_command_is_never_parted(before: str, after: str) -> None:
    command = "lw rollback J0002-141A-4779 --device hq-wan1 --device hq-wan2 --yes"
    lines = folded(f"{before}: {command}, {after}", 80)
    assert sum(command in line for line in lines) == 1


def test_a_sentence_of_ours_folds_as_people_read_it() -> None:
    told = "REFUSED, nothing written  plan 4809-DD93 is spent: job J0001-4809-DD93 has carried it out, or begun to"
    assert folded(told, 80) == [
        "REFUSED, nothing written  plan 4809-DD93 is spent: job J0001-4809-DD93 has",
        "    carried it out, or begun to",
    ]
    done = "DONE 0319Z  1 confirmed  0 rolled back  0 not touched  0 unknown  job J0001-4809-DD93"
    assert [re.sub(" +", " ", line) for line in folded(done, 80)] == [
        "DONE 0319Z 1 confirmed 0 rolled back 0 not touched 0 unknown",
        " job J0001-4809-DD93",
    ]
