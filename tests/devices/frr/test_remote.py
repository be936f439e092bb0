import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from napalm.base.exceptions import CommandErrorException, CommandTimeoutException, ConnectionClosedException

from linewright.devices.frr.answers import Report, job, parse_report, parse_status
from linewright.devices.frr.remote import Remote, script
from linewright.devices.frr.ssh import Answer, Endpoint
from linewright.devices.outcome import CommitRefused, CommitUnknown
from linewright.devices.target import Guard


class Line:
    """A connection that gives prepared answers and remembers what was asked."""

    endpoint = Endpoint(host="192.0.2.1", username="ops", known_hosts="", timeout=30)
    alive = True

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def run(self, command, stdin="", *, total=None):  # noqa: ARG002 - the real one has it
        self.asked.append((command, stdin))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def said(out="", status=0, err=""):
    return Answer(status=status, out=out, err=err)


def test_the_script_is_what_a_posix_shell_reads():
    subprocess.run(["sh", "-n"], input=script(), text=True, check=True)


@pytest.mark.parametrize(
    ("change", "attempt"),
    [("", 1), ("../x", 1), ("a/b", 1), ("-x", 1), ("a b", 1), ("a\n", 1), ("x" * 65, 1), ("a", 0)],
)
def test_a_name_that_is_not_a_safe_file_name_is_refused(change, attempt):
    with pytest.raises(ValueError, match="a change is named by"):
        job(change, attempt)


@pytest.mark.parametrize("place", ["relative", "/", "/a b", "/a/../b", "/a;reboot", ""])
def test_a_state_directory_that_a_shell_would_misread_is_refused(place):
    with pytest.raises(ValueError, match="state directory"):
        Remote(Line(), state=place)


def test_an_answer_is_read_past_the_signs_of_life():
    text = ".\n.\noutcome restored\nreason line\nnote 3\nwords % Bad\nwords  thing \n"
    assert parse_report(text) == Report(outcome="restored", reason="line", note="3", words="% Bad\nthing")
    assert parse_report("outcome applied\nleft 41\n").left == 41


@given(st.text(max_size=200))
def test_any_other_answer_is_never_taken_for_an_outcome(text):
    if any(line.startswith("outcome") for line in text.splitlines()):
        return
    with pytest.raises(ValueError, match="no outcome"):
        parse_report(text)


def test_what_is_pending_and_how_the_last_change_ended_are_read():
    status = parse_status(
        "pending CHG-1 2 armed 37 alive\nlast change CHG-0\nlast attempt 1\nlast outcome confirmed\nlast note \n"
    )
    assert (status.waiting.change, status.waiting.attempt, status.waiting.left) == ("CHG-1", 2, 37)
    assert status.waiting.timer_alive
    assert (status.last.name, status.outcome) == ("CHG-0.1", "confirmed")
    assert parse_status("").waiting is None


def test_what_a_router_has_for_the_worst_case_is_read_and_nothing_is_believed_half():
    assert Remote(Line(said("restart systemd\nstart yes\noutcome able\n"))).guard() == Guard(
        restart="systemd", start_hook=True
    )
    assert not Remote(Line(said("restart no\nstart no\noutcome able\n"))).guard().start_hook
    with pytest.raises(CommandErrorException, match="able to"):
        Remote(Line(said("restart hook\n"))).guard()


def test_that_frr_was_started_again_is_part_of_the_answer():
    text = "outcome restored\nreason line\nnote 3\nremark FRR was started again: bgpd has died\n"
    assert parse_report(text).remark == "FRR was started again: bgpd has died"


@pytest.mark.parametrize(
    "text", ["pending CHG-1", "pending CHG-1 x armed 3 alive", "pending CHG-1 1 armed  alive"]
)
def test_damaged_state_is_said_not_guessed(text):
    with pytest.raises(CommandErrorException, match="damaged"):
        Remote(Line(said(text))).status()


@pytest.mark.parametrize(
    "lost",
    [
        ConnectionClosedException("gone"),
        CommandTimeoutException("silent"),
        CommandErrorException("too long"),
        said("Segmentation fault"),
        said(""),
    ],
)
def test_no_answer_that_can_be_trusted_is_unknown(lost):
    remote = Remote(Line(lost, lost, lost, lost))
    for action in (remote.apply, remote.confirm, remote.rollback):
        with pytest.raises(CommitUnknown):
            action(job("CHG-1", 1))


def test_a_connection_lost_before_the_order_is_refused_not_unknown():
    remote = Remote(Line(ConnectionClosedException("gone")))
    with pytest.raises(CommitRefused, match="nothing was sent") as refused:
        remote.order(job("CHG-1", 1), "x\n", mode="merge", revert=0, expected="-")
    assert not refused.value.written


@pytest.mark.parametrize(
    "answer",
    [
        said("", 0),
        said("hostname x\n"),
        said("% Can't open configuration\nend\n"),
        said("hostname x\nend\n", status=1, err="bgpd has died"),
    ],
)
def test_half_a_running_configuration_is_never_believed(answer):
    with pytest.raises(CommandErrorException):
        Remote(Line(answer)).running()


def test_another_login_than_root_goes_through_sudo():
    line = Line(said("hostname x\nend\n"), said("outcome clean"), said("x"))
    remote = Remote(line, sudo=True)
    remote.running()
    remote.clean("CHG-1")
    remote.vtysh("show version")
    assert [command.split()[:2] for command, _ in line.asked] == [["sudo", "-n"]] * 3
    assert line.asked[0][1] == script()
