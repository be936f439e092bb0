"""An applier that was overtaken while it slept is refused by the router itself (attack 9)."""

import pytest

from linewright.devices import write
from linewright.devices.outcome import CommitRefused
from linewright.errors import Refused

pytestmark = pytest.mark.lab

ROUTE = "ip route 198.51.100.0/24 blackhole\n"
OTHER = "ip route 203.0.113.0/24 blackhole\n"


@pytest.fixture
def named():
    def name(driver, token, journal="JOURNAL-1"):
        assert write.fence(driver, journal, token)
        return driver

    return name


def test_a_commit_from_before_the_takeover_is_refused_and_nothing_is_sent(lab, named):
    with lab.session("OLD") as old, lab.session("NEW") as new:
        named(old, 1).load_merge_candidate(config=OTHER)  # and then its process was stopped
        named(new, 2).load_merge_candidate(config=ROUTE)
        new.commit_config(revert_in=120)
        new.confirm_commit()
        new.clean_up()
        lab.forget_log()
        with pytest.raises(CommitRefused, match=r"taken this router over.*2") as refused:
            old.commit_config(revert_in=60)
        assert (refused.value.reason, refused.value.written) == ("fenced", False)
        assert lab.told() == {}
        assert "198.51.100.0/24" in lab.startup()
        new.begin_change("NEW", 2)
        new.load_merge_candidate(config=f"no {ROUTE}")  # its own number is as good as before
        new.commit_config()
        new.clean_up()


def test_neither_the_confirmation_nor_the_rollback_of_an_overtaken_job_is_taken(lab, named):
    with lab.session("OLD") as old, lab.session() as new:
        named(old, 4).load_merge_candidate(config=ROUTE)
        old.commit_config(revert_in=120)
        running = lab.running()
        assert write.announce(named(new, 5))  # "resume" has begun: it read nothing yet
        for action in (old.confirm_commit, old.rollback):
            with pytest.raises(CommitRefused) as refused:
                action()
            assert refused.value.reason == "fenced"
        assert lab.running() == running
        new.begin_change("OLD", 1)
        new.rollback()
        assert lab.running() != running


def test_the_number_of_another_journal_says_nothing_here(lab, named):
    with lab.session("A") as one, lab.session("B") as other:
        write.announce(named(one, 9, "HERE"))
        named(other, 1, "THERE").load_merge_candidate(config=ROUTE)
        other.commit_config()
        other.rollback()
        with pytest.raises(Refused, match="taken this router over"):
            write.announce(named(other, 8, "HERE"))


def test_a_person_on_the_router_and_napalms_own_contract_have_no_number(lab, named):
    with lab.session("CHG-N") as driver, lab.session() as later:
        driver.load_merge_candidate(config=ROUTE)
        driver.commit_config(revert_in=120)
        write.announce(named(later, 7))
        way_out = later.pending_change().way_out
        assert "outcome restored" in lab.sh(way_out, timeout=100)


def test_only_so_many_journals_are_remembered_and_the_newest_of_them(lab, named):
    with lab.session() as driver:
        write.announce(named(driver, 3, "FIRST"))
        lab.sh("seq 1 80 | sed 's/.*/J& 1/' >>/var/lib/linewright/fences")
        write.announce(named(driver, 6, "LAST"))
    kept = lab.sh("cat /var/lib/linewright/fences").splitlines()
    assert len(kept) == 64
    assert kept[-1] == "LAST 6"
    assert "FIRST 3" not in kept


def test_a_router_that_cannot_keep_the_number_takes_no_commit(own):
    with own.session("CHG-F") as driver:
        write.fence(driver, "J", 2)
        driver.load_merge_candidate(config=ROUTE)
        own.sh("mkdir /var/lib/linewright/.fences")
        with pytest.raises(CommitRefused, match="no state could be written") as refused:
            driver.commit_config(revert_in=60)
    assert (refused.value.reason, refused.value.written) == ("silent", False)


@pytest.mark.parametrize(("journal", "token"), [("a b", 1), ("", 1), ("x;reboot", 1), ("J", 0), ("J", -1)])
def test_what_could_be_anything_else_than_a_name_and_a_number_is_not_sent(lab, journal, token):
    with pytest.raises(Refused):
        write.fence(lab.driver(), journal, token)
