"""NAPALM's own EOS driver against the same twin: it fails where it is known to fail, so that the tests of ours can."""

import pytest
from napalm.base.exceptions import CommitError
from napalm.eos.eos import EOSDriver

NEW = "interface Ethernet2\n   description changed\n"


@pytest.fixture
def stock(twins):
    reach = twins.reach["sw1"]
    opened = []

    def connect():
        driver = EOSDriver(
            reach.host, "netops", "not-a-real-password", 10, optional_args={"port": reach.port}
        )
        opened.append(driver)
        driver.open()
        return driver

    yield connect
    for driver in opened:
        driver.config_session = None


def changed(box):
    return box.running.section("interface Ethernet2").child("description changed") is not None


def armed(stock, revert_in=60):
    driver = stock()
    driver.load_merge_candidate(config=NEW)
    driver.commit_config(revert_in=revert_in)
    return driver


def test_closing_reverts_a_pending_commit(stock, box):
    driver = armed(stock)
    assert changed(box)
    driver.close()
    assert not changed(box)


def test_another_driver_cannot_confirm(stock, box):
    armed(stock)
    with pytest.raises(CommitError):
        stock().confirm_commit()
    assert changed(box)


def test_discarding_an_empty_diff_reverts_the_pending_commit(stock, box):
    driver = armed(stock)
    driver.load_merge_candidate(config=NEW)
    assert driver.compare_config() == ""
    driver.discard_config()
    assert not changed(box)


def test_a_timer_of_a_day_ends_at_once(stock, box):
    armed(stock, revert_in=86400)
    assert any(command.endswith("commit timer 00:00:00") for command in box.commands())
    assert not changed(box)


def test_rollback_loses_what_was_not_saved(stock, box):
    box.operator("hostname unsaved")
    driver = stock()
    driver.load_merge_candidate(config=NEW)
    driver.commit_config()
    driver.rollback()
    assert box.reading.hostname == "sw1"


def test_it_logs_in_to_whoever_answers(stock, twins):
    stock()
    assert [entry.user for entry in twins.boxes["sw1"].log] == ["netops"] * 2


def test_every_request_is_a_connection_of_its_own(stock, twins):
    armed(stock)
    server = twins.servers["sw1"]
    assert server.connections == server.requests > 5
