"""`lw snapshot diff`: by object and field, for people and for programs."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError
from linewright.model.objects import Device, Interface, Site
from linewright.model.snapshot import Origin, Snapshot
from linewright.model.tables import Tables
from linewright.operate.workplace import workplace


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    """Two kept snapshots in which a port's MTU and description differ; the second is the newest."""
    place = workplace(tmp_path)
    port = Interface(name="eth1", mtu=1500, description="to \x1b[31mr2")
    codes = []
    for interface in (port, msgspec.structs.replace(port, mtu=9000, description="to r3")):
        device = Device(name="r1", site="hq", role="router", type="box", interfaces=(interface,))
        snapshot = Snapshot.build(
            Tables(sites=(Site(slug="hq", name="HQ"),)), [device], Origin(source="test")
        )
        place.keep(snapshot)
        codes.append(snapshot.code)
    return codes[0], codes[1]


def lw(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(root, ["--site-folder", str(folder), *arguments], standalone_mode=False)


def test_by_object_and_field_with_control_characters_harmless(tmp_path: Path, two: tuple[str, str]):
    result = lw(tmp_path, "snapshot", "diff", *two)
    assert result.return_value == 0
    assert result.stdout.splitlines() == [
        f"{two[0]} -> {two[1]}: 1 changed",
        "~ devices: r1",
        "    interfaces eth1 description: to \\u001b[31mr2 -> to r3",
        "    interfaces eth1 mtu: 1500 -> 9000",
    ]


def test_against_the_newest_as_json(tmp_path: Path, two: tuple[str, str]):
    result = lw(tmp_path, "snapshot", "diff", two[0], "--format", "json", "--exit-code")
    assert result.return_value == 1
    told = json.loads(result.stdout)
    assert told["schema"] == "linewright.snapshot-diff/1"
    assert [field["path"][-1] for field in told["changes"][0]["fields"]] == ["description", "mtu"]


def test_only_one_kind_of_object(tmp_path: Path, two: tuple[str, str]):
    assert "nothing differs" in lw(tmp_path, "snapshot", "diff", *two, "--table", "cables").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("diff", "0000-0000"), "there is no snapshot 0000-0000"),
        (("diff", "nonsense"), "is not a snapshot code"),
        (("diff", "missing.lwsnap"), "missing.lwsnap"),
    ],
)
def test_what_is_not_there_is_named(
    tmp_path: Path,
    two: tuple[str, str],
    arguments: tuple[str, ...],
    said: str,
    capsys: pytest.CaptureFixture[str],
):
    assert ended(root, ["--site-folder", str(tmp_path), "snapshot", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_with_no_name_the_newest_against_the_one_before(tmp_path: Path, two: tuple[str, str]):
    state = workplace(tmp_path).state
    os.utime(state.snapshot_path(two[0]), (1, 1))
    result = lw(tmp_path, "snapshot", "diff")
    assert result.stdout.splitlines()[0] == f"{two[0]} -> {two[1]}: 1 changed"
    state.snapshot_path(two[0]).unlink()
    error = lw(tmp_path, "snapshot", "diff").exception
    assert isinstance(error, DataError)
    assert f"no snapshot was kept before {two[1]}" in error.message
