"""How OpenSSH reaches a host, as words of its command line. Pure.

No configuration file is read, neither the machine's nor the person's: nothing in one could run a program (Match exec,
LocalCommand, KnownHostsCommand, ProxyCommand), and jump hosts, which get none of the words for the host itself, would
be verified by other host keys than the site's.
"""

import shlex

from linewright.model.objects import Record


class Server(Record, frozen=True):
    """A server as OpenSSH reaches it: a host, or a jump host on the way.

    Its host key is enrolled in `known_hosts` under `alias`. Logins are by key: the files `keys`, `certificate` for them,
    and with `agent` the SSH agent's, of those with `only_named` the named ones alone. `proxy_command`, program and
    arguments, is run in the place of a connection. Times in seconds; `connect_timeout` 0 is OpenSSH's own.
    """

    address: str
    username: str
    known_hosts: str
    alias: str
    port: int = 22
    keys: tuple[str, ...] = ()
    certificate: str = ""
    agent: bool = False
    only_named: bool = False
    proxy_command: tuple[str, ...] = ()
    connect_timeout: int = 0
    keepalive: int = 15

    @property
    def paths(self) -> tuple[str, ...]:
        """The files it names."""
        return tuple(path for path in (self.known_hosts, *self.keys, self.certificate) if path)


def arguments(server: Server, jumps: tuple[Server, ...] = ()) -> str:
    """The words for a server, its address, port and user aside, as Ansible takes them apart again (shlex).

    Args:
        server: where a session is wanted.
        jumps: the servers on the way, in the order they are passed.
    """
    return shlex.join(_words(server, jumps))


def _words(server: Server, jumps: tuple[Server, ...]) -> list[str]:
    options = [
        ("UserKnownHostsFile", _path(server.known_hosts)),
        ("GlobalKnownHostsFile", "/dev/null"),
        ("HostKeyAlias", server.alias),
        ("StrictHostKeyChecking", "yes"),
        ("UpdateHostKeys", "no"),
        ("BatchMode", "yes"),
        ("PermitLocalCommand", "no"),
        ("ServerAliveInterval", str(server.keepalive)),
        # "none", or the person's own ~/.ssh/id_* would be tried.
        *(("IdentityFile", _path(key)) for key in server.keys or ("none",)),
        ("IdentitiesOnly", "yes" if server.only_named else "no"),
    ]
    if server.certificate:
        options.append(("CertificateFile", _path(server.certificate)))
    if not server.agent:
        options.append(("IdentityAgent", "none"))
    if server.connect_timeout:
        options.append(("ConnectTimeout", str(server.connect_timeout)))
    if jumps:
        options.append(("ProxyCommand", _through(jumps)))
    elif server.proxy_command:
        options.append(("ProxyCommand", _literal(shlex.join(server.proxy_command))))
    return ["-F", "/dev/null", *(word for name, value in options for word in ("-o", f"{name}={value}"))]


def _through(jumps: tuple[Server, ...]) -> str:
    """What OpenSSH runs to come to the server behind these; it puts that server's address and port in (%h, %p)."""
    *before, last = jumps
    words = ["ssh", *_words(last, tuple(before)), "-p", str(last.port), "-l", last.username]
    return f"{_literal(shlex.join(words))} -W '[%h]:%p' {_literal(shlex.quote(last.address))}"


def _path(path: str) -> str:
    """A path as one word of OpenSSH's configuration, none of its characters a token (ssh_config(5), TOKENS)."""
    return path if path == "none" else f'"{_literal(path)}"'


def _literal(text: str) -> str:
    """A text that stays as it is where OpenSSH replaces tokens."""
    return text.replace("%", "%%")
