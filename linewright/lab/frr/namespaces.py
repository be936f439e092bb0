"""A set of Linux namespaces with a first process of ours: what every device of a lab lives in.

It is found again by the words that process was started with, from any process, and is gone as a whole when it ends.
"""

import os
import select
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from linewright.errors import DeviceError, FacilityError
from linewright.lab.frr import processes
from linewright.lab.frr.wires import ENVIRONMENT

_UNSHARE = ("unshare", "--fork", "--kill-child=SIGKILL", "--propagation", "private")
#: timeout(1) says so when it had to end a command.
_TIMED_OUT = (124, 137)


class Namespaces:
    """The namespaces of one device of a lab; a second object for the same folder and name is the same device.

    `script` is started as their first process with FOLDER NAME free|bound and says "ready" when it is; `kinds` are the
    namespaces it gets.
    """

    def __init__(self, name: str, folder: Path, script: Path, kinds: tuple[str, ...]) -> None:
        self.name = name
        self.folder = folder.resolve()
        self._script = script
        self._kinds = kinds
        self._pid = 0
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The first process, as the host numbers it; 0 when it is not running."""
        if not processes.is_first(self._pid, self._words):
            found = processes.running(self._words)
            self._pid = next((pid for pid in found if processes.is_first(pid, self._words)), 0)
        return self._pid

    @property
    def _words(self) -> bytes:
        return processes.needle(self.folder, self.name)

    def create(self, *, bound: bool = False) -> None:
        """Make the namespaces. Bound ones end with the process that made them.

        Raises:
            FacilityError: the kernel or this machine does not give them.
        """
        if self.pid:
            raise FacilityError(f"{self.name} is running already", hint="stop it first")
        life = ["bound"] if bound else ["free"]
        kinds = [f"--{kind}" for kind in self._kinds]
        script = ["bash", str(self._script), str(self.folder), self.name, *life]
        # A free one is nobody's child: setsid leaves it to init.
        process = subprocess.Popen(
            [*([] if bound else ["setsid", "--fork"]), *_UNSHARE, *kinds, *script],
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env=ENVIRONMENT,
        )
        self._child = process
        said = _until_ready(process, seconds=60)
        if not said.endswith("ready\n"):
            self.stop()
            raise FacilityError(
                f"{self.name}: no namespaces: {' '.join(said.split()) or 'no answer'}",
                hint="the lab needs root with the right to mount and to make namespaces",
            )
        if not bound:
            process.wait()
            self._child = None

    def command(self, argv: Sequence[str]) -> list[str]:
        """The argument list that runs a program inside, for a caller that starts it by itself.

        Raises:
            DeviceError: it is not running.
        """
        if not (pid := self.pid):
            raise DeviceError(f"lab router {self.name} is not running")
        return ["nsenter", "--target", str(pid), *(f"--{kind}" for kind in self._kinds), "--", *argv]

    def run(
        self, argv: Sequence[str], *, stdin: str = "", timeout: float = 30
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside as root; `timeout` in seconds. Whatever its exit status, it is returned.

        Raises:
            DeviceError: it is not running, or the program did not end in time (it is ended then).
        """
        # The time limit stands inside: a program ended from outside would leave its child there, holding the pipe.
        limited = ["timeout", "--kill-after=1", f"{timeout:g}", *argv]
        done = subprocess.run(
            self.command(limited),
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            env=ENVIRONMENT,
        )
        if done.returncode in _TIMED_OUT:
            raise DeviceError(f"lab router {self.name}: {argv[0]} did not end within {timeout:g} s")
        return done

    def stop(self) -> None:
        """End it, as a power cut would. What is in its folder stays. Nothing happens when it is not running.

        Raises:
            FacilityError: a process does not end.
        """
        processes.end(self._words)
        self._pid = 0
        if self._child is not None:
            self._child.kill()  # the moment before it is unshare and has our words
            self._child.wait()
            if self._child.stdin is not None:
                self._child.stdin.close()
            self._child = None


def _until_ready(process: subprocess.Popen[bytes], seconds: float) -> str:
    """What a starting one says, up to "ready", its end or the time limit; closes its output."""
    assert process.stdout is not None  # noqa: S101 - opened by our own Popen call
    said = b""
    deadline = time.monotonic() + seconds
    with process.stdout as output:
        while not said.endswith(b"ready\n") and (left := deadline - time.monotonic()) > 0:
            if select.select([output], [], [], left)[0]:
                part = os.read(output.fileno(), 4096)
                if not part:
                    break
                said += part
    return said.decode(errors="replace")
