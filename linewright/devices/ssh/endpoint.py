"""Where an SSH server is, how it is logged into, and what lies on the way to it."""

from collections.abc import Callable

from linewright.devices.ssh.enrolment import word
from linewright.model.objects import Record
from linewright.settings import Codes

#: Gives the value of a secret reference of the site's settings, or asks a person for a one-time code.
Credential = Callable[[str], str]


class Endpoint(Record, frozen=True):
    """Where a server is, who logs in, and under which name its host key is enrolled in `known_hosts`.

    `name` empty: the address itself, "[address]:port" for another port than 22 (as OpenSSH writes it). `jump`: it is a
    jump host, not a device of that name.
    `key_file` is a private key without passphrase; `more_keys` are tried after it where they are there, `certificate`
    belongs to the first of them; `agent`: then those of the SSH agent, all of them or, with `only_named`, only named
    ones. `password` is a secret reference; `codes` says whether a login needs a one-time code. `jumps` are the
    servers on the way, in the order they are passed; `proxy_command` is run in the place of a connection, program and
    arguments as they stand, without a shell.
    Times in seconds: `timeout` for one operation, `connect_timeout` (0: `timeout`) for the connection, `keepalive`
    between signs of life.
    """

    host: str
    username: str
    known_hosts: str
    port: int = 22
    name: str = ""
    jump: bool = False
    key_file: str = ""
    more_keys: tuple[str, ...] = ()
    certificate: str = ""
    agent: bool = False
    only_named: bool = False
    password: str = ""
    codes: Codes = False
    jumps: tuple["Endpoint", ...] = ()
    proxy_command: tuple[str, ...] = ()
    timeout: int = 60
    connect_timeout: int = 0
    keepalive: int = 15

    @property
    def title(self) -> str:
        """What it is called in messages."""
        return self.name or (self.host if self.port == 22 else f"[{self.host}]:{self.port}")

    @property
    def enrolled_as(self) -> str:
        """The word to look for in known_hosts."""
        return word(self.name, jump=self.jump) if self.name else self.title

    @property
    def where(self) -> str:
        """Where it is and by which way, for messages: "192.0.2.1 port 22 through bastion (198.51.100.1 port 22)"."""
        way = " and ".join(
            f"{jump.name} ({jump.host} port {jump.port})" if jump.name else f"{jump.host} port {jump.port}"
            for jump in self.jumps
        )
        return f"{self.host} port {self.port}" + (f" through {way}" if way else "")

    @property
    def codes_for_a_login(self) -> int:
        """How many one-time codes one login takes, jump hosts counted."""
        return sum(bool(server.codes) for server in (*self.jumps, self))
