"""The site's key and secret values: read when needed, kept in memory, never handed to anything that writes.

A reference such as "bgp/hq-r1" is looked up in the environment first (LINEWRIGHT_SECRET_BGP_HQ_R1), then in the values
file, a YAML mapping of reference to value. Key and values file must belong to the one who runs linewright and be
readable by nobody else, as OpenSSH demands of its keys.
"""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

import yaml

from linewright.errors import SecretError
from linewright.files import write_whole

_KEY_BYTES = 32
_MAX_FILE = 1 << 20


class SecretStore:
    """Where references become values. Its text form says nothing."""

    def __init__(
        self, key_file: Path, values_file: Path, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._key_file = key_file
        self._values_file = values_file
        self._environment = environment
        self._key: bytes | None = None
        self._values: dict[str, str] | None = None

    def __repr__(self) -> str:
        return "SecretStore(...)"

    @property
    def key(self) -> bytes:
        """The site's key, under which tokens are made (32 bytes, kept in its file as 64 hex digits).

        Raises:
            SecretError: there is none, or others may read it.
        """
        if self._key is None:
            text = _private_text(self._key_file, "the site's key").strip()
            try:
                self._key = bytes.fromhex(text)
            except ValueError:
                self._key = b""
            if len(self._key) != _KEY_BYTES:
                self._key = None
                raise SecretError(
                    f"{self._key_file}: not a site key", hint="it holds 64 hex digits and nothing else"
                )
        return self._key

    def reveal(self, reference: str) -> str:
        """The value of a reference.

        Raises:
            SecretError: nobody knows it.
        """
        variable = "LINEWRIGHT_SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", reference).upper()
        if (value := self._environment.get(variable)) is not None:
            return value
        if self._values is None:
            self._values = _values(self._values_file)
        try:
            return self._values[reference]
        except KeyError:
            raise SecretError(
                f"no value for the secret {reference!r}",
                hint=f"put it into {self._values_file} or set {variable}",
            ) from None


def make_key(path: Path) -> None:
    """Make a site key where there is none.

    Raises:
        FacilityError: the file cannot be written.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(path, secrets.token_hex(_KEY_BYTES).encode() + b"\n", mode=0o600)


def add_values(path: Path, values: Mapping[str, str]) -> None:
    """Lay values over those in a values file, which is made with mode 0600 if there is none.

    Raises:
        SecretError: the file is there and not private.
        FacilityError: the file cannot be written.
    """
    known = _values(path) if path.exists() else {}
    write_whole(path, yaml.safe_dump(known | dict(values), sort_keys=True).encode(), mode=0o600)


def _values(path: Path) -> dict[str, str]:
    try:
        document = yaml.safe_load(_private_text(path, "the secret values"))
    except yaml.YAMLError:
        # The parser's own message would quote the line, secret and all.
        raise SecretError(f"{path}: not YAML", hint="one line per secret, reference: value") from None
    if document is None:
        return {}
    if not isinstance(document, dict) or not all(
        isinstance(k, str) and isinstance(v, str) for k, v in document.items()
    ):
        raise SecretError(
            f"{path}: must map references to texts", hint="put values that look like numbers in quotes"
        )
    return document


def _private_text(path: Path, what: str) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SecretError(
            f"{path} ({what}) is not there", hint="docs/secrets.md shows how to make it"
        ) from None
    except OSError as error:
        raise SecretError(f"{path} ({what}) cannot be read: {error.strerror}") from None
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > _MAX_FILE:
            raise SecretError(f"{path} ({what}) is not a file of reasonable size")
        if facts.st_mode & 0o077:
            raise SecretError(f"{path} ({what}) can be read by others", hint=f"chmod 600 {path}")
        if facts.st_uid not in (os.geteuid(), 0):
            raise SecretError(f"{path} ({what}) belongs to another user")
        try:
            return file.read().decode()
        except UnicodeDecodeError:
            raise SecretError(f"{path} ({what}) is not UTF-8 text") from None
