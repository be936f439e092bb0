"""The site's key and secret values: read when needed, kept in memory, never handed to anything that writes.

A reference is a plain name such as "bgp/hq-r1", looked up in the environment first (LINEWRIGHT_SECRET_BGP_HQ_R1), then
in the values file, a YAML mapping of reference to value; or it names its source: env:NAME, file:PATH,
keyring:SERVICE/USER, vault:PATH#FIELD, prompt:LABEL. Key, values file and files of secrets must belong to the one who
runs linewright and be readable by nobody else, as OpenSSH demands of its keys.

Settings may name any source. What comes from templates and NetBox may name only plain names and the beginnings listed
in secrets.allowed, and never what the settings themselves name: else whoever edits NetBox could have any file of the
runner's, or the password it logs in with, sent to a device as a password.
"""

import os
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import yaml

from linewright import children, log
from linewright.devices.credentials.asking import CODE, Ask, Asked, nobody
from linewright.devices.credentials.keyrings import keyring_value
from linewright.devices.credentials.private import file_value, private_text
from linewright.devices.credentials.vault import VaultSource
from linewright.errors import SecretError
from linewright.files import write_whole
from linewright.settings import Settings, Vault

_KEY_BYTES = 32
_SOURCES = ("env", "file", "keyring", "vault", "prompt")


#: Tokens as NetBox gives them (nbt_..., 40 hex digits), and other long words of letters in both cases and digits.
_LIKE_A_VALUE = re.compile(r"nbt_\S+|[0-9a-f]{32,}|(?=\S*[A-Z])(?=\S*[a-z])(?=\S*\d)[^\s/]{20,}", re.ASCII)


class SecretStore:
    """Where references become values. Its text form says nothing; it may be asked from many threads.

    Args:
        key_file: the site's key.
        values_file: values of plain names.
        environment: where variables are looked up.
        ask: how a person is asked.
        vault: the site's Vault; `folder` is what relative paths count from.
        allowed: beginnings of references with a source that `reveal` takes.
        own: references that the settings name, each with the setting; `reveal` refuses them.
        folder: the site's folder.
    """

    def __init__(
        self,
        key_file: Path,
        values_file: Path,
        environment: Mapping[str, str] = os.environ,
        *,
        ask: Ask = nobody,
        vault: Vault | None = None,
        allowed: tuple[str, ...] = (),
        own: Mapping[str, str] = MappingProxyType({}),
        folder: Path = Path(),
    ) -> None:
        self._key_file = key_file
        self._values_file = values_file
        self._environment = environment
        self._allowed = allowed
        self._folder = folder
        files = {f"file:{key_file}": "secrets.key_file", f"file:{values_file}": "secrets.values_file"}
        self._own = {self._meant(reference): setting for reference, setting in (files | dict(own)).items()}
        self._asked = Asked(ask)
        vault = vault or Vault()
        ca_file = str(folder / Path(vault.ca_file).expanduser()) if vault.ca_file else ""
        self._vault = VaultSource(vault, ca_file, self.credential)
        self._key: bytes | None = None
        self._values: dict[str, str] | None = None
        self._fetched: dict[str, str] = {}
        # Entered again when Vault's own credential lies in the keyring.
        self._fetching = threading.RLock()

    def __repr__(self) -> str:
        return "SecretStore(...)"

    @property
    def key(self) -> bytes:
        """The site's key, under which tokens are made (32 bytes, kept in its file as 64 hex digits).

        Raises:
            SecretError: there is none, or others may read it.
        """
        if self._key is None:
            text = private_text(self._key_file, "the site's key").strip()
            log.conceal(text)
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
        """The value of a reference that data named: a template, NetBox, a plan.

        Raises:
            SecretError: nobody knows it, or data may not name it.
        """
        self.check_named_by_data(reference)
        return self.credential(reference)

    def check_named_by_data(self, reference: str) -> None:
        """Whether data may name it, whatever it is worth.

        Raises:
            SecretError: it is one of our own credentials, or names a source that data may not name.
        """
        if (setting := self._own.get(self._meant(reference))) is not None:
            raise SecretError(
                f"the secret {reference!r} is linewright's own ({setting}), so data may not have it sent anywhere",
                hint="give what devices are to hold a value and a name of its own",
            )
        source, _, place = reference.partition(":")
        if source in (*_SOURCES, CODE.rstrip(":")) and place:
            climbs = ".." in place.split("/")
            if climbs or not any(
                beginning and reference.startswith(beginning) for beginning in self._allowed
            ):
                raise SecretError(
                    f"the secret {reference!r} names its source, which data may not do here",
                    hint="give it a plain name, or list the reference's beginning in secrets.allowed",
                )

    def credential(self, reference: str) -> str:
        """The value of a reference that the site's own settings named: how we log in. From now on the log masks it.

        Raises:
            SecretError: nobody knows it; NotGiven when the person who was asked gives none.
            FacilityError, NotReached: a library is missing; Vault does not answer.
        """
        source, _, place = reference.partition(":")
        sources: dict[str, Callable[[str], str]] = {
            "env": self._variable,
            "file": lambda path: self._once(
                reference, lambda: file_value(self._folder / Path(path).expanduser())
            ),
            "keyring": lambda place: self._once(reference, lambda: keyring_value(place)),
            "vault": lambda place: self._once(reference, lambda: self._vault.value(place)),
            "prompt": self._asked.once,
            "code": self._asked.code,
        }
        value = sources[source](place) if source in sources and place else self._named(reference)
        log.conceal(value)
        return value

    def _once(self, reference: str, fetch: Callable[[], str]) -> str:
        with self._fetching:
            if reference not in self._fetched:
                self._fetched[reference] = fetch()
            return self._fetched[reference]

    def _variable(self, name: str) -> str:
        try:
            return self._environment[name]
        except KeyError:
            raise SecretError(
                f"no value for the secret 'env:{name}'", hint=f"set the variable {name}"
            ) from None

    def _meant(self, reference: str) -> tuple[str, str]:
        """Where a reference leads: the same for all its spellings."""
        source, _, place = reference.partition(":")
        if source not in _SOURCES or not place:
            return "env", _variable_of(reference)
        if source == "file":
            with suppress(OSError, ValueError, RuntimeError):  # no path at all; reading it says so
                return source, str((self._folder / Path(place).expanduser()).resolve())
        return source, place

    def _named(self, reference: str) -> str:
        variable = _variable_of(reference)
        if (value := self._environment.get(variable)) is not None:
            return value
        if _LIKE_A_VALUE.fullmatch(reference):
            # Somebody set the secret where its name belongs: it must not be told on.
            log.conceal(reference)
            setting = self._own.get(self._meant(reference), "a reference to a secret")
            raise SecretError(
                f"{setting} holds what looks like the secret itself; it should hold its name",
                hint=f"name it, such as netbox/token, and put the value into {self._values_file} "
                "or LINEWRIGHT_SECRET_NETBOX_TOKEN",
            )
        if self._values is None:
            self._values = _values(self._values_file)
        try:
            return self._values[reference]
        except KeyError:
            others = f"; sources are {', '.join(_SOURCES)}" if ":" in reference else ""
            raise SecretError(
                f"no value for the secret {reference!r}",
                hint=f"put it into {self._values_file} or set {variable}{others}",
            ) from None


def secret_store(settings: Settings, ask: Ask = nobody) -> SecretStore:
    """The store of a site; `ask` is how a person is asked for what is not kept anywhere."""
    where = settings.secrets
    own = own_references(settings)
    children.withhold(name for source, _, name in (one.partition(":") for one in own) if source == "env")
    return SecretStore(
        settings.path(where.key_file),
        settings.path(where.values_file),
        ask=ask,
        vault=settings.vault,
        allowed=where.allowed,
        own=own,
        folder=settings.path(""),
    )


def own_references(settings: Settings) -> dict[str, str]:
    """What the site's settings name for linewright's own use: reference -> setting. Files of keys count as references."""
    named = {"netbox.token": settings.netbox.token, "backup.identity": _file(settings.backup.identity)}
    named |= {"journal.password": settings.journal.password, "journal.key": _file(settings.journal.key)}
    for field in ("token", "role_id", "secret_id"):
        named[f"vault.{field}"] = getattr(settings.vault, field)
    for section, logins in (("login", settings.login), ("jumps", settings.jumps)):
        for name, one in logins.items():
            named[f"{section}.{name}.password"] = one.password
            named[f"{section}.{name}.key_file"] = _file(one.key_file)
    return {reference: setting for setting, reference in named.items() if reference}


def _file(path: str) -> str:
    return f"file:{path}" if path else ""


def _variable_of(reference: str) -> str:
    return "LINEWRIGHT_SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", reference).upper()


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
        document = yaml.safe_load(private_text(path, "the secret values"))
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
