"""Host keys: what is enrolled, and whether a server shows it. Nothing is sent to a server before."""

import base64
import hashlib
from pathlib import Path

import paramiko
from napalm.base.exceptions import ConnectionException
from paramiko.hostkeys import HostKeyEntry, InvalidHostKey

from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.ssh.enrolment import marker
from linewright.errors import Impostor


def fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH shows it: "SHA256:" and the unpadded base64 of the key's SHA-256."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")


def enrolled(path: str, word: str, *, alone: bool = True) -> tuple[dict[str, paramiko.PKey], set[bytes]]:
    """The keys enrolled under a word by type, and every revoked key of the file (sshd(8), SSH_KNOWN_HOSTS FORMAT).

    `alone`: as a site's file has it, a line is for one word. Without it, lists, patterns and hashed names count as well.
    """
    file = Path(path).expanduser()
    if not file.is_file():
        return {}, set()
    text = file.read_text(encoding="utf-8", errors="replace")
    lines = text.split("\n")
    revoked = {_blob(line) for line in lines if marker(line) == "@revoked"}
    store = paramiko.HostKeys()
    for line in lines:
        # paramiko takes the marker of a marked line for a host name, and its type for a key.
        if not line.strip() or marker(line) or (alone and line.split()[0] != word):
            continue
        try:
            entry = HostKeyEntry.from_line(line)
        except InvalidHostKey:
            raise ConnectionException(f"{file} holds a host key that cannot be read") from None
        if entry is not None:
            for host in entry.hostnames:
                store.add(host, entry.key.get_name(), entry.key)
    keys = store.lookup(word)
    return (dict(keys) if keys else {}), revoked - {b""}


def prefer(transport: paramiko.Transport, keys: dict[str, paramiko.PKey]) -> None:
    """Ask the server for a host key of an enrolled type first: it may have several, and one is enrolled."""
    options = transport.get_security_options()
    options.key_types = sorted(
        options.key_types, key=lambda kind: not any(_same_kind(kind, name) for name in keys)
    )


def verify(
    where: Endpoint, shown: paramiko.PKey, keys: dict[str, paramiko.PKey], revoked: set[bytes]
) -> None:
    """Refuse a server that does not show an enrolled key.

    Raises:
        Impostor: naming it; no user name or credential was sent.
    """
    name = f"jump host {where.title} ({where.host})" if where.jump else where.title
    seen = f"{shown.get_name()} {fingerprint(shown)}"
    hint = (
        f"nothing was sent; compare the key on the router's console, then enrol it (file {where.known_hosts})"
    )
    if where.jump:
        hint = f"nothing was sent; compare the key on its own console, then enrol it: lw trust accept --jump {where.title}"
    if shown.asbytes() in revoked:
        raise Impostor(f"{name}: the host key {seen} is marked as revoked", hint=hint)
    if any(shown == key for key in keys.values()):
        return
    if not keys:
        raise Impostor(f"{name}: the host key {seen} is unknown, none is enrolled under this name", hint=hint)
    known = ", ".join(f"{kind} {fingerprint(key)}" for kind, key in sorted(keys.items()))
    raise Impostor(f"{name}: the host key {seen} is not the enrolled one ({known})", hint=hint)


def _blob(line: str) -> bytes:
    try:
        return base64.b64decode(line.split()[3], validate=True)
    except (IndexError, ValueError):
        return b""


def _same_kind(algorithm: str, key_type: str) -> bool:
    # An RSA key signs by three algorithms (RFC 8332); known_hosts knows only the key's type.
    return algorithm == key_type or (key_type == "ssh-rsa" and algorithm.startswith("rsa-sha2-"))
