"""Enrolled identities of devices: SSH host keys and TLS certificates.

A device's identity is enrolled once, by a person who compares fingerprints, under the device's name (not its address:
an edited address must not bring an edited identity). Nothing here sends a credential. Host keys lie in `known_hosts`
in OpenSSH's own format, one line for one server (devices.ssh.enrolment says under which word), certificates in
`tls.json` as {device: SHA-256 of the DER certificate}.
"""

import base64
import hashlib
import socket
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec
import paramiko
from napalm.base.exceptions import ConnectionException

from linewright.devices.connect import endpoint_of
from linewright.devices.ssh.dial import shown_key
from linewright.devices.ssh.endpoint import Credential, Endpoint
from linewright.devices.ssh.enrolment import marker, name_of, word
from linewright.devices.target import Target
from linewright.errors import DataError, DeviceError, SecretError
from linewright.files import write_whole
from linewright.model.objects import Record
from linewright.platforms import rules

State = Literal["new", "enrolled", "changed"]
#: A device's host key, a device's certificate, or the host key of a jump host.
Kind = Literal["ssh", "tls", "jump"]


class Identity(Record, frozen=True):
    """What a server showed of itself. `key` is "type base64" of a host key, or the certificate's SHA-256 in hex.

    `device` is the name of the device, or of the jump host (kind "jump"), which is none of them.
    """

    device: str
    kind: Kind
    key: str

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen and openssl print it: SHA256:... for a host key, colon-separated hex for a certificate."""
        if self.kind != "tls":
            blob = base64.b64decode(self.key.split()[1])
            return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
        return ":".join(self.key[i : i + 2] for i in range(0, len(self.key), 2)).upper()


def _nobody(reference: str) -> str:
    raise SecretError(f"there is no one to ask for {reference}")


def scan(target: Target, credential: Credential = _nobody) -> Identity:
    """The identity a device shows now. Nothing is sent to it; jump hosts on the way are verified and logged into.

    Raises:
        DeviceError: it does not answer as SSH or TLS server, or a jump host refuses the login.
        Impostor: a jump host shows another key than the enrolled one.
    """
    if rules(target.platform).transport == "ssh":
        return scan_ssh(target.device, endpoint_of(target), credential)
    try:
        with socket.create_connection((target.host, target.port), timeout=target.timeout) as connection:
            return Identity(device=target.device, kind="tls", key=_certificate(connection))
    except OSError as error:
        raise _shows_none(f"{target.device} ({target.host} port {target.port})", error) from None


def scan_ssh(name: str, where: Endpoint, credential: Credential = _nobody) -> Identity:
    """The host key an SSH server shows now: a device, or a jump host under its own name.

    Raises:
        DeviceError, Impostor: as scan.
    """
    try:
        key = shown_key(where, credential)
    except (OSError, paramiko.SSHException, EOFError, ConnectionException) as error:
        raise _shows_none(f"{name} ({where.where})", error) from None
    return Identity(
        device=name, kind="jump" if where.jump else "ssh", key=f"{key.get_name()} {key.get_base64()}"
    )


def _shows_none(what: str, error: Exception) -> DeviceError:
    return DeviceError(
        f"{what} shows no identity: {str(error) or type(error).__name__}",
        hint="is it up, and is this its address?",
    )


class Trust:
    """The enrolled identities of a site."""

    def __init__(self, folder: Path) -> None:
        self._known_hosts = folder / "known_hosts"
        self._pins = folder / "tls.json"

    def enrolled(self) -> tuple[Identity, ...]:
        """All enrolled identities, by device name.

        Raises:
            DataError: a file is not what this linewright writes.
        """
        hosts = [Identity(device=name, kind=kind, key=key) for (name, kind), key in self._hosts().items()]
        pins = [Identity(device=name, kind="tls", key=pin) for name, pin in self._certificates().items()]
        return tuple(sorted((*hosts, *pins), key=lambda i: (i.device, i.kind)))

    def state(self, seen: Identity) -> State:
        """How an identity that was seen compares with the enrolled one."""
        known = next((i for i in self.enrolled() if (i.device, i.kind) == (seen.device, seen.kind)), None)
        if known is None:
            return "new"
        return "enrolled" if known.key == seen.key else "changed"

    def accept(self, *identities: Identity) -> None:
        """Enrol identities, each in the place of an older one of the same device and kind.

        Raises:
            DataError: two names differ in small and capital letters only, which OpenSSH takes for one; nothing is written.
        """
        hosts, by_hand = self._hosts(), self._by_hand()
        pins = self._certificates()
        hosts |= {(i.device, i.kind): i.key for i in identities if i.kind != "tls"}
        pins |= {i.device: i.key for i in identities if i.kind == "tls"}
        if hosts:
            keys = {word(name, jump=kind == "jump"): key for (name, kind), key in hosts.items()}
            _check_letters(keys)
            lines = "".join(f"{written} {key}\n" for written, key in sorted(keys.items()))
            write_whole(self._known_hosts, (by_hand + lines).encode())
        if pins:
            write_whole(
                self._pins, msgspec.json.format(msgspec.json.encode(pins, order="sorted"), indent=1) + b"\n"
            )

    def _hosts(self) -> dict[tuple[str, Kind], str]:
        found: dict[tuple[str, Kind], str] = {}
        for number, line in enumerate(_text(self._known_hosts).split("\n"), start=1):
            if _is_by_hand(line):
                continue
            written, *key = line.split()
            if not _is_host_key(key):
                raise DataError(f"{self._known_hosts}:{number}: not a line of a known_hosts file")
            if (named := name_of(written)) is None:
                raise DataError(
                    f"{self._known_hosts}:{number}: {written!a} is not the name of one device",
                    hint="a line of its own for each device, under its name alone: remove it, then lw trust accept",
                )
            name, jump = named
            found[name, "jump" if jump else "ssh"] = " ".join(key[:2])
        return found

    def _by_hand(self) -> str:
        """What a person wrote into the file beside enrolled keys: comments and revoked keys."""
        lines = _text(self._known_hosts).split("\n")
        return "".join(f"{line}\n" for line in lines if line.strip() and _is_by_hand(line))

    def _certificates(self) -> dict[str, str]:
        text = _text(self._pins)
        try:
            return msgspec.json.decode(text, type=dict[str, str]) if text else {}
        except msgspec.MsgspecError as error:
            raise DataError(f"{self._pins}: not a record of certificates: {error}") from None


def _is_by_hand(line: str) -> bool:
    """A comment, a blank line, or one with a marker such as @revoked (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT)."""
    return not line.strip() or bool(marker(line))


def _check_letters(words: Iterable[str]) -> None:
    """OpenSSH compares in small letters (match.c), and so do the playbooks that use it."""
    seen: dict[str, str] = {}
    for one in words:
        other = seen.setdefault(one.lower(), one)
        if other != one:
            raise DataError(
                f"{one}: {other} is enrolled, a name that differs in small and capital letters only",
                hint="OpenSSH takes both for one: give one of them another name",
            )


def _is_host_key(words: list[str]) -> bool:
    try:
        return len(words) >= 2 and bool(base64.b64decode(words[1], validate=True))
    except ValueError:
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}") from None


def _certificate(connection: socket.socket) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is sent: we only look at what is shown
    with context.wrap_socket(connection) as wrapped:
        der = wrapped.getpeercert(binary_form=True)
    if der is None:
        raise OSError("no certificate was shown")
    return hashlib.sha256(der).hexdigest()
