"""One holder of a device at a time, whatever happens to the others."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.errors import FacilityError, Refused
from linewright.journal.holder import Holder, is_gone, me
from linewright.journal.journal import Journal

#: Somebody who is certainly not here.
STRANGER = Holder(host="noc2", user="bob", pid=4711, started=1, boot="another boot")


def over(journal: Journal, device: str) -> None:
    """Let a lease end, by the database's clock."""
    with journal.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE leases SET until = until - 100000 WHERE device = '{device}'")


def test_a_second_job_is_refused_and_told_by_whom(journal: Journal) -> None:
    journal.leases.take("r1", "J1", seconds=600, holder=STRANGER)
    with pytest.raises(Refused) as refused:
        journal.leases.take("r1", "J2", seconds=600)
    assert refused.value.message.startswith("r1: job J1 of bob on noc2, process 4711 works on it until ")
    assert refused.value.hint.endswith("lw resume J1")
    assert journal.leases.take("r2", "J2", seconds=600).token == 1


def test_what_was_given_back_is_taken_with_a_greater_token(journal: Journal) -> None:
    first = journal.leases.take("r1", "J1", seconds=600)
    journal.leases.release(first)
    assert journal.leases.held() == ()
    second = journal.leases.take("r1", "J2", seconds=600)
    assert (first.token, second.token) == (1, 2)
    assert (first.journal, second.journal) == (journal.name, journal.name)
    journal.leases.release(first)  # too late: it is another's, and stays so
    assert [held.job for held in journal.leases.held()] == ["J2"]


def test_a_lease_that_ended_starts_no_step_even_where_nobody_took_it(journal: Journal) -> None:
    lease = journal.leases.take("r1", "J1", seconds=600)
    journal.leases.renew(lease)
    over(journal, "r1")
    with pytest.raises(Refused, match=r"r1: job J1 held it for 600 s") as refused:
        journal.leases.renew(lease)
    assert "lw resume J1" in refused.value.hint


def test_a_lease_that_another_took_over_is_lost_for_good(journal: Journal) -> None:
    mine = journal.leases.take("r1", "J1", seconds=600)
    over(journal, "r1")
    theirs = journal.leases.take("r1", "J2", seconds=600, holder=STRANGER)
    assert theirs.token > mine.token
    with pytest.raises(Refused, match="job J2 of bob on noc2"):
        journal.leases.renew(mine)
    journal.leases.release(mine)
    journal.leases.renew(theirs)


def test_renewing_holds_it_for_its_time_again(journal: Journal) -> None:
    lease = journal.leases.take("r1", "J1", seconds=600)
    with journal.database.writing() as connection:
        connection.exec_driver_sql("UPDATE leases SET until = until - 590")
    assert journal.leases.held()[0].left <= 10
    journal.leases.renew(lease)
    assert journal.leases.held()[0].left > 500


def test_all_or_none_are_taken_and_renewed(journal: Journal) -> None:
    journal.leases.take("r2", "J1", seconds=600, holder=STRANGER)
    with pytest.raises(Refused, match="r2: job J1"):
        journal.leases.take_all(("r3", "r2", "r1"), "J2", seconds=600)
    assert [held.device for held in journal.leases.held()] == ["r2"]
    taken = journal.leases.take_all(("r3", "r1", "r3"), "J2", seconds=600)
    assert [lease.device for lease in taken] == ["r1", "r3"]
    over(journal, "r3")
    before = journal.leases.held()
    with pytest.raises(Refused, match="r3"):
        journal.leases.renew(*taken)
    assert [held.until for held in journal.leases.held()] == [held.until for held in before]


def test_only_a_process_of_this_boot_that_is_gone_is_taken_over_before_its_time(journal: Journal) -> None:
    dead = subprocess.Popen([sys.executable, "-c", "pass"])
    here = me()
    gone = msgspec.structs.replace(here, pid=dead.pid, started=1)
    dead.wait()
    for number, holder in enumerate((here, STRANGER, msgspec.structs.replace(gone, space="pid:[1]"))):
        journal.leases.take(f"r{number}", "J1", seconds=600, holder=holder)
        assert not is_gone(holder)
        with pytest.raises(Refused, match="job J1"):
            journal.leases.take(f"r{number}", "J2", seconds=600, after_death=True)
    journal.leases.take("r9", "J1", seconds=600, holder=gone)
    with pytest.raises(Refused, match="when its process died") as refused:
        journal.leases.take("r9", "J2", seconds=600)
    assert refused.value.hint == "lw resume J1"
    with pytest.raises(Refused, match="job J1"):
        journal.leases.take("r9", "J2", seconds=600)
    assert journal.leases.take("r9", "J2", seconds=600, after_death=True).token == 2


def test_a_later_process_with_the_same_id_is_not_the_holder() -> None:
    here = me()
    assert not is_gone(here)
    assert is_gone(msgspec.structs.replace(here, started=here.started + 1))


def test_a_zombie_is_gone() -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert is_gone(msgspec.structs.replace(me(), pid=child))
    finally:
        os.waitpid(child, 0)


def test_a_process_that_proc_hides_from_us_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With hidepid=2 /proc shows nothing of other users' processes: two operators on one machine."""
    here = me()
    theirs = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        holder = msgspec.structs.replace(here, pid=theirs.pid)
        (tmp_path / "sys/kernel/random").mkdir(parents=True)
        (tmp_path / "sys/kernel/random/boot_id").write_text(here.boot)
        (tmp_path / "self/ns").mkdir(parents=True)
        (tmp_path / "self/ns/pid").symlink_to(here.space)
        monkeypatch.setattr("linewright.journal.holder._PROC", tmp_path)
        assert not is_gone(holder)
    finally:
        theirs.communicate()
    assert is_gone(holder)


_RACER = """
import sys
from pathlib import Path
from linewright.errors import Refused
from linewright.journal.journal import Journal
from linewright.journal.postgres import in_postgres

where = sys.argv[1]
journal = Journal(in_postgres(where) if where.startswith("postgresql:") else Path(where))
for round in range(10):
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        journal.leases.take(f"r{round}", sys.argv[2], seconds=600)
    except Refused:
        print("refused", flush=True)
    else:
        print("taken", flush=True)
"""


def test_of_two_processes_that_race_exactly_one_gets_it(place: Any) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _RACER, place.name, job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for job in ("J1", "J2")
    ]
    try:
        answers = []
        for _ in range(10):
            for racer in racers:
                assert racer.stdout.readline() == "ready\n"
            for racer in racers:
                racer.stdin.write("go\n")
                racer.stdin.flush()
            answers.append(sorted(racer.stdout.readline().strip() for racer in racers))
        assert answers == [["refused", "taken"]] * 10
        journal = place.open()
        assert {held.token for held in journal.leases.held()} == {1}
        journal.close()
    finally:
        for racer in racers:
            racer.stdin.close()
            racer.stdout.close()
            racer.wait(60)


def test_time_is_the_databases(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.leases.take("r1", "J1", seconds=600)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    with pytest.raises(Refused, match="J1"):
        journal.leases.take("r1", "J2", seconds=600)


def test_a_journal_that_cannot_be_written_gives_no_lease(journal: Journal) -> None:
    with journal.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE leases")
    with pytest.raises(FacilityError, match=r"the journal \S+ cannot be written"):
        journal.leases.take("r1", "J1", seconds=600)
    with pytest.raises(FacilityError, match=r"the journal \S+ cannot be read"):
        journal.leases.held()
