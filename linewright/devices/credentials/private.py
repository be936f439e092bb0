"""A file that must be its owner's alone, as OpenSSH demands of private keys."""

import os
import stat
from pathlib import Path

from linewright.errors import SecretError

_MAX_FILE = 1 << 20


def private_text(path: Path, what: str) -> str:
    """The text of a private file.

    Raises:
        SecretError: it is missing, not UTF-8, over 1 MiB, no plain file, another user's, or others can read it.
    """
    try:
        # Not blocking: a FIFO in its place must not keep us waiting for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SecretError(
            f"{path} ({what}) is not there", hint="docs/secrets.md shows how to make it"
        ) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name holds a null byte"
        raise SecretError(f"{path} ({what}) cannot be read: {reason}") from None
    facts = os.fstat(handle)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MAX_FILE:
        os.close(handle)
        raise SecretError(f"{path} ({what}) is not a file of reasonable size")
    with os.fdopen(handle, "rb") as file:
        if facts.st_mode & 0o077:
            raise SecretError(f"{path} ({what}) can be read by others", hint=f"chmod 600 {path}")
        if facts.st_uid not in (os.geteuid(), 0):
            raise SecretError(f"{path} ({what}) belongs to another user")
        try:
            return file.read().decode()
        except UnicodeDecodeError:
            raise SecretError(f"{path} ({what}) is not UTF-8 text") from None


def file_value(path: Path) -> str:
    """The value a private file holds: its text without the line end that editors leave.

    Raises:
        SecretError: as private_text.
    """
    return private_text(path, "a secret").removesuffix("\n").removesuffix("\r")
