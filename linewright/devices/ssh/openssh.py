"""OpenSSH's client configuration (ssh_config(5)): what it says about a host, and nothing of it ever executed.

Honoured: Host, Match (host, originalhost, user, localuser, all, final), Include at the top, HostName, Port, User, IdentityFile, IdentitiesOnly,
CertificateFile, ProxyJump, ConnectTimeout; ProxyCommand where the site's settings allow it. Host keys are verified by
the site's own trust: StrictHostKeyChecking, UserKnownHostsFile and HostKeyAlias have no effect here.
"""

import glob
import os
import re
import shlex
import stat
from collections.abc import Mapping
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from linewright.devices.ssh.tokens import check_name
from linewright.errors import SettingsError
from linewright.model.objects import Record

if TYPE_CHECKING:
    from paramiko import SSHConfig

_MAX_FILE = 1 << 20
_MAX_DEPTH = 16  # as OpenSSH (readconf.c, READCONF_MAX_DEPTH)
_TESTS = frozenset({"all", "final"})
_TESTS_WITH_VALUE = frozenset({"host", "originalhost", "user", "localuser"})
#: Lines in which a name may stand by a token.
_WITH_NAME = frozenset({"hostname", "identityfile", "certificatefile", "proxyjump"})
_LINE = re.compile(r"\s*([A-Za-z0-9]+)(?:\s*=\s*|\s+)(.*?)\s*$")


class HostOptions(Record, frozen=True):
    """What the configuration says about a host; empty or 0 where it says nothing.

    `proxy_command` as it is written, its tokens (%h) not yet replaced.
    """

    host: str = ""
    port: int = 0
    user: str = ""
    keys: tuple[str, ...] = ()
    certificate: str = ""
    only_named: bool = False
    jump: str = ""
    proxy_command: str = ""
    connect_timeout: int = 0

    def over(self, other: "HostOptions") -> "HostOptions":
        """These, and the other's where these say nothing."""
        return HostOptions(
            **{name: getattr(self, name) or getattr(other, name) for name in HostOptions.__struct_fields__}
        )


def options(path: Path | None, name: str) -> HostOptions:
    """What a configuration says about a host name or address.

    Raises:
        SettingsError: the file cannot be read or trusted, or asks for something that is refused here; naming it.
        DataError: the name would be put into a path or another name there, and cannot stand in one.
    """
    if path is None:
        return HostOptions()
    from paramiko import SSHException  # noqa: PLC0415 - slow to import, and most sites have no such file

    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise SettingsError(f"ssh.config: {path} cannot be read: {error}") from None
    config, written = _parsed(path, facts.st_mtime_ns, facts.st_size)
    try:
        plain = written.lookup(name)
        if plain.get("hostname") == name:
            del plain["hostname"]  # paramiko puts the name itself where no HostName is given
        for key, said in plain.items():
            # paramiko puts it in as it stands.
            if key in _WITH_NAME and "%" in str(said):
                check_name(name, key)
        return _host_options(path, name, config.lookup(name), plain)
    except (SSHException, ValueError, KeyError) as error:
        raise SettingsError(
            f"{path}: what it says about {name} cannot be used: {type(error).__name__}"
        ) from None


def _host_options(
    path: Path, name: str, found: Mapping[str, object], plain: Mapping[str, object]
) -> HostOptions:
    def text(key: str) -> str:
        value = found.get(key)
        return value if isinstance(value, str) else ""

    def number(key: str) -> int:
        if not (value := text(key)) or (key == "connecttimeout" and value.lower() == "none"):
            return 0
        if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65_536:
            raise SettingsError(f"{path}: {name}: {key} {value!a} is no number of use here")
        return int(value)

    keys = found.get("identityfile")
    certificate, jump = text("certificatefile"), text("proxyjump")
    return HostOptions(
        host=text("hostname") if "hostname" in plain else "",
        port=number("port"),
        user=text("user"),
        keys=tuple(key for key in keys if key.lower() != "none") if isinstance(keys, list) else (),
        certificate="" if certificate.lower() == "none" else certificate,
        only_named=text("identitiesonly").lower() in {"yes", "true"},
        jump=jump,
        proxy_command=str(plain.get("proxycommand") or ""),
        connect_timeout=number("connecttimeout"),
    )


@lru_cache(maxsize=8)
def _parsed(path: Path, _mtime: int, _size: int) -> "tuple[SSHConfig, SSHConfig]":
    """The configuration with what it includes, and the same with tokens left as they are written; read anew when its own file changes."""
    from paramiko import SSHConfig, SSHException  # noqa: PLC0415 - as above

    text = "\n".join(_lines(path, 0)) + "\n"
    try:
        written = SSHConfig()
        written.TOKENS_BY_CONFIG_KEY = {}
        written.parse(StringIO(text))
        return SSHConfig.from_text(text), written
    except (SSHException, ValueError, IndexError) as error:
        raise SettingsError(f"{path} is no OpenSSH configuration: {type(error).__name__}") from None


def _lines(path: Path, depth: int) -> list[str]:
    """The lines of a file and of those it includes, without what must not be followed."""
    if depth > _MAX_DEPTH:
        raise SettingsError(f"{path}: Include goes deeper than {_MAX_DEPTH} files")
    found: list[str] = []
    inside = False
    for number, line in enumerate(_text(path).splitlines(), start=1):
        match = _LINE.fullmatch(line)
        key, value = (match[1].lower(), match[2]) if match else ("", "")
        if key in {"host", "match"}:
            inside = True
        if key == "include":
            if inside:
                raise SettingsError(
                    f"{path}:{number}: Include inside Host or Match is not followed",
                    hint="put it above the first Host, or copy the lines",
                )
            for included in _included(path, value):
                # Below an included Host, what follows here is for every host again.
                found += [*_lines(included, depth + 1), "Host *"]
            continue
        _check(path, number, key, value)
        found.append(line)
    return found


def _check(path: Path, number: int, key: str, value: str) -> None:
    where = f"{path}:{number}"
    # Quotes and backslashes do not hide the word: the parser would take them away.
    if key == "match" and re.search(r"exec", re.sub(r"[\"'\\]", "", value), re.IGNORECASE):
        raise SettingsError(
            f"{where}: Match exec is refused: it would run a program", hint="use Match host, or Host"
        )
    if key == "match" and (unknown := _unknown_test(value)):
        # paramiko takes a test it does not know for passed.
        raise SettingsError(
            f"{where}: Match {unknown} is not understood here",
            hint="of Match: host, originalhost, user, localuser, all, final, in small letters",
        )
    if key == "canonicalizehostname" and value.strip('"').lower() not in {"no", "false"}:
        raise SettingsError(
            f"{where}: CanonicalizeHostname is not supported: names would be asked of the DNS",
            hint="write full names, or a configuration of its own for linewright (ssh.config)",
        )


def _unknown_test(value: str) -> str:
    """The first test of a Match line that is none we follow; empty when all are."""
    try:
        words = shlex.split(value)
    except ValueError:
        return value
    while words:
        test = words.pop(0).removeprefix("!")
        if test in _TESTS_WITH_VALUE and words:
            words.pop(0)
        elif test not in _TESTS:
            return ascii(test)
    return ""


def _included(path: Path, value: str) -> list[Path]:
    """What an Include names; relative paths count from the folder of the file, as ~/.ssh is for the user's own."""
    names = [name.strip('"') for name in re.findall(r'"[^"]*"|\S+', value)]
    found: list[Path] = []
    for name in names:
        pattern = path.parent / Path(name).expanduser()
        found += [Path(match) for match in sorted(glob.glob(str(pattern)))]  # noqa: PTH207 - absolute patterns too
    return [one for one in found if one.is_file()]


def _text(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MAX_FILE:
            os.close(handle)
            raise SettingsError(f"{path} is no configuration of reasonable size")
        with os.fdopen(handle, "rb") as file:
            if facts.st_mode & 0o022 or facts.st_uid not in {os.geteuid(), 0}:
                raise SettingsError(
                    f"{path} can be written by others, who could lead our logins elsewhere",
                    hint=f"chmod go-w {path}; it must belong to you or root",
                )
            return file.read().decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"ssh.config: {path} cannot be read: {reason}") from None
