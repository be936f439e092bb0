"""A real NetBox, seeded from the reference site: what is read from it is what was described."""

import contextlib
import os
import stat
import subprocess
from pathlib import Path

import pytest
import requests

from linewright.errors import Refused, SourceError
from linewright.lab.netbox import Running, down, processes, state, status, up, up_seeded
from linewright.lab.netbox.facilities import postgres_folder
from linewright.lab.netbox.scenario import NEIGHBOR, PREFIX, add_neighbor, add_prefix
from linewright.lab.netbox.seed import seed
from linewright.lab.netbox.seeded import seeded_dump
from linewright.lab.netbox.seeding.rest import Rest
from linewright.lab.netbox.tokens import new_token
from linewright.model.canonical import records
from linewright.sources import netbox, recorded
from linewright.sources.description import load_described

pytestmark = pytest.mark.netbox


@pytest.fixture(scope="session")
def taken(seeded: Running):
    """A snapshot of NetBox as it was seeded; taken before any test of this module writes."""
    return netbox.load(netbox.Connection(seeded.url, seeded.token))


def test_what_is_read_from_netbox_is_what_was_described(taken, described):
    mine, theirs = (dict(records(s.tables, s.devices)) for s in (described.snapshot, taken))
    assert {name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)} == set()
    assert taken.digest == described.snapshot.digest


def test_the_recorded_demo_snapshot_is_of_this_site(taken, checkout):
    assert recorded.load(checkout / "inventory" / "demo" / "snapshot.lwsnap").digest == taken.digest


def test_both_kinds_of_token_work(seeded, taken):
    for version in (1, 2):
        token = new_token(seeded, version=version)
        with Rest(seeded.url, token) as rest:
            assert len(rest.list("dcim/devices")) == len(taken.devices)


def test_a_token_that_may_not_write_cannot(seeded):
    token = new_token(seeded, version=2, write=False)
    with Rest(seeded.url, token) as rest, pytest.raises(SourceError, match="permission"):
        rest.create("extras/tags", [{"name": "x", "slug": "x"}])


def test_the_story_changes_one_prefix_and_one_device(seeded, taken):
    add_prefix(seeded.url, seeded.token)
    add_neighbor(seeded.url, seeded.token)
    later = netbox.load(netbox.Connection(seeded.url, seeded.token))
    assert [p.prefix for p in later.tables.prefixes if p not in taken.tables.prefixes] == [PREFIX]
    assert [n for n in later.devices if later.devices[n] != taken.devices[n]] == ["hq-wan2"]
    before, after = (s.devices["hq-wan2"].context["bgp"]["neighbors"] for s in (taken, later))
    assert after == [*before, NEIGHBOR]


def test_seeding_twice_is_refused_with_the_object_and_the_field(seeded, described):
    with pytest.raises(SourceError, match=r"custom-field-choice-sets: classification: .*name"):
        seed(seeded.url, seeded.token, described)


def test_nothing_answers_without_a_token(seeded):
    reply = requests.get(f"{seeded.url}/api/dcim/devices/", timeout=60)
    assert reply.status_code == 403


def test_one_port_is_open_and_it_is_on_loopback(seeded):
    mine = state.load(seeded.token_file.parent)
    assert mine is not None
    inodes = set()
    for process in processes.find(mine):
        # The worker's children and everybody's files come and go.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for handle in Path(f"/proc/{process.pid}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                    target = str(handle.readlink())
                    if target.startswith("socket:["):
                        inodes.add(target[8:-1])
    rows = [
        row.split()
        for name in ("tcp", "tcp6")
        for row in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    listening = {row[1] for row in rows if row[3] == "0A" and row[9] in inodes}
    port = int(seeded.url.rpartition(":")[2])
    assert listening == {f"0100007F:{port:04X}"}


def test_secrets_are_in_files_of_their_owner_and_nowhere_else(seeded):
    folder = seeded.token_file.parent
    secrets = [seeded.token, seeded.token.partition(".")[2], seeded.password]
    for path in (seeded.token_file, seeded.password_file, folder / state.STATE):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logs = "".join(
        path.read_text(encoding="utf-8", errors="replace") for path in (folder / state.LOGS).iterdir()
    )
    mine = state.load(folder)
    assert mine is not None
    arguments = "".join(
        Path(f"/proc/{process.pid}/cmdline").read_text(encoding="utf-8", errors="replace")
        for process in processes.find(mine)
    )
    for secret in secrets:
        assert secret not in logs
        assert secret not in arguments
        assert secret not in (folder / state.STATE).read_text(encoding="utf-8")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_account_cannot_reach_the_database(seeded):
    mine = state.load(seeded.token_file.parent)
    folder = postgres_folder()
    assert mine is not None
    assert folder is not None
    result = subprocess.run(
        [folder / "psql", "-h", f"{mine.runtime}/pg", "-U", "netbox", "-c", "select 1"],
        user=65534,
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert result.returncode != 0
    assert "Permission denied" in result.stderr


def test_status_tells_what_runs(seeded):
    assert status(seeded.token_file.parent) == seeded


def test_a_second_lab_in_the_same_folder_is_refused_and_the_first_lives(seeded):
    with pytest.raises(Refused, match="holds a NetBox lab already"):
        up(seeded.token_file.parent)
    assert status(seeded.token_file.parent) == seeded


def test_two_labs_live_side_by_side_and_end_alone_and_all_that_can_be_described_is_read_back(
    seeded, checkout, tmp_path
):
    folder = tmp_path / "lab"
    other = up(folder)
    try:
        assert other.url != seeded.url
        with Rest(seeded.url, other.token) as rest, pytest.raises(SourceError, match=r"403|token"):
            rest.list("dcim/devices")
        whole = load_described(checkout / "tests" / "sources" / "description" / "whole.yaml")
        seed(other.url, other.token, whole)
        assert netbox.load(netbox.Connection(other.url, other.token)).digest == whole.snapshot.digest
    finally:
        assert down(folder) is True
    assert status(seeded.token_file.parent) == seeded
    assert not folder.exists()


def test_a_restored_site_has_the_same_data_and_other_secrets(seeded, taken, described, tmp_path):
    assert seeded_dump(described).is_file()
    again = up_seeded(tmp_path / "lab", described)
    try:
        assert netbox.load(netbox.Connection(again.url, again.token)).digest == taken.digest
        assert again.token != seeded.token
        assert again.password != seeded.password
        with Rest(again.url, seeded.token) as rest, pytest.raises(SourceError, match=r"403|token"):
            rest.list("dcim/devices")
    finally:
        down(tmp_path / "lab")
