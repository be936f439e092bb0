"""What is built again, and what is still true."""

import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.model.observation import Neighbor, Observation
from linewright.operate import documenting
from linewright.operate.documenting import Built, build_documents


def built(twins: Any, folder: Path, **more: Any) -> Built:
    return build_documents(twins.place, twins.snapshot, folder, **more)


def names(paths: tuple[str, ...]) -> set[str]:
    return {Path(path).name for path in paths}


def test_the_second_build_builds_nothing_and_says_the_same(twins: Any, tmp_path: Path):
    first = built(twins, tmp_path / "docs")
    assert {"cable-schedule.csv", "cable-schedule.xlsx", "topology-hq.svg"} <= names(first.written)
    assert first.current == ()
    stamps = {path: Path(path).stat().st_mtime_ns for path in first.written}
    second = built(twins, tmp_path / "docs")
    assert second.current == second.written == first.written
    assert second.changed == ()
    assert (second.cables, second.marking) == (first.cables, first.marking)
    assert {path: Path(path).stat().st_mtime_ns for path in second.written} == stamps
    assert built(twins, tmp_path / "docs", everything=True).current == ()


def test_something_new_seen_builds_all_of_it(twins: Any, tmp_path: Path):
    built(twins, tmp_path / "docs")
    heard = Neighbor(port="Ethernet1", device="stranger", remote_port="eth0")
    twins.place.state.note_seen(
        Observation(device="hq-acc1", platform="eos", seen="2026-11-24T03:16:00Z", neighbors=(heard,))
    )
    again = built(twins, tmp_path / "docs")
    assert again.current == ()
    assert "cable-schedule.csv" in names(again.changed)
    assert again.seen == "2026-11-24T03:16:00Z"


@pytest.mark.parametrize("harm", [lambda path: path.unlink(), lambda path: path.write_text("altered")])
def test_a_file_that_is_not_as_it_was_written_is_built_again(twins: Any, tmp_path: Path, harm: Any):
    built(twins, tmp_path / "docs")
    harm(tmp_path / "docs" / "cable-schedule.csv")
    again = built(twins, tmp_path / "docs")
    assert names(again.changed) == {"cable-schedule.csv"}
    assert "cable-schedule.xlsx" in names(again.current)


def test_an_altered_module_of_the_site_builds_its_own_documents_again(
    twins: Any, tmp_path: Path, checkout: Path
):
    own = Path(twins.place.site.root or twins.place.settings.root) / "docs_gen"
    place = msgspec.structs.replace(
        twins.place, site=msgspec.structs.replace(twins.place.site, root=own.parent)
    )
    twins = twins._replace(place=place)
    built(twins, tmp_path / "docs")
    own.mkdir(exist_ok=True)
    text = (checkout / "docs_gen" / "cable_schedule.py").read_text()
    (own / "cable_schedule.py").write_text(text.replace('"Cable schedule"', '"Our cables"'))
    for name in [name for name in sys.modules if name.startswith("linewright_site")]:
        del sys.modules[name]
    again = built(twins, tmp_path / "docs")
    assert names(again.written) - names(again.current) == {"cable-schedule.csv"}


def test_a_note_that_cannot_be_read_any_more_builds_everything(twins: Any, tmp_path: Path):
    built(twins, tmp_path / "docs")
    (tmp_path / "docs" / ".documents").write_text("topology-hq.svg\n")
    assert built(twins, tmp_path / "docs").current == ()


def test_without_the_library_the_old_workbook_does_not_stay(
    twins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    built(twins, tmp_path / "docs")
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    again = built(twins, tmp_path / "docs", everything=True)
    assert names(again.removed) == {"cable-schedule.xlsx"}
    assert "linewright[docs]" in again.missing["docs_gen.cable_workbook:build"]
    assert "cable-schedule.csv" in names(again.written)


@pytest.mark.parametrize("part", ["model/natural.py", "platforms/eos.toml", "checks/deep/er.py"])
def test_an_altered_part_of_the_engine_builds_everything_again(
    twins: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
):
    for name in ("one", "same", "other"):
        (tmp_path / name / part).parent.mkdir(parents=True)
        (tmp_path / name / part).write_text("1" if name != "other" else "2")
    monkeypatch.setattr(documenting, "_ENGINE", tmp_path / "one")
    built(twins, tmp_path / "docs")
    monkeypatch.setattr(documenting, "_ENGINE", tmp_path / "same")
    assert built(twins, tmp_path / "docs").current
    monkeypatch.setattr(documenting, "_ENGINE", tmp_path / "other")
    again = built(twins, tmp_path / "docs")
    assert again.written
    assert not again.current
