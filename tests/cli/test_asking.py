"""A question at a terminal: nothing echoed, everything given back, Ctrl-C at any moment."""

import os
import pty
import select
import signal
import termios
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from linewright.cli.asking import Asker
from linewright.errors import NotGiven, SecretError

PLANTED = "hunter2-planted"


class Terminal:
    """A pseudo-terminal: the person's side of it, and the name of the other."""

    def __init__(self) -> None:
        self.person, self.side = pty.openpty()
        self.name = os.ttyname(self.side)
        self.seen = ""

    def until(self, words: str) -> None:
        while words not in self.seen:
            assert select.select([self.person], [], [], 20)[0], f"never shown: {words}; shown: {self.seen!r}"
            self.seen += os.read(self.person, 4096).decode()

    def type(self, text: str) -> None:
        os.write(self.person, text.encode())

    def modes(self) -> int:
        return int(termios.tcgetattr(self.side)[3])


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    found = Terminal()
    yield found
    os.close(found.person)
    os.close(found.side)


@pytest.fixture
def signals() -> Iterator[list[int]]:
    """What Ctrl-C became, with a handler as a change job has it."""
    got: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: got.append(number))
    yield got
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def asked(terminal: Terminal, asker: Asker, pool: ThreadPoolExecutor, typed: str) -> Future[str]:
    before = terminal.seen.count("for r1: ")
    answer = pool.submit(asker, "one-time code for r1")
    while terminal.seen.count("for r1: ") == before:
        assert select.select([terminal.person], [], [], 20)[0]
        terminal.seen += os.read(terminal.person, 4096).decode()
    terminal.type(typed)
    return answer


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (f"{PLANTED}\r", PLANTED),
        (f"wrong\x15{PLANTED}\n", PLANTED),
        ("12\x7f3\x084\n", "14"),
        ("gr\u00fcn\x7f\x7f\u00fcn\n", "gr\u00fcn"),
    ],
)
def test_what_is_typed_is_the_answer_and_is_never_shown(
    terminal: Terminal, pool: ThreadPoolExecutor, typed: str, answer: str
) -> None:
    modes = terminal.modes()
    assert asked(terminal, Asker(terminal.name), pool, typed).result(20) == answer
    terminal.until("\r\n")
    assert terminal.seen == "one-time code for r1: \r\n"
    assert terminal.modes() == modes


@pytest.mark.parametrize("typed", ["\r", "\x04", "\x15\n"])
def test_nothing_typed_is_not_given(terminal: Terminal, pool: ThreadPoolExecutor, typed: str) -> None:
    with pytest.raises(NotGiven, match="one-time code for r1 was not typed"):
        asked(terminal, Asker(terminal.name), pool, typed).result(20)


def test_ctrl_c_is_a_signal_to_the_job_and_gives_the_terminal_back(
    terminal: Terminal, pool: ThreadPoolExecutor, signals: list[int]
) -> None:
    modes = terminal.modes()
    asker = Asker(terminal.name)
    with pytest.raises(NotGiven, match="interrupted"):
        asked(terminal, asker, pool, "12\x03").result(20)
    assert signals == [signal.SIGINT]
    assert terminal.modes() == modes
    # A change job goes on to its orderly end, and may need one more code for that.
    assert asked(terminal, asker, pool, "123456\n").result(20) == "123456"


def test_ctrl_c_that_ends_the_program_ends_all_questions(
    terminal: Terminal, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: sent.append(number))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        asker = Asker(terminal.name)
        with pytest.raises(NotGiven):
            asked(terminal, asker, pool, "\x03").result(20)
        with pytest.raises(NotGiven, match="any more"):
            asker("one-time code for r2")
    finally:
        signal.signal(signal.SIGINT, before)
    assert sent == [signal.SIGINT]


@pytest.mark.parametrize("device", ["/nonexistent/tty", "/dev/null"])
def test_without_a_terminal_nobody_is_asked(device: str) -> None:
    with pytest.raises(SecretError, match="nobody is here to type AAA password: there is no terminal"):
        Asker(device)("AAA password")


def test_what_the_question_names_cannot_steer_the_terminal(
    terminal: Terminal, pool: ThreadPoolExecutor
) -> None:
    answer = pool.submit(Asker(terminal.name), "code for r1\x1b[2J")
    terminal.until(": ")
    terminal.type("1\n")
    answer.result(20)
    assert "\x1b" not in terminal.seen


def test_a_progress_bar_rests_while_somebody_types(terminal: Terminal, pool: ThreadPoolExecutor) -> None:
    asker = Asker(terminal.name)
    told: list[str] = []
    with asker.over(lambda: told.append("stop"), lambda: told.append("start")):
        assert asked(terminal, asker, pool, "1\n").result(20) == "1"
    assert told == ["stop", "start"]


def test_a_site_of_the_command_line_asks_at_the_terminal(
    tmp_path: Path, terminal: Terminal, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    from linewright.cli import options

    monkeypatch.setattr(options, "asker", Asker(terminal.name))
    context = click.Context(click.Command("x"), obj=tmp_path)
    secrets = options.here(context).secrets
    ask: Callable[[str], str] = secrets.credential
    answer = pool.submit(ask, "prompt:AAA password of ops")
    terminal.until("AAA password of ops: ")
    terminal.type(f"{PLANTED}\n")
    assert answer.result(20) == PLANTED
    assert secrets.credential("prompt:AAA password of ops") == PLANTED
    assert PLANTED not in terminal.seen
