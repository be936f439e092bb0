"""How a NetBox is: asked without changing anything, judged from what it says itself."""

import pytest

from linewright.errors import SourceError
from linewright.sources.netbox import Connection
from linewright.sources.netbox.health import health


def test_a_good_one(netbox, connection):
    found = health(connection)
    assert (found.version, found.missing, found.may_write) == ("4.7.3", (), False)
    assert found.devices == len(netbox.rows["dcim/devices"])
    assert found.ahead is not None
    assert abs(found.ahead) < 60
    assert not [path for path, _, _ in netbox.asked if path.startswith(("POST", "PUT", "PATCH", "DELETE"))]


def test_a_token_that_may_write(netbox, connection):
    netbox.may_write = True
    assert health(connection).may_write


def test_every_permission_that_is_missing_is_named(netbox, connection):
    def hidden(handler):
        detail = "You do not have permission to perform this action."
        return handler.answer({"detail": detail}, 403)

    netbox.fault("dcim/cables", hidden)
    netbox.fault("ipam/prefixes", hidden)
    assert health(connection).missing == ("dcim.view_cable", "ipam.view_prefix")


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Mon, 23 Nov 2026 22:30:00 GMT", True),
        ("Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("soon", None),
        ("", None),
    ],
)
def test_the_clock_is_what_the_date_header_says(netbox, connection, date, ahead):
    def with_date(handler):
        handler.date_time_string = lambda *_: date
        try:
            return handler.answer({"name": "Device List"})
        finally:
            del handler.date_time_string

    netbox.fault("OPTIONS dcim/devices", with_date)
    assert (health(connection).ahead is None) == (ahead is None)


def test_a_wrong_token_is_told_as_such(netbox):
    wrong = Connection(url=netbox.url, token="0" * 40, backoff=0)
    with pytest.raises(SourceError, match="does not accept the token"):
        health(wrong)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"actions": 7}', b"\xff", b"[" * 100_000])
def test_an_answer_that_is_none(netbox, connection, body):
    netbox.fault("OPTIONS dcim/devices", lambda handler: handler.answer(body))
    with pytest.raises(SourceError, match="does not say what may be done"):
        health(connection)


def test_one_that_hangs_up_midway(netbox, connection):
    def hang_up(handler):
        handler.close_connection = True
        return True

    netbox.fault("OPTIONS dcim/devices", hang_up)
    with pytest.raises(SourceError, match="was not reached"):
        health(connection)


def test_one_that_is_not_there(connection):
    gone = Connection(url="http://127.0.0.1:1", token="0" * 40, backoff=0)
    with pytest.raises(SourceError, match="was not reached"):
        health(gone)
