"""The keys a login may try: named files first, then those of the SSH agent."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko
from napalm.base.exceptions import ConnectionException
from paramiko.pkey import UnknownKeyType

from linewright.devices.ssh.endpoint import Endpoint


@contextmanager
def keys_for(where: Endpoint) -> Iterator[list[paramiko.PKey]]:
    """The keys to try, in order; the agent's connection lasts as long as the context.

    Raises:
        ConnectionException: a key that was named cannot be used, or the agent does not answer as agents do.
    """
    agent = _agent() if where.agent else None
    try:
        held: list[paramiko.PKey] = list(agent.get_keys()) if agent is not None else []
        named = _named(where, {key.asbytes() for key in held})
        if where.only_named:
            wanted = {key.asbytes() for key in named} | {_public(path) for path in _paths(where)}
            held = [key for key in held if key.asbytes() in wanted]
        known = {key.asbytes() for key in named}
        yield [*named, *(key for key in held if key.asbytes() not in known)]
    finally:
        if agent is not None:
            agent.close()


def _agent() -> paramiko.Agent:
    try:
        return paramiko.Agent()
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise ConnectionException(f"the SSH agent does not answer ({type(error).__name__})") from None


def _paths(where: Endpoint) -> list[str]:
    return [path for path in (where.key_file, *where.more_keys) if path]


def _named(where: Endpoint, held: set[bytes]) -> list[paramiko.PKey]:
    found: list[paramiko.PKey] = []
    for path in _paths(where):
        # As OpenSSH does: a file that is not there is passed over; our own setting must be right.
        if path != where.key_file and not Path(path).expanduser().is_file():
            continue
        if _public(path) in held:
            continue  # the agent has it open
        key = _private(path)
        if where.certificate and not found:
            _certify(key, where.certificate)
        found.append(key)
    return found


def _private(path: str) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(Path(path).expanduser())
    except (paramiko.PasswordRequiredException, TypeError):
        # cryptography says TypeError of a key with a passphrase when none is given.
        raise ConnectionException(
            f"the private key {path} has a passphrase: add it to the SSH agent (ssh-add) and set ssh.agent"
        ) from None
    except (paramiko.SSHException, UnknownKeyType, OSError, ValueError) as error:
        # Not the error's own text: it may quote what stands in the file.
        raise ConnectionException(f"the private key {path} cannot be used ({type(error).__name__})") from None


def _certify(key: paramiko.PKey, path: str) -> None:
    try:
        key.load_certificate(str(Path(path).expanduser()))
    except (paramiko.SSHException, OSError, ValueError) as error:
        raise ConnectionException(f"the certificate {path} cannot be used ({type(error).__name__})") from None


def _public(path: str) -> bytes:
    """The public half beside a private key, as an agent names it; empty when there is none."""
    try:
        return base64.b64decode(Path(f"{path}.pub").expanduser().read_text(encoding="utf-8").split()[1])
    except (OSError, ValueError, IndexError):
        return b""
