"""The branching plugin in a lab: where it comes from, what is said where it cannot be had, and a branch for real."""

import os
import time
from pathlib import Path

import pytest
import requests

from linewright.errors import FacilityError
from linewright.lab.netbox import branching, down, processes, state, up
from linewright.lab.netbox.facilities import Facilities


def facilities(folder: Path, pip: str) -> Facilities:
    """An environment whose Python is a script in pip's place."""
    python = folder / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\n{pip}\n")
    python.chmod(0o755)
    return Facilities(Path("/bin"), Path("/bin/true"), None, folder / "venv", None)


#: Does what pip would: makes the folder after --target, and notes what it was asked for.
GOOD = """while [ "$1" != --target ]; do shift; done
mkdir -p "$2/netbox_branching"; cp "$4" "$2/asked"; echo run >> "$(dirname "$0")/runs\""""
BAD = "echo 'ERROR: No matching distribution found for netboxlabs-netbox-branching==1.2.2' >&2; exit 1"


def test_it_is_installed_once_by_its_hash_and_without_what_it_depends_on(tmp_path):
    found = facilities(tmp_path, GOOD)
    told: list[str] = []
    for _ in range(2):
        assert branching.ensure(found, told.append) == tmp_path / f"branching-{branching.VERSION}"
    assert (tmp_path / "venv" / "bin" / "runs").read_text() == "run\n"
    asked = (branching.folder(found) / "asked").read_text()
    assert asked.startswith(f"netboxlabs-netbox-branching=={branching.VERSION} --hash=sha256:")
    assert told == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"branching-{branching.VERSION}", "venv"]


def test_where_it_cannot_be_had_the_lab_says_so_and_goes_on(tmp_path):
    told: list[str] = []
    assert branching.ensure(facilities(tmp_path, BAD), told.append) is None
    assert told == [f"without branches: installing NetBox's branching plugin {branching.VERSION} failed"]
    assert [path.name for path in tmp_path.iterdir()] == ["venv"]


def test_where_it_is_required_its_absence_is_an_error_with_pips_words(tmp_path):
    with pytest.raises(FacilityError, match="No matching distribution found") as caught:
        branching.ensure(facilities(tmp_path, BAD), print, required=True)
    assert "package index" in caught.value.hint


def test_no_pip_is_no_plugin(tmp_path):
    found = Facilities(Path("/bin"), Path("/bin/true"), None, tmp_path / "none", None)
    told: list[str] = []
    assert branching.ensure(found, told.append) is None
    assert "without branches" in told[0]


class Api:
    """NetBox's API, in the main data or in a branch."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, fields: dict | None = None, *, branch: str = "") -> dict:
        headers = {"X-NetBox-Branch": branch} if branch else {}
        answer = self._session.request(
            method, f"{self._url}/api/{path}/", json=fields, headers=headers, timeout=60
        )
        assert answer.ok, f"{method} {path}: {answer.text[:300]}"
        return answer.json() if answer.content else {}

    def close(self) -> None:
        self._session.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("branching") / "lab"
    running = up(folder, branches=True)
    try:
        yield running
    finally:
        mine = state.load(folder)
        down(folder)
        assert mine is None or processes.find(mine) == []


@pytest.fixture
def api(lab):
    made = Api(lab.url, lab.token)
    yield made
    made.close()


def branch(api: Api, name: str, seconds: float = 180) -> dict:
    """A new branch, once the worker has made it."""
    made = api("POST", "plugins/branching/branches", {"name": name})
    deadline = time.monotonic() + seconds
    while made["status"]["value"] not in {"ready", "failed"}:
        assert time.monotonic() < deadline, f"branch {name} is {made['status']['value']}"
        time.sleep(0.2)
        made = api("GET", f"plugins/branching/branches/{made['id']}")
    assert made["status"]["value"] == "ready"
    return made


@pytest.mark.netbox
def test_a_change_within_a_branch_leaves_the_main_data_alone(api):
    maker = api("POST", "dcim/manufacturers", {"name": "Acme", "slug": "acme"})["id"]
    kind = api("POST", "dcim/device-types", {"manufacturer": maker, "model": "X", "slug": "x"})["id"]
    role = api("POST", "dcim/device-roles", {"name": "Router", "slug": "router"})["id"]
    site = api("POST", "dcim/sites", {"name": "HQ", "slug": "hq"})["id"]
    number = api("POST", "dcim/devices", {"name": "hq-a", "site": site, "role": role, "device_type": kind})[
        "id"
    ]
    made = branch(api, "try")
    there = made["schema_id"]
    api("PATCH", f"dcim/devices/{number}", {"description": "in the branch"}, branch=there)
    assert api("GET", f"dcim/devices/{number}", branch=there)["description"] == "in the branch"
    assert api("GET", f"dcim/devices/{number}")["description"] == ""
    api("DELETE", f"plugins/branching/branches/{made['id']}")
    assert "try" not in [left["name"] for left in api("GET", "plugins/branching/branches")["results"]]
    assert api("GET", f"dcim/devices/{number}")["description"] == ""


@pytest.mark.netbox
def test_a_branch_merged_reaches_the_main_data(api):
    number = api("POST", "dcim/sites", {"name": "R1", "slug": "r1"})["id"]
    made = branch(api, "merge")
    api("PATCH", f"dcim/sites/{number}", {"description": "merged"}, branch=made["schema_id"])
    api("POST", f"plugins/branching/branches/{made['id']}/merge", {"commit": True})
    deadline = time.monotonic() + 180
    while api("GET", f"dcim/sites/{number}")["description"] != "merged":
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.mark.netbox
def test_the_worker_is_the_labs_own(lab):
    mine = state.load(lab.token_file.parent)
    assert mine is not None
    assert lab.branching == mine.branching == branching.VERSION
    commands = [
        Path(f"/proc/{found.pid}/cmdline").read_bytes().split(b"\0") for found in processes.find(mine)
    ]
    assert any(b"rqworker" in words for words in commands)
    assert all(os.getpid() != found.pid for found in processes.find(mine))
