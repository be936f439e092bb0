"""A branch of NetBox: found by its name, read by its schema id, refused where it cannot be read."""

import pytest

from linewright.errors import DataError, SettingsError, SourceError
from linewright.sources.netbox import Connection, load
from linewright.sources.netbox.branches import Merged

PATH = "plugins/branching/branches"


def branches(netbox, *rows: tuple[str, str, str]) -> None:
    netbox.rows[PATH] = [
        {"id": number, "name": name, "schema_id": schema, "status": {"value": status, "label": status}}
        for number, (name, schema, status) in enumerate(rows, 1)
    ]


def test_everything_is_read_with_the_schema_of_the_branch(netbox, connection):
    branches(netbox, ("other", "aaaa1111", "ready"), ("video", "bbbb2222", "ready"))
    found = load(connection, branch="video")
    assert found.origin.branch == "video"
    assert found.origin.position == "149 in branch video"
    asked = [header for path, header in netbox.branches_asked if path != PATH]
    assert set(asked) == {"bbbb2222"}
    assert {header for path, header in netbox.branches_asked if path == PATH} == {""}
    assert found.digest == load(connection).digest


def test_without_a_branch_no_header_is_sent(netbox, connection):
    assert load(connection).origin.branch == ""
    assert {header for _, header in netbox.branches_asked} == {""}


def test_no_plugin_is_told_as_that(netbox, connection):
    with pytest.raises(SourceError, match="plugin netbox-branching is not installed"):
        load(connection, branch="video")


def test_an_unknown_branch_is_told_with_those_that_are_ready(netbox, connection):
    branches(netbox, ("video", "bbbb2222", "ready"), ("old", "cccc3333", "archived"))
    with pytest.raises(DataError, match="no branch 'vide0'") as caught:
        load(connection, branch="vide0")
    assert caught.value.hint == "ready are: video"


@pytest.mark.parametrize("status", ["new", "provisioning", "syncing", "migrating", "merging", "reverting"])
def test_a_branch_netbox_is_at_work_on_is_not_read(netbox, connection, status):
    branches(netbox, ("video", "bbbb2222", status))
    with pytest.raises(SourceError, match=f"not ready: NetBox says {status}") as caught:
        load(connection, branch="video")
    assert "try again" in caught.value.hint


@pytest.mark.parametrize("status", ["failed", "pending-migrations", "whatever comes"])
def test_a_broken_branch_sends_to_netbox(netbox, connection, status):
    branches(netbox, ("video", "bbbb2222", status))
    with pytest.raises(SourceError, match="not ready") as caught:
        load(connection, branch="video")
    assert "look at it in NetBox" in caught.value.hint


def test_a_merged_branch_is_the_main_data(netbox, connection):
    branches(netbox, ("video", "bbbb2222", "merged"))
    with pytest.raises(Merged, match="is merged"):
        load(connection, branch="video")


def test_an_archived_branch_is_gone(netbox, connection):
    branches(netbox, ("video", "bbbb2222", "archived"))
    with pytest.raises(DataError, match="archived"):
        load(connection, branch="video")


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"results": [{"name": 7}]}', b"\xff"])
def test_a_list_of_branches_that_is_none(netbox, connection, body):
    netbox.fault(PATH, lambda handler: handler.answer(body))
    with pytest.raises(SourceError, match="branches is cut off"):
        load(connection, branch="video")


def test_a_schema_id_that_is_none_is_never_sent(netbox, connection):
    branches(netbox, ("video", "b\r\nX-Evil: 1", "ready"))
    with pytest.raises(SettingsError, match="letters and digits"):
        load(connection, branch="video")
    with pytest.raises(SettingsError):
        Connection(url=netbox.url, token=connection.token, branch="a b")
