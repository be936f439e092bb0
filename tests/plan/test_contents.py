"""What does the work is known by its content, in a checkout as in a wheel."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from linewright.errors import FacilityError
from linewright.plan import contents as module
from linewright.plan.contents import LIBRARIES, contents, digest_of, moved
from linewright.plan.policies import policies
from linewright.settings import Apply, Login, Settings

PACKAGE = Path(module.__file__).resolve().parent.parent


@pytest.fixture
def fresh() -> Iterator[None]:
    contents.cache_clear()
    yield
    contents.cache_clear()


def test_every_room_the_tasks_and_every_library_is_in_it() -> None:
    found = contents()
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert {f"linewright/{room}" for room in rooms} | {"linewright", "tasks", *LIBRARIES} == set(found)
    assert all(len(digest) == 64 for digest in found.values())


def test_all_that_our_drivers_import_of_others_is_in_it() -> None:
    """What reaches the devices and is loaded with the drivers; what only computes is known by its version."""
    words = "import sys, linewright.devices.frr.driver, linewright.devices.eos.driver; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd="/",
                            env={"PYTHONPATH": str(PACKAGE.parent)}).stdout.split()  # fmt: skip
    assert {"napalm", "paramiko", "pyeapi", "netmiko"} <= {name.split(".")[0] for name in loaded}
    assert {"napalm", "paramiko", "pyeapi", "netmiko"} <= set(LIBRARIES)


@pytest.fixture
def checkout_of(tmp_path: Path) -> Path:
    """A copy as it lies now: what somebody edits meanwhile is not what these tests are about."""
    top = tmp_path / "checkout"
    for name in ("linewright", "tasks", "napalm_frr"):
        shutil.copytree(PACKAGE.parent / name, top / name, ignore=shutil.ignore_patterns("__pycache__"))
    return top


def test_every_process_finds_the_same(checkout_of: Path) -> None:
    words = "from linewright.plan.contents import contents; print(sorted(contents().items()))"
    told = [
        subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd="/",
                       env={"PYTHONPATH": str(checkout_of), "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert told[0] == told[1]
    assert "linewright/change" in told[0]


def test_a_wheel_and_a_checkout_of_the_same_files_are_the_same(
    checkout_of: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None
) -> None:
    monkeypatch.setattr(module, "_PACKAGE", checkout_of / "linewright")
    of_checkout = dict(contents())
    contents.cache_clear()
    packed = tmp_path / "wheel" / "linewright"
    shutil.copytree(checkout_of / "linewright", packed)
    shutil.copytree(checkout_of / "tasks", packed / "_site" / "tasks")
    (packed / "_site" / "templates").mkdir()
    (packed / "_site" / "templates" / "main.j2").write_text("a template is sealed by its own name")
    monkeypatch.setattr(module, "_PACKAGE", packed)
    assert contents() == of_checkout


def test_what_python_compiles_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.py").write_text("x = 1\n")
    before = digest_of(tmp_path)
    (tmp_path / "inner" / "__pycache__").mkdir()
    (tmp_path / "inner" / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"1")
    (tmp_path / "inner" / "a.pyc").write_bytes(b"1")
    assert digest_of(tmp_path) == before


@pytest.mark.parametrize("change", ["content", "name", "one more", "one less", "data"])
def test_any_file_counts(tmp_path: Path, change: str) -> None:
    for name, text in (("a.py", "x = 1\n"), ("b.sh", "true\n"), ("rules.toml", "order = 1\n")):
        (tmp_path / name).write_text(text)
    before = digest_of(tmp_path)
    match change:
        case "content":
            (tmp_path / "b.sh").write_text("false\n")
        case "name":
            (tmp_path / "a.py").rename(tmp_path / "c.py")
        case "one more":
            (tmp_path / "json.py").write_text("")
        case "one less":
            (tmp_path / "a.py").unlink()
        case "data":
            (tmp_path / "rules.toml").write_text("order = 2\n")
    assert digest_of(tmp_path) != before


def test_two_files_do_not_stand_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    before = digest_of(tmp_path)
    (tmp_path / "a").write_text("2")
    (tmp_path / "b").write_text("1")
    assert digest_of(tmp_path) != before


def test_nothing_is_said_of_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: None) -> None:
    with pytest.raises(FacilityError, match="holds no files"):
        digest_of(tmp_path / "none")
    monkeypatch.setattr(module, "LIBRARIES", ("no_such_library",))
    with pytest.raises(FacilityError, match="no_such_library is not installed"):
        contents()


def test_what_moved_is_named() -> None:
    assert moved({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "0", "d": "4"}) == ("b", "c", "d")
    assert moved({}, {}) == ()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"apply": Apply(timer=60)}, "apply"),
        ({"apply": Apply(neighbours=False)}, "apply"),
        ({"apply": Apply(checks=("tests/change/x.py",))}, "apply"),
        ({"marking": "SECRET"}, "markings"),
        ({"timeout": 5}, "ssh"),
        ({"login": {"frr": Login(username="other")}}, "login.frr"),
        ({"login": {"frr": Login(password="other/reference")}}, "login.frr"),
    ],
)
def test_a_setting_that_decides_a_change_is_in_its_group_alone(
    changes: dict[str, object], named: str
) -> None:
    before = policies(Settings(), ["frr"])
    assert moved(before, policies(msgspec.structs.replace(Settings(), **changes), ["frr"])) == (named,)


def test_what_is_for_others_changes_nothing() -> None:
    others = msgspec.structs.replace(
        Settings(), login={"eos": Login(username="x")}, root="/elsewhere", state="there", site_id="other"
    )
    assert policies(others, ["frr"]) == policies(Settings(), ["frr", "frr"])
