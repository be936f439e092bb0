"""A plan of a branch of a real NetBox, and who made it out of date: the devices are simulated, NetBox is not."""

import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import requests

from linewright.devices.secrets import add_values
from linewright.lab.netbox import Running
from linewright.model.snapshot import Snapshot
from linewright.operate.demo import demo_site
from linewright.operate.plan_status import plan_status
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.operate.snapshots import take
from linewright.operate.workplace import Workplace
from linewright.plan.changeplan import ChangePlan
from linewright.settings import NetBox
from linewright.sources.netbox.branches import Merged

pytestmark = pytest.mark.netbox


class Api:
    """NetBox's API, in the main data or in a branch."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, fields: Any = None, *, branch: str = "", **query: str) -> Any:
        headers = {"X-NetBox-Branch": branch} if branch else {}
        answer = self.session.request(
            method, f"{self._url}/api/{path}/", json=fields, params=query, headers=headers, timeout=60
        )
        assert answer.ok, f"{method} {path}: {answer.text[:300]}"
        return answer.json() if answer.content else {}

    def until(self, number: int, wanted: str) -> dict[str, Any]:
        """The branch once it has that status."""
        deadline = time.monotonic() + 300
        while (found := self("GET", f"plugins/branching/branches/{number}"))["status"]["value"] != wanted:
            assert time.monotonic() < deadline, f"branch is {found['status']['value']}"
            assert found["status"]["value"] != "failed"
            time.sleep(0.2)
        return found


@pytest.fixture
def api(seeded: Running) -> Iterator[Api]:
    made = Api(seeded.url, seeded.token)
    yield made
    made.session.close()


@pytest.fixture
def place(seeded: Running, tmp_path: Any) -> Iterator[Workplace]:
    """A site whose switches are simulated and whose NetBox is real."""
    with demo_site(tmp_path) as (here, _, _fleet):
        add_values(here.settings.path(here.settings.secrets.values_file), {"netbox/token": seeded.token})
        settings = msgspec.structs.replace(here.settings, netbox=NetBox(url=seeded.url))
        yield msgspec.structs.replace(here, settings=settings)


def taken(place: Workplace, branch: str = "") -> Snapshot:
    return place.snapshot(take(place, (), None, lambda *_: None, branch=branch).code)


def planned(place: Workplace, snapshot: Snapshot, branch: str = "") -> ChangePlan:
    request = Request(scope=Scope(devices=("hq-acc1", "hq-acc2")), branch=branch)
    made = make_plan(place, snapshot, request, lambda *_: None)
    assert made.plan is not None, made.problems
    return made.plan


@pytest.fixture
def port(api: Api) -> Iterator[int]:
    """The number of a port of hq-acc1, which is as it was afterwards: others read the same NetBox."""
    (device,) = api("GET", "dcim/devices", name="hq-acc1")["results"]
    (found,) = api("GET", "dcim/interfaces", device_id=device["id"], name="Ethernet9")["results"]
    yield found["id"]
    api("PATCH", f"dcim/interfaces/{found['id']}", {"description": found["description"]})


def test_a_plan_of_a_branch_from_its_making_to_the_merge(
    place: Workplace, api: Api, seeded: Running, port: int
) -> None:
    assert seeded.branching, "this NetBox has no branching plugin"
    main = taken(place)
    number = api("POST", "plugins/branching/branches", {"name": "video"})["id"]
    there = api.until(number, "ready")["schema_id"]

    def describe(text: str) -> None:
        api("PATCH", f"dcim/interfaces/{port}", {"description": text}, branch=there)

    describe("camera one")
    branch = taken(place, "video")
    assert branch.digest != main.digest
    assert place.snapshot().digest == main.digest == taken(place).digest
    plan = planned(place, branch, "video")
    assert [part.device for part in plan.devices] == ["hq-acc1"]
    assert plan.branch == "video"
    assert plan.position.endswith(" in branch video")
    assert plan_status(place, plan).late == ()

    describe("camera two")
    taken(place, "video")
    status = plan_status(place, plan)
    assert [found.standing.device for found in status.late] == ["hq-acc1"]
    (cause,) = status.late[0].causes
    assert cause.text == "hq-acc1 interfaces Ethernet9 description: camera one -> camera two"
    assert (cause.who, status.unexplained) == ("admin", "")
    assert status.headline.startswith("1 of 1 devices out of date: hq-acc1 changed by admin at ")

    again = planned(place, taken(place, "video"), "video")
    api("POST", f"plugins/branching/branches/{number}/merge", {"commit": True})
    api.until(number, "merged")
    with pytest.raises(Merged, match="is merged"):
        taken(place, "video")
    merged = taken(place)
    assert planned(place, merged).device("hq-acc1").intended == again.device("hq-acc1").intended
    assert plan_status(place, again, merged).late == ()
