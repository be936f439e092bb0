"""Asking the person at the terminal for a secret: without echo, one question at a time, Ctrl-C at any moment.

The terminal itself is asked (/dev/tty), so that a pipe on standard input or output changes nothing. Questions come
from the threads that log in; Ctrl-C there is a character like others, told to the program as a signal once the terminal
is as it was, so that a job ends as it does by any other Ctrl-C: orderly.
"""

import os
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from linewright.errors import NotGiven, SecretError
from linewright.model.printable import printable

_MAX_ANSWER = 1024
_ENTER, _CTRL_C, _CTRL_D, _CTRL_U = b"\r\n", b"\x03", b"\x04", b"\x15"
_ERASE = b"\x7f\x08"


class Asker:
    """Asks; `device` is the terminal. After a Ctrl-C that ends the program nobody is asked any more."""

    def __init__(self, device: str = "/dev/tty") -> None:
        self._device = device
        self._closed = False
        self._hush: tuple[Callable[[], None], Callable[[], None]] | None = None

    def __call__(self, what: str) -> str:
        """What the person types, up to Enter.

        Raises:
            SecretError: there is no terminal.
            NotGiven: the person would not (Ctrl-C, Ctrl-D, nothing typed).
        """
        if self._closed:
            raise NotGiven(f"nobody is asked for {what} any more: interrupted")
        try:
            terminal = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            raise SecretError(
                f"nobody is here to type {what}: there is no terminal",
                hint="run it on a terminal, or name another source: env:, file:, keyring:, vault: (docs/secrets.md)",
            ) from None
        try:
            with self._hushed():
                typed = _typed(terminal, what)
        finally:
            os.close(terminal)
        if typed is None:
            self._closed = signal.getsignal(signal.SIGINT) is signal.default_int_handler
            os.kill(os.getpid(), signal.SIGINT)
            raise NotGiven(f"{what} was not typed: interrupted")
        if not typed:
            raise NotGiven(f"{what} was not typed", hint="run it again and type it")
        return typed

    @contextmanager
    def over(self, stop: Callable[[], None], start: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `stop` is called before a question and `start` after it (a progress bar)."""
        self._hush = stop, start
        try:
            yield
        finally:
            self._hush = None

    @contextmanager
    def _hushed(self) -> Iterator[None]:
        if (hush := self._hush) is None:
            yield
            return
        hush[0]()
        try:
            yield
        finally:
            hush[1]()


def _typed(terminal: int, what: str) -> str | None:
    """A line without echo; None for Ctrl-C."""
    try:
        before = termios.tcgetattr(terminal)
    except termios.error:
        raise SecretError(f"nobody is here to type {what}: there is no terminal") from None
    quiet = list(before)
    # No echo; characters one by one; Ctrl-C and Ctrl-Z as characters, for a signal would be handled elsewhere while
    # this goes on waiting.
    quiet[3] = before[3] & ~(termios.ECHO | termios.ICANON | termios.ISIG)
    termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
    try:
        _say(terminal, f"{printable(what)}: ")
        return _line(terminal)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        _say(terminal, "\n")


def _line(terminal: int) -> str | None:
    typed = bytearray()
    while len(typed) <= _MAX_ANSWER:
        char = os.read(terminal, 1)
        if char == _CTRL_C:
            return None
        if not char or char in _ENTER or (char == _CTRL_D and not typed):
            break
        if char in _ERASE:
            _erase(typed)
        elif char == _CTRL_U:
            typed.clear()
        else:
            typed += char
    try:
        return typed.decode()
    except UnicodeDecodeError:
        return ""


def _erase(typed: bytearray) -> None:
    """Take back the last character, all its bytes (RFC 3629: those that follow the first are 10xxxxxx)."""
    while typed and typed[-1] & 0xC0 == 0x80:
        typed.pop()
    del typed[-1:]


def _say(terminal: int, text: str) -> None:
    os.write(terminal, text.encode("utf-8", "replace"))


#: The one terminal of this process.
asker = Asker()
