"""Whatever is done to a journal behind our back, a head that lies elsewhere tells it."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.journal import heads as heads_of
from linewright.journal.audit import Audit, judge
from linewright.journal.chain import START, chained
from linewright.journal.heads import NAMESPACE, Heads, head_of
from linewright.journal.journal import Journal
from linewright.seal.canonical import canonical
from linewright.seal.signature import made_key


class Kept:
    """A journal with its heads beside it and elsewhere; `open` opens it anew."""

    def __init__(self, place: Any, folder: Path) -> None:
        self.place = place
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        self.heads = Heads(folder / "state" / "heads", (self.elsewhere,))
        self.journal = Journal(place.open().database, self.heads)

    def job(self, name: str) -> None:
        for event in ("job begun", "arming", "job ended"):
            self.journal.append(name, event)

    def sql(self, *statements: str) -> None:
        with self.journal.database.writing() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def audit(self) -> Audit:
        looked = self.heads.look()
        wanted = {found.head.number for found in looked.found if found.head.journal == self.journal.name}
        return judge(
            self.journal.name,
            self.journal.walked(wanted),
            looked,
            believed=self.heads.believed(),
            beside=str(self.heads.own),
        )


@pytest.fixture
def kept(place: Any, tmp_path: Path) -> Iterator[Kept]:
    made = Kept(place, tmp_path)
    made.job("J1")
    made.job("J2")
    yield made
    made.journal.close()


def rewrite(kept: Kept, since: int) -> None:
    """Change a record and make the chain fit behind it, as one does who knows how it is made."""
    with kept.journal.database.writing() as connection:
        previous = START
        for row in connection.exec_driver_sql("SELECT * FROM records ORDER BY number").all():
            event = "nothing at all" if row.number == since else row.event
            own = chained(previous, (row.time, row.job, row.device, event, row.detail))
            connection.exec_driver_sql(
                f"UPDATE records SET event = '{event}', previous = '{previous}', hash = '{own}'"
                f" WHERE number = {row.number}"
            )
            previous = own


def test_up_to_which_record_it_is_certain(kept: Kept) -> None:
    kept.journal.append("J3", "job begun")
    found = kept.audit()
    assert (found.certain, found.records, found.since, found.elsewhere) == (6, 7, 1, True)
    assert found.certain_time.startswith("20")
    assert (found.findings, found.notices) == ((), ())
    assert kept.journal.unkept == ()


@pytest.mark.parametrize(
    ("done", "finding", "certain"),
    [
        ("UPDATE records SET event = 'x' WHERE number = 5", "record 5 was changed", 3),
        ("DELETE FROM records WHERE number = 2", "record 2 is missing", 0),
        ("DELETE FROM records WHERE number > 4", "its end was cut off: PLACE.000000006.", 3),
        ("DELETE FROM records", "its end was cut off: PLACE.000000006.", 0),
    ],
)
def test_what_was_changed_taken_out_or_cut_off_is_told(
    kept: Kept, done: str, finding: str, certain: int
) -> None:
    kept.sql(done)
    found = kept.audit()
    assert found.findings[0].replace(f"{kept.elsewhere}/{kept.journal.name}", "PLACE").startswith(finding)
    assert len(found.findings) == 1
    assert found.certain == certain


@pytest.mark.parametrize(("since", "certain"), [(1, 0), (3, 0), (4, 3), (6, 3)])
def test_a_chain_written_anew_is_told_and_from_where(kept: Kept, since: int, certain: int) -> None:
    rewrite(kept, since)
    assert kept.journal.broken_at() == 0
    found = kept.audit()
    (finding,) = found.findings
    assert finding.startswith(f"it was written anew: record {3 if since <= 3 else 6} is not the one of 20")
    assert found.certain == certain


def test_written_anew_and_signed_anew_it_is_told_by_the_heads_from_before(kept: Kept) -> None:
    rewrite(kept, 1)
    kept.job("J3")  # signs a head of the new chain, as if nothing had been
    found = kept.audit()
    assert any(finding.startswith("it was written anew: record 3") for finding in found.findings)


def test_a_head_that_was_altered_is_told(kept: Kept) -> None:
    path = max(kept.elsewhere.glob("*.head"))
    path.write_bytes(path.read_bytes().replace(b'"number":6', b'"number":5'))
    found = kept.audit()
    assert found.findings == (f"{path}: it was altered: the signature does not fit",)
    assert found.certain == 6  # the one beside the journal
    assert not found.elsewhere


def test_a_head_without_its_signature_is_told(kept: Kept) -> None:
    path = max(kept.elsewhere.glob("*.head.sig"))
    path.unlink()
    assert kept.audit().findings == (f"{path.with_suffix('')}: its signature is not there",)


def test_a_journal_put_in_its_place_is_told(kept: Kept, tmp_path: Path) -> None:
    name = kept.journal.name
    kept.journal.close()
    kept.journal = Journal(tmp_path / "another.db", kept.heads)
    kept.job("J1")
    (finding,) = kept.audit().findings
    assert finding.startswith("another journal was here: ")
    assert "record 6 of 20" in finding
    assert f"of journal {name}, this one is {kept.journal.name}" in finding


def test_the_same_name_does_not_help_another_journal(kept: Kept, tmp_path: Path) -> None:
    name = kept.journal.name
    kept.journal.close()
    other = Journal(tmp_path / "another.db")
    with other.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE about SET value = '{name}' WHERE key = 'name'")
    for number in range(9):
        other.append("J1", "step", number=number)
    other.close()
    kept.journal = Journal(tmp_path / "another.db", kept.heads)
    assert kept.audit().findings[0].startswith("it was written anew: record 3")


def test_heads_of_a_key_that_nobody_vouches_for_are_not_counted(kept: Kept, tmp_path: Path) -> None:
    stranger = Heads(tmp_path / "stranger", (kept.elsewhere,), key=tmp_path / "stranger.key")
    head = kept.journal.head()
    assert stranger.keep(msgspec.structs.replace(head, number=99)) == ()
    found = kept.audit()
    assert found.findings == ()
    assert found.notices == (
        "1 heads of keys that nobody here vouches for were not counted (journal.signers)",
    )
    public = made_key(tmp_path / "stranger.key").public
    for line, counted in (
        (f"bob {public}", True),
        (f'bob,carol namespaces="{NAMESPACE}" {public} comment', True),
        (f'bob namespaces="git" {public}', False),
        (f"bob cert-authority {public}", False),
        (f"# bob {public}", False),
    ):
        (tmp_path / "signers").write_text(f"\n{line}\nalice ssh-rsa AAAA\n")
        told = Heads(kept.heads.own, (kept.elsewhere,), signers=tmp_path / "signers").believed()
        assert (public in told) is counted, line


def test_a_place_that_is_away_stops_nothing_and_is_told(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in kept.elsewhere.iterdir():
        path.unlink()
    kept.elsewhere.rmdir()
    kept.job("J3")
    (words,) = kept.journal.unkept
    assert words == f"{kept.elsewhere}: the head of record 9 is not kept there: there is no such folder"
    assert not kept.elsewhere.exists()  # what is mounted there is away: nothing goes beneath it
    found = kept.audit()
    assert (found.certain, found.elsewhere, found.findings) == (9, False, ())
    assert found.notices == (f"{kept.elsewhere}: cannot be read: No such file or directory",)


def test_a_share_that_hangs_keeps_nobody(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads_of, "_PATIENCE", 0.2)
    ended = threading.Event()
    real = heads_of.write_whole

    def hang(path: Path, *words: Any, **more: Any) -> None:
        if path.parent == kept.elsewhere:
            ended.wait(60)
        real(path, *words, **more)

    monkeypatch.setattr(heads_of, "write_whole", hang)
    kept.job("J3")
    told = [words for words in kept.journal.unkept if words.startswith(f"{kept.elsewhere}: ")]
    assert [words.rpartition(": ")[2] for words in told] == ["no answer in 0 s"]
    assert [entry.event for entry in kept.journal.entries("J3")][-1] == "job ended"
    ended.set()


def test_without_a_key_no_head_is_signed_and_the_job_goes_on(kept: Kept) -> None:
    (kept.heads.own.parent / "runner.key").chmod(0o644)
    kept.job("J3")
    assert kept.journal.unkept[0].startswith("no head is signed: ")
    assert [entry.event for entry in kept.journal.entries("J3")][-1] == "job ended"


def test_stock_ssh_keygen_checks_a_head(kept: Kept, tmp_path: Path) -> None:
    path = max(kept.elsewhere.glob("*.head"))
    public = (kept.heads.own.parent / "runner.key.pub").read_text()
    (tmp_path / "signers").write_text(f"runner {public}")
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        "signers",
        "-I",
        "runner",
        "-n",
        NAMESPACE,
        "-s",
        f"{path}.sig",
    ]
    done = subprocess.run(command, input=path.read_bytes(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert msgspec.json.decode(path.read_bytes())["number"] == 6


@pytest.mark.parametrize(
    "content",
    [
        lambda _: b"null",
        lambda _: b"\xff",
        lambda _: b"[" * 5000,
        lambda head: canonical(msgspec.structs.replace(head, schema="linewright.head/9")),
    ],
)
def test_what_is_signed_and_no_head_is_told(kept: Kept, content: Callable[[Any], bytes]) -> None:
    data = content(kept.journal.head())
    path = kept.elsewhere / "x.head"
    path.write_bytes(data)
    signature = made_key(kept.heads.own.parent / "runner.key").sign(data, NAMESPACE)
    path.with_name("x.head.sig").write_bytes(signature)
    (finding,) = kept.audit().findings
    assert finding.startswith(f"{path}: ")


def test_a_head_is_never_written_over(kept: Kept) -> None:
    there = {path: path.read_bytes() for path in kept.elsewhere.iterdir()}
    kept.journal.keep_head()
    forged = head_of(kept.journal.name, 6, "f" * 64, "2026-01-01T00:00:00Z")
    assert kept.heads.keep(forged) == ()
    assert {path: path.read_bytes() for path in there} == there
    assert len(list(kept.elsewhere.iterdir())) == len(there) + 2
