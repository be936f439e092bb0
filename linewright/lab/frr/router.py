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
import re
from pathlib import Path

from linewright.errors import DataError, DeviceError
from linewright.lab.frr import disk
from linewright.lab.frr.namespaces import Namespaces
from linewright.model.objects import Record

_HERE = Path(__file__).parent
_KINDS = ("net", "mount", "uts", "ipc", "pid")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
#: What Linux takes as the name of a port, in the letters that need no quoting anywhere.
PORT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,14}"
_COMMAND = re.compile(r"^\S+ \S+ (\w+): \[\S+\] vty\[\d+\]@[^#>]*[#>] (.*)$", re.MULTILINE)
_REFUSED = re.compile(r"^line (\d+): %? ?([A-Z][A-Za-z ]+)", re.MULTILINE)


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


class Router(Namespaces):
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
        super().__init__(spec.name, folder, _HERE / "namespace.sh", _KINDS)
        self.spec = spec

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
