"""One real FRR router: zebra, bgpd, ospfd, staticd, sshd and lldpd in namespaces of their own.

    router = Router(RouterSpec(name="r1", address="198.19.0.2/27"), folder)
    router.prepare(config, authorized_key)     its disk
    router.create(bound=True)                  its namespaces; now links can be put in
    router.boot()                              its programs
    router.vtysh("show version")
    router.stop()                              everything of it is gone but the disk
    router.create(); router.boot()             the same router after a power cut

The management address must be in the configuration: nothing else sets it, so a configuration can cut it. Two users
log in by key on port 22 of that address: `ops` (uid 0, bash, for tools) and `admin` (vtysh). /etc/rc.local, when
executable, runs at the end of a boot. What FRR says is in /var/log/frr/frr.log; with `log commands` in the
configuration also what every daemon was told (`received`).
"""

import ipaddress
import os
import re
import select
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from linewright.errors import DataError, DeviceError, FacilityError
from linewright.lab.frr import disk, processes
from linewright.lab.frr.wires import ENVIRONMENT
from linewright.model.objects import Record

_HERE = Path(__file__).parent
_UNSHARE = (
    "unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=SIGKILL", "--propagation", "private",
)  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
#: What Linux takes as the name of a port, in the letters that need no quoting anywhere.
PORT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}"
_COMMAND = re.compile(r"^\S+ \S+ (\w+): \[\S+\] vty\[\d+\]@[^#>]*[#>] (.*)$", re.MULTILINE)
_REFUSED = re.compile(r"^line (\d+): %? ?([A-Z][A-Za-z ]+)", re.MULTILINE)
#: timeout(1) says so when it had to end a command.
_TIMED_OUT = (124, 137)


class RouterSpec(Record, frozen=True):
    """What makes a router.

    `address` is its management address with prefix length, on port `management`. `spares` are ports with nothing
    plugged in, made at boot; ports with a cable come with the cable. `daemons` run beside zebra and staticd.
    """

    name: str
    address: str
    management: str = "eth0"
    spares: tuple[str, ...] = ()
    daemons: tuple[str, ...] = ("bgpd", "ospfd")

    @property
    def host(self) -> str:
        """The management address without its prefix length."""
        return str(ipaddress.ip_interface(self.address).ip)


def check_port(router: str, port: str) -> None:
    """Refuse a name that Linux would not take for a link (15 bytes, no slash, no space).

    Raises:
        DataError: naming router and port.
    """
    if not re.fullmatch(PORT, port):
        raise DataError(
            f"router {router}: {port!r} cannot be the name of a link",
            hint="up to 15 letters, digits, dots, dashes and underscores, as Linux takes them",
        )


class Router:
    """A router with its disk in `folder`; a second object for the same folder is the same router.

    Raises:
        DataError: name, port or address cannot be a router's.
    """

    def __init__(self, spec: RouterSpec, folder: Path) -> None:
        if not _NAME.fullmatch(spec.name):
            raise DataError(
                f"{spec.name!r} cannot be the name of a router: letters, digits, dots and dashes only"
            )
        for port in (spec.management, *spec.spares):
            check_port(spec.name, port)
        try:
            ipaddress.ip_interface(spec.address)
        except ValueError:
            raise DataError(f"router {spec.name}: {spec.address!r} is not a management address") from None
        self.spec = spec
        self.name = spec.name
        self.folder = folder.resolve()
        self._pid = 0
        self._child: subprocess.Popen[bytes] | None = None

    def prepare(self, config: str, authorized_key: str) -> None:
        """Make the router's disk: `config` as its frr.conf, one public key line for both users."""
        disk.write_disk(
            self.folder,
            name=self.name,
            address=self.spec.address,
            daemons=self.spec.daemons,
            config=config,
            authorized_key=authorized_key,
        )

    @property
    def host_key(self) -> str:
        """Its SSH host key, "ssh-ed25519 AAAA..."."""
        return disk.host_key(self.folder)

    @property
    def known_hosts(self) -> str:
        """The line of a known_hosts file under which its key is enrolled."""
        return f"{self.spec.host} {self.host_key}\n"

    @property
    def pid(self) -> int:
        """The router's first process, as the host numbers it; 0 when the router is not running."""
        if not processes.is_first(self._pid, self._words):
            found = processes.running(self._words)
            self._pid = next((pid for pid in found if processes.is_first(pid, self._words)), 0)
        return self._pid

    @property
    def _words(self) -> bytes:
        return processes.needle(self.folder, self.name)

    def create(self, *, bound: bool = False) -> None:
        """Make the namespaces. A bound router ends with the process that made it.

        Raises:
            FacilityError: the kernel or this machine does not give them.
        """
        if self.pid:
            raise FacilityError(f"router {self.name} is running already", hint="stop it first")
        life = ["bound"] if bound else ["free"]
        script = ["bash", str(_HERE / "namespace.sh"), str(self.folder), self.name, *life]
        # A free router is nobody's child: setsid leaves it to init.
        process = subprocess.Popen(
            [*([] if bound else ["setsid", "--fork"]), *_UNSHARE, *script],
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
                f"router {self.name}: no namespaces: {' '.join(said.split()) or 'no answer'}",
                hint="the lab needs root with the right to mount and to make namespaces",
            )
        if not bound:
            process.wait()
            self._child = None

    def boot(self) -> None:
        """Start the router's programs; its links must be there.

        Raises:
            DataError: FRR refused lines of the configuration (their numbers are named, never their text).
            DeviceError: a program did not start.
        """
        spec = self.spec
        script = (_HERE / "boot.sh").read_text()
        disk.install_hooks(self.folder, spec.daemons)
        words = [spec.host, spec.management, " ".join(spec.spares)]
        done = self.run(["bash", "-s", "--", *words], stdin=script, timeout=120)
        if done.returncode == 11:
            said = self.run(["cat", "/var/log/frr/boot.log"]).stdout
            # Its own words up to a bracket; what follows is the line, and a line can hold a secret.
            lines = [f"line {number}: {why.strip()}" for number, why in _REFUSED.findall(said)]
            raise DataError(
                f"router {self.name}: FRR refused its configuration at boot; {'; '.join(lines[:10]) or 'no line named'}",
                hint="look at these lines of the configuration made for this router",
            )
        if done.returncode:
            raise DeviceError(
                f"router {self.name} did not boot: {' '.join(done.stdout.split()) or 'no reason given'}",
                hint=f"the configuration must give {spec.management} the address {spec.address}",
            )

    def command(self, argv: Sequence[str]) -> list[str]:
        """The argument list that runs a program inside the router, for a caller that starts it by itself.

        Raises:
            DeviceError: the router is not running.
        """
        if not (pid := self.pid):
            raise DeviceError(f"lab router {self.name} is not running")
        return ["nsenter", "--target", str(pid), "--net", "--mount", "--uts", "--ipc", "--pid", "--", *argv]

    def run(
        self, argv: Sequence[str], *, stdin: str = "", timeout: float = 30
    ) -> subprocess.CompletedProcess[str]:
        """Run a program inside the router as root; `timeout` in seconds. Whatever its exit status, it is returned.

        Raises:
            DeviceError: the router is not running, or the program did not end in time (it is ended then).
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

    def vtysh(self, *commands: str, timeout: float = 30) -> str:
        """What vtysh prints for these commands, given to one vtysh in order.

        Raises:
            DeviceError: vtysh refused one (the message names the router, not the command).
        """
        argv = ["vtysh", *(word for command in commands for word in ("-c", command))]
        done = self.run(argv, timeout=timeout)
        if done.returncode:
            raise DeviceError(f"lab router {self.name}: vtysh ended with status {done.returncode}")
        return done.stdout

    def received(self, daemon: str = "zebra") -> list[str]:
        """Every command this daemon was told since the first boot, in order; needs `log commands` configured.

        vtysh tells each command to every daemon that knows it, so ask one daemon that owns the lines of interest.
        """
        log = self.run(["cat", "/var/log/frr/frr.log"]).stdout
        tag = {"zebra": "ZEBRA", "bgpd": "BGP", "ospfd": "OSPF", "staticd": "STATIC"}[daemon]
        return [said.strip() for who, said in _COMMAND.findall(log) if who == tag]

    def stop(self) -> None:
        """End the router, as a power cut would. Its disk stays. Nothing happens when it is not running.

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
    """What a starting router says, up to "ready", its end or the time limit; closes its output."""
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
