"""A site's own copies: what may be copied, where it lands, and who changed what since."""

import importlib.util
import json
import re
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import DataError, FacilityError, LinewrightError, Refused, UsageError
from linewright.operate import siting
from linewright.site import FOLDERS, Site, shipped

ONE = "templates/config/eos/main.j2"


@pytest.fixture
def shipped_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shipped site that a test may change, as a new release does."""
    folder = tmp_path / "shipped"
    for name, text in (
        ("templates/a.j2", "one\ntwo\n"), ("templates/deep/b.j2", "b\n"), ("tasks/push.py", "p"),
        ("tasks/collect.py", "c"), ("tasks/__init__.py", ""), ("playbooks/README.md", "r"),
    ):  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setattr("linewright.site.shipped", lambda: folder)
    monkeypatch.setattr(siting, "shipped", lambda: folder)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


def states(site: Path) -> dict[str, str]:
    return {copy.path: copy.state for copy in siting.copies(site)}


def test_what_can_be_copied(shipped_site):
    assert siting.ejectable() == ("tasks/collect.py", "templates/a.j2", "templates/deep/b.j2")


def test_a_copy_counts_and_is_the_same(site):
    target = siting.eject(site, ONE)
    assert target == site / ONE
    assert target.read_bytes() == (shipped() / ONE).read_bytes()
    assert Site(site).find(ONE) == target.resolve()
    assert states(site) == {ONE: "as shipped"}


@pytest.mark.parametrize(
    ("here", "there", "state"),
    [
        (None, None, "as shipped"),
        ("mine\n", None, "yours"),
        (None, "theirs\n", "ours"),
        ("mine\n", "theirs\n", "both"),
        ("same\n", "same\n", "as shipped"),
    ],
)
def test_who_changed_what_since(site, shipped_site, here, there, state):
    siting.eject(site, "templates/a.j2")
    for folder, text in ((site, here), (shipped_site, there)):
        if text:
            (folder / "templates" / "a.j2").write_text(text)
    assert states(site) == {"templates/a.j2": state}


def test_a_file_laid_there_by_hand_and_one_no_longer_shipped(site, shipped_site):
    siting.eject(site, "templates/deep/b.j2")
    (site / "templates" / "a.j2").write_text("by hand")
    (site / "templates" / "own.j2").write_text("a new one of the site")
    (shipped_site / "templates" / "deep" / "b.j2").unlink()
    assert states(site) == {"templates/a.j2": "no note", "templates/deep/b.j2": "not shipped any more"}


_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=60
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(theirs=st.lists(_TEXTS, max_size=6), own=st.lists(_TEXTS, max_size=6))
def test_the_diff_turns_the_shipped_file_into_the_sites(tmp_path_factory, theirs, own):
    """Proved by patch(1), which knows nothing of us."""
    folder = tmp_path_factory.mktemp("diff")
    before, after = ("".join(f"{line}\n" for line in lines).encode() for lines in (theirs, own))
    told = siting._diff("templates/a.j2", before, after)
    assert bool(told) == (before != after)
    if told:
        (folder / "file").write_bytes(before)
        subprocess.run(
            ["patch", "--silent", str(folder / "file")], input=told.encode(), check=True, capture_output=True
        )
        assert ((folder / "file").read_bytes() if (folder / "file").exists() else b"") == after


def test_nothing_of_the_site_is_overwritten(site):
    siting.eject(site, ONE)
    (site / ONE).write_text("mine")
    with pytest.raises(Refused, match="there already"):
        siting.eject(site, ONE)
    assert (site / ONE).read_text() == "mine"


def test_a_link_is_neither_followed_nor_replaced(site, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (site / "templates").symlink_to(outside)
    with pytest.raises(Refused, match="leads out of the site"):
        siting.eject(site, ONE)
    assert list(outside.iterdir()) == []
    (site / "docs_gen").mkdir()
    (site / "docs_gen" / "topology.py").symlink_to(tmp_path / "nowhere")
    with pytest.raises(Refused, match="there already"):
        siting.eject(site, "docs_gen/topology.py")


@pytest.mark.parametrize("task", ["tasks/push.py", "tasks/backup.py"])
def test_what_writes_to_devices_or_holds_secrets_is_not_replaced(site, task):
    with pytest.raises(Refused, match="always runs as shipped"):
        siting.eject(site, task)
    assert list(site.iterdir()) == []
    assert task not in siting.ejectable()


def test_all_that_the_engine_always_takes_from_the_package_is_refused(checkout):
    """What is loaded by `Site().load` never comes from a site: a copy of it must not be given out."""
    pattern = re.compile(r"Site\(\)\.load\(\"(\w+)\.(\w+):")
    found = {
        f"{room}/{module}.py"
        for path in (checkout / "linewright").rglob("*.py")
        for room, module in pattern.findall(path.read_text())
    }
    assert found
    assert found == siting._SAFETY


def test_only_what_the_wheel_ships_is_given_out(checkout):
    """In a checkout more lies in the same folders: our own tests are no part of a site."""
    spec = importlib.util.spec_from_file_location("hatch_build", checkout / "hatch_build.py")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (*FOLDERS, "nornir.yaml") == module.ROOMS
    assert not [path for path in siting.ejectable() if not path.startswith(FOLDERS)]


_STRANGE = [
    "../secrets", "templates/../../x", "/etc/passwd", "inventory/site.yaml", "templates", "templates/", "linewright/cli/root.py",
    "tasks/absent.py", "tasks/__init__.py", "nornir.yaml", "", "templates/config/eos", "templates//config/eos/main.j2/",
]  # fmt: skip


@pytest.mark.parametrize("path", _STRANGE)
def test_nothing_outside_the_rooms_is_copied_or_shown(site, path):
    with pytest.raises((UsageError, Refused)):
        siting.eject(site, path)
    assert list(site.iterdir()) == []


_PIECES = ("a", ".", "/", "~", "../", "tasks/", "templates/", "config/eos/main.j2", "\0", "-")


@given(path=st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
def test_no_path_reaches_outside(tmp_path_factory, path):
    site = tmp_path_factory.mktemp("site") / "inner"
    site.mkdir()
    with suppress(LinewrightError):
        assert siting.eject(site, path).is_relative_to(site)
    assert [one.name for one in site.parent.iterdir()] == ["inner"]


def test_the_shipped_site_is_not_its_own_copy(checkout):
    with pytest.raises(Refused, match="the shipped site itself"):
        siting.eject(checkout, ONE)
    assert siting.copies(checkout) == ()


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b'{"schema":1,"files":{"a":1}}', b"\xff", b"[" * 100_000]
)
def test_damaged_notes_are_told_before_anything_is_written(site, damage):
    (site / siting.NOTES).write_bytes(damage)
    with pytest.raises(DataError, match="ejected"):
        siting.eject(site, ONE)
    assert not (site / "templates").exists()
    with pytest.raises(DataError, match="ejected"):
        siting.copies(site)


def test_a_full_disk_leaves_the_site_as_it_was(site, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("linewright.files.os.fsync", full)
    with pytest.raises(FacilityError, match="No space left"):
        siting.eject(site, ONE)
    assert not [path for path in site.rglob("*") if path.is_file()]


def lw(site: Path, *words: str) -> int:
    return ended(root, ["--site-folder", str(site), *words])


def test_the_commands_from_end_to_end(site, capsys):
    assert lw(site, "site", "diff") == 0
    assert "No file of this site" in capsys.readouterr().out
    assert lw(site, "eject", ONE) == 0
    assert lw(site, "site", "diff") == 0
    (site / ONE).write_text("! mine\n")
    capsys.readouterr()
    assert lw(site, "site", "diff", ONE) == 1
    said = capsys.readouterr().out
    assert said.startswith(f"{ONE}: you changed it (copied from ")
    assert "\n+! mine\n" in said
    assert lw(site, "site", "diff", "--brief") == 1
    assert "! mine" not in capsys.readouterr().out
    assert lw(site, "site", "diff", "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "linewright.site-diff/1"
    assert [file["state"] for file in document["files"]] == ["yours"]
    assert lw(site, "site", "diff", "templates/config/frr/main.j2") == 2
    assert lw(site, "site", "path", ONE) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == str(shipped() / ONE)
    assert str(site / ONE) in said.err
    assert lw(site, "eject") == 0
    assert f"{ONE}  (yours)" in capsys.readouterr().out
    assert lw(site, "eject", "tasks/push.py") == 3
    assert lw(site, "site", "path", "../x") == 2
