"""Ctrl-C, a service manager: a job ends after the devices under way, and says what stands. A closed terminal does not."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from linewright.change.run import Stop
from linewright.errors import ExitCode

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_TOLD = b"\nInterrupted: what is under way is finished or rolled back first, no other device is begun.\n"


@contextmanager
def stopping_on_signals() -> Iterator[Stop]:
    """A Stop that these signals ask.

    A device that waits for its confirmation is worth more than a quick end: a step is carried to its end, which the
    device's own timer bounds. A signal that was ignored before (nohup) stays ignored. A terminal that goes away
    (SIGHUP) asks nothing: the job goes on, and `lw status --follow` joins it.
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

    before = {number: signal.getsignal(number) for number in (*_SIGNALS, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in _SIGNALS:
            if before[number] is not signal.SIG_IGN:
                signal.signal(number, ask)
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
