"""A site made up by rule, served from a folder: stock jobs read it and find the changes that were made by hand."""

import pytest

from linewright.configs import diff
from linewright.errors import FacilityError, UsageError
from linewright.lab.twin.generated import MOST, drift, generated_site
from linewright.lab.twin.served import served
from linewright.operate.fleet import read
from linewright.operate.scope import Scope, in_scope
from linewright.operate.workplace import workplace
from linewright.platforms import rules
from linewright.trace import paths

EOS = rules("eos")
BOXES, DRIFTED = 12, 7


def test_the_same_count_gives_the_same_snapshot():
    assert generated_site(25).digest == generated_site(25).digest
    assert generated_site(25).digest != generated_site(26).digest


def test_every_port_of_a_trunk_has_its_cable_and_no_building_is_joined_to_another():
    snapshot = generated_site(63)
    joined = {
        tuple(sorted(((path.a.device, path.a.port), (path.z.device, path.z.port))))
        for path in paths(snapshot)
        if path.joins_interfaces
    }
    members = {(d.name, p.name) for d in snapshot.devices.values() for p in d.interfaces if p.lag}
    assert {end for pair in joined for end in pair} == members
    numbers = [sorted(int(name.partition("-acc")[2]) for name, _ in pair) for pair in joined]
    assert all(b == a + 1 and a % 10 for a, b in numbers)
    assert len(joined) == 2 * (63 - 7)
    assert len(snapshot.tables.sites) == 2


@pytest.mark.parametrize("count", [0, -1, MOST + 1])
def test_a_count_that_makes_no_site_is_refused(count):
    with pytest.raises(UsageError, match="cannot be made up"):
        generated_site(count)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "new"
    with served(folder, BOXES, DRIFTED) as fleet:
        yield folder, fleet


def test_stock_jobs_read_the_folder_and_find_the_changes_made_by_hand(site):
    folder, fleet = site
    place = workplace(folder)
    snapshot = place.snapshot()
    assert snapshot.digest == generated_site(BOXES).digest
    seen = read(place, in_scope(snapshot, Scope(), place.settings).devices, lambda *_: None)
    assert sorted(seen) == sorted(fleet.boxes)
    assert all(one.reached and not one.missing for one in seen.values())
    differing = [
        name
        for name, one in seen.items()
        if diff(place.state.applied(name).intended, one.running.replace("\r", ""), EOS)
    ]
    assert len(differing) == DRIFTED
    assert sum(len(one.neighbors) for one in seen.values()) == 4 * 10


def test_nothing_in_the_folder_but_the_secrets_holds_one(site):
    folder, fleet = site
    password = next(iter(fleet.boxes.values())).credentials.password
    holding = [p for p in folder.rglob("*") if p.is_file() and password in p.read_text(errors="replace")]
    assert [p.name for p in holding] == ["values.yaml"]
    assert holding[0].stat().st_mode & 0o077 == 0


def test_a_folder_in_use_is_left_alone(site):
    folder, _ = site
    with pytest.raises(FacilityError, match="is not empty"), served(folder, 1, 0):
        pass


def test_the_changes_are_the_same_every_time_and_no_more_than_there_are_switches(site):
    _, fleet = site
    before = {name: box.running.render() for name, box in fleet.boxes.items()}
    again = drift(fleet, DRIFTED)
    assert {name: box.running.render() for name, box in fleet.boxes.items()} == before
    assert len(again) == len(set(again)) == DRIFTED
    with pytest.raises(UsageError, match="13 of 12"):
        drift(fleet, BOXES + 1)


def test_many_twins_need_one_thread_until_somebody_comes(site):
    import threading

    assert sum(thread.name == "twins" for thread in threading.enumerate()) == 1


def test_a_start_that_fails_leaves_nothing_open(monkeypatch):
    import threading

    from linewright.lab.twin import fleet as module

    made = []
    real = module.EapiServer

    def third_fails(*arguments):
        if len(made) == 2:
            raise OSError(24, "Too many open files")
        made.append(real(*arguments))
        return made[-1]

    monkeypatch.setattr(module, "EapiServer", third_fails)
    before = threading.active_count()
    with pytest.raises(OSError, match="open files"):
        module.fleet([], {f"s{n}": "management api http-commands\n no shutdown\n" for n in range(4)})
    assert threading.active_count() == before
    assert all(server.socket.fileno() == -1 for server in made)
