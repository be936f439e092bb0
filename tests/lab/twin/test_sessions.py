"""Configuration sessions and the commit timer of a twin, whatever is done in whatever order."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from linewright.lab.twin.config import Config, NotAccepted
from linewright.lab.twin.sessions import Sessions

NAMES = st.sampled_from(["a", "b", "c"])


class Machine(RuleBasedStateMachine):
    """A model beside the real thing: what runs is what was committed last and not taken back."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.running = Config().load("hostname start")
        self.sessions = Sessions(lambda: self.now, self._install)
        self.names = {"a": "start", "b": "start", "c": "start"}
        self.expected = "start"
        self.waiting = None
        self.count = 0

    def _install(self, config):
        self.running = config

    def _settle(self):
        ended = self.sessions.settle()
        if self.waiting and self.now >= self.waiting[2]:
            assert ended is not None
            assert ended.session == self.waiting[0]
            self.expected, self.waiting = self.waiting[1], None

    @rule(name=NAMES)
    def edit(self, name):
        self._settle()
        self.count += 1
        try:
            session = self.sessions.enter(name, self.running)
        except NotAccepted:
            assert self.sessions.known[name].state == "completed"
            return
        if session.state == "pending":
            session.config.load(f"hostname h{self.count}")
            self.names[name] = f"h{self.count}"

    @rule(name=NAMES, seconds=st.none() | st.integers(1, 20))
    def commit(self, name, seconds):
        self._settle()
        known = self.sessions.known.get(name)
        try:
            self.sessions.commit(name, self.running, seconds)
        except NotAccepted:
            assert known is None or known.state == "completed" or (self.waiting and self.waiting[0] != name)
            return
        if seconds is None:
            if not self.waiting:
                self.expected = self.names[name]
            self.waiting = None
        else:
            before = self.waiting[1] if self.waiting else self.expected
            self.expected = self.names[name]
            self.waiting = (name, before, self.now + seconds)

    @rule(name=NAMES)
    def abort(self, name):
        self._settle()
        known = self.sessions.known.get(name)
        try:
            self.sessions.abort(name)
        except NotAccepted:
            assert known is None or known.state == "completed"
            return
        if self.waiting and self.waiting[0] == name:
            self.expected, self.waiting = self.waiting[1], None

    @rule(name=NAMES)
    def delete(self, name):
        self._settle()
        try:
            self.sessions.delete(name)
        except NotAccepted:
            assert name not in self.sessions.known or (self.waiting and self.waiting[0] == name)

    @precondition(lambda self: self.waiting)
    @rule(seconds=st.integers(1, 25))
    def wait(self, seconds):
        self.now += seconds
        self._settle()

    @invariant()
    def what_runs_is_what_the_model_says(self):
        assert self.running.render() == [f"hostname {self.expected}"]
        assert (self.sessions.timer is None) == (self.waiting is None)


TestSessions = Machine.TestCase
TestSessions.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_a_commit_overwrites_what_was_changed_since_the_session_began():
    running = [Config().load("hostname start")]
    sessions = Sessions(lambda: 0.0, lambda config: running.__setitem__(0, config))
    sessions.enter("a", running[0]).config.load("vlan 10")
    running[0] = running[0].clone().load("vlan 99")
    sessions.commit("a", running[0])
    assert running[0].render() == ["hostname start", "!", "vlan 10"]


def test_no_more_than_five_are_pending():
    sessions = Sessions(lambda: 0.0, lambda _: None)
    for number in range(5):
        sessions.enter(f"s{number}", Config())
    with pytest.raises(NotAccepted, match="Maximum number"):
        sessions.enter("one-more", Config())
