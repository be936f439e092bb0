"""A snapshot that suddenly lacks a part of the network is not taken for the truth."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.cli import snapshot as command
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError
from linewright.model.canonical import Tables
from linewright.model.objects import Cable, CableEnd, Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.operate import snapshots
from linewright.operate.snapshots import shrunk
from linewright.operate.workplace import Workplace, workplace


def network(devices: int, cables: int = 0) -> Snapshot:
    ports = tuple(Interface(name=f"eth{number}") for number in range(max(cables, 1)))
    there = [
        Device(name=f"r{number}", site="hq", role="r", type="t", interfaces=ports)
        for number in range(max(devices, 2 if cables else 0))
    ]
    joined = tuple(
        Cable(
            key=f"C{number}",
            a=(CableEnd(kind="interface", device="r0", name=f"eth{number}"),),
            b=(CableEnd(kind="interface", device="r1", name=f"eth{number}"),),
        )
        for number in range(cables)
    )
    return Snapshot.build(
        Tables(sites=(Site(slug="hq", name="HQ"),), cables=joined), there, Origin(source="test")
    )


@pytest.mark.parametrize(
    ("before", "after", "asks"),
    [
        ((10, 0), (9, 0), False),
        ((10, 0), (8, 0), True),
        ((300, 0), (270, 0), False),
        ((300, 0), (269, 0), True),
        ((9, 0), (8, 0), True),
        ((2, 20), (2, 18), False),
        ((2, 20), (2, 17), True),
        ((2, 0), (300, 0), False),
    ],
)
def test_more_than_a_tenth_fewer_asks(before, after, asks):
    assert (shrunk(network(*before), network(*after)) is not None) == asks


@given(was=st.integers(1, 40), now=st.integers(0, 40))
def test_growing_never_asks_and_what_asks_says_the_numbers(was, now):
    found = shrunk(network(was), network(now))
    assert (found is None) == (10 * now >= 9 * was)
    if found is not None:
        assert f"{now} devices where there were {was}" in str(found)


class Here:
    """A site whose source of truth is what a test says."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "nornir.yaml").write_text("")
        self.place: Workplace = workplace(folder)
        self._folder = str(folder)
        self._monkeypatch = monkeypatch

    def shows(self, found: Snapshot | Exception) -> None:
        def read(*_):
            if isinstance(found, Exception):
                raise found
            return found

        self._monkeypatch.setattr(snapshots, "_read", read)

    def lw(self, *words: str) -> int:
        return ended(root, ["--site-folder", self._folder, "snapshot", *words])

    def devices(self) -> int:
        return len(self.place.snapshot().devices)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    monkeypatch.delenv("CI", raising=False)
    found = Here(tmp_path, monkeypatch)
    found.shows(network(20))
    assert found.lw() == 0
    found.shows(network(10))
    return found


def test_without_a_terminal_it_is_refused_and_nothing_is_kept(here, monkeypatch, capsys):
    monkeypatch.setattr(command, "on_terminal", lambda: False)
    assert here.lw() == 3
    said = capsys.readouterr().err
    assert "10 devices where there were 20" in said
    assert "--fewer-is-right" in said
    assert here.devices() == 20
    assert len(list((here.place.state.folder / "snapshots").glob("*.lwsnap"))) == 1


@pytest.mark.parametrize(("typed", "code", "left"), [("yes", 0, 10), ("no", 3, 20)])
def test_on_a_terminal_somebody_is_asked(here, monkeypatch, typed, code, left):
    monkeypatch.setattr(command, "on_terminal", lambda: True)
    monkeypatch.setattr(command, "agreed", lambda _question, word: typed == word)
    assert here.lw() == code
    assert here.devices() == left


def test_in_ci_nobody_is_asked(here, monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(command, "on_terminal", lambda: True)
    monkeypatch.setattr(command, "agreed", lambda *_: pytest.fail("it asked"))
    assert here.lw() == 3


def test_who_knows_better_says_so(here):
    assert here.lw("--fewer-is-right") == 0
    assert here.devices() == 10


def test_a_part_of_netbox_is_not_compared_with_the_whole(here):
    assert here.lw("--filter", "site=hq") == 0
    assert here.devices() == 20


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda _: b"linewright-snapshot 9 1 " + b"0" * 64 + b"\n"]
)
def test_a_damaged_newest_one_is_told_and_does_not_stop_a_new_one(here, capsys, damage):
    path = here.place.state.latest()
    path.write_bytes(damage(path.read_bytes()))
    assert here.lw() == 0
    assert f"Not compared with the newest: {path}" in capsys.readouterr().err
    assert here.devices() == 10


def test_a_source_that_goes_away_midway_leaves_the_newest_as_it_was(here):
    from linewright.errors import SourceError

    here.shows(SourceError("NetBox was not reached", hint="try again"))
    assert here.lw() == 4
    assert here.devices() == 20


def test_what_it_is_stands_first(here, capsys):
    here.shows(network(20))
    assert here.lw() == 0
    assert capsys.readouterr().out.splitlines()[0] == "This is NetBox; devices: lw collect"


def test_a_code_that_is_none_is_told(here):
    with pytest.raises(DataError, match="not a snapshot code"):
        here.place.snapshot("nonsense")
