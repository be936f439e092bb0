"""What is shipped works where nothing else is: the wheel alone, in an empty folder."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ONE = "templates/config/eos/main.j2"
#: Imported where another library is there already, or in another environment.
_COME_WITH_OTHERS: set[str] = set()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    built = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(checkout)],
        check=True, capture_output=True,
    )  # fmt: skip
    return next(built.glob("*.whl"))


def test_site_packages_gets_two_names_only(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
        names = set(archive.namelist())
    assert {top for top in tops if not top.endswith(".dist-info")} == {"linewright", "napalm_frr"}
    assert {
        "linewright/_site/tasks/push.py",
        "linewright/_site/nornir.yaml",
        "linewright/_site/demo/snapshot.lwsnap",
    } <= names
    assert {
        "linewright/py.typed",
        "linewright/platforms/frr.toml",
        "linewright/devices/frr/change.sh",
    } <= names
    assert not [
        n
        for n in names
        if n.startswith("linewright/_site/inventory") or "secrets/" in n or n.endswith(".pyc")
    ]


def test_the_demo_runs_from_the_wheel_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    program = (
        "import linewright, sys; print(linewright.__file__); from linewright.cli import main; main(['demo'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].startswith(str(unpacked)), (
        "it must be the wheel that runs, not the checkout"
    )
    assert (empty / "linewright-demo" / "docs" / "cable-schedule.csv").is_file()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment that the wheel alone was installed into.

    What it requires is seen in this environment, so that no index is needed; that all of it is declared is tested
    below, and an installation from an index is proved by .ci/demo-in-fresh-debian.
    """
    folder = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    here = folder / "lib" / version / "site-packages"
    # Behind the wheel on the path; the .pth file of this checkout's editable install is not read from there.
    (here / "zz_requirements.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / "bin"


def lw(installed: Path, folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(
        [installed / "lw", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_every_library_that_is_imported_is_required(installed: Path) -> None:
    program = """
import ast, json, pathlib, re, sys
from importlib import metadata
import linewright
here = pathlib.Path(linewright.__file__).parent
names = set()
for path in here.rglob("*.py"):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
owners = metadata.packages_distributions()
norm = lambda name: re.sub(r"[-_.]+", "-", name).lower()
wanted = {norm(re.match(r"[\\w.-]+", line)[0]) for line in metadata.requires("linewright")}
left = {name: owners.get(name, []) for name in names - set(sys.stdlib_module_names)}
print(json.dumps([str(here), sorted(n for n, own in left.items() if own and not {norm(o) for o in own} & (wanted | {"linewright"}))]))
"""
    done = subprocess.run(
        [installed / "python", "-P", "-c", program], capture_output=True, text=True, check=True
    )
    where, undeclared = json.loads(done.stdout)
    assert where.startswith(str(installed.parent))
    # A driver of ours subclasses what comes with NAPALM; NetBox's own Django runs in NetBox's environment.
    assert not set(undeclared) - _COME_WITH_OTHERS


def test_a_new_site_and_a_file_of_its_own(installed: Path, tmp_path: Path) -> None:
    said = lw(installed, tmp_path, "init", "hq")
    assert "Next:" in said
    site = tmp_path / "hq"
    assert "2 devices" in lw(installed, site, "snapshot")
    shipped = lw(installed, site, "site", "path", ONE).strip()
    assert shipped.startswith(str(installed.parent))
    lw(installed, site, "eject", ONE)
    assert (site / ONE).read_bytes() == Path(shipped).read_bytes()
    assert "as shipped" in lw(installed, site, "site", "diff")
    with (site / ONE).open("a") as file:
        file.write("vlan 999\n   name of-my-own\n")
    assert "+   name of-my-own" in lw(installed, site, "site", "diff", code=1)
    lw(installed, site, "eject", ONE, code=3)


def test_after_an_eject_the_demos_job_is_done_with_the_sites_own_file(
    installed: Path, tmp_path: Path
) -> None:
    lw(installed, tmp_path, "eject", ONE)
    with (tmp_path / ONE).open("a") as file:
        file.write("vlan 999\n   name of-my-own\n")
    program = """
import pathlib, sys
from linewright.operate.demo import SLUG, demo_site, edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
with demo_site(pathlib.Path(sys.argv[1])) as (place, before, running):
    after = edited(before)
    place.keep(after)
    request = Request(scope=Scope(filters=(f"platform={SLUG}",)))
    planned = make_plan(place, after, request, lambda *_: None)
assert planned.plan is not None, planned.problems
print(len(planned.plan.devices), all("name of-my-own" in part.intended for part in planned.plan.devices))
"""
    done = subprocess.run(
        [installed / "python", "-c", program, tmp_path],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["2", "True"]
