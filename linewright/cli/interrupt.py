"""Ctrl-C, a closed terminal, a service manager: a job ends after the device under way, and says what stands."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from linewright.change.run import Stop
from linewright.errors import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TOLD = b"\nInterrupted: the device under way is finished or rolled back first, no other is begun.\n"


@contextmanager
def stopping_on_signals() -> Iterator[Stop]:
    """A Stop that these signals ask.

    A device that waits for its confirmation is worth more than a quick end: a step is carried to its end, which the
    device's own timer bounds. A signal that was ignored before (nohup) stays ignored.
    """
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread may handle signals; the caller's own thread has it in hand
        return

    def ask(_number: int, _frame: object) -> None:
        stop.ask("interrupted", ExitCode.INTERRUPTED)
        # Not print: the handler may run in the middle of one.
        with suppress(OSError):
            os.write(2, _TOLD)

    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        for number, handler in before.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, ask)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
