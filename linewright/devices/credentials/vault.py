"""Secrets from HashiCorp Vault's KV engine (versions 1 and 2), by the library hvac.

TLS is verified always; http is taken for a Vault agent on loopback only. Redirects are not followed and proxies of the
environment not used: hvac would send the token along. Of Vault's answers nothing is quoted.
"""

import re
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests

from linewright.errors import FacilityError, LinewrightError, NotReached, SecretError, SettingsError
from linewright.model.loopback import is_loopback
from linewright.settings import Vault

_SEGMENT = re.compile(r"[A-Za-z0-9_.:@-]+")
#: What an answer in another shape than Vault's ends in (requests' own error for broken JSON is a ValueError too).
_ODD = (KeyError, TypeError, ValueError)
_HINT = "vault:PATH#FIELD, where PATH counts from vault.mount (docs/secrets.md)"


class VaultSource:
    """Reads fields of secrets. It logs in when the first is asked for; answers are kept in memory by the caller.

    Args:
        vault: the site's settings.
        ca_file: PEM file of the authority that signed Vault's certificate; empty for the system's authorities.
        credential: gives the values of the references by which we log in.
    """

    def __init__(self, vault: Vault, ca_file: str, credential: Callable[[str], str]) -> None:
        self._vault = vault
        self._ca_file = ca_file
        self._credential = credential
        self._client: Any = None

    def __repr__(self) -> str:
        return "VaultSource(...)"

    def value(self, place: str) -> str:
        """The field of PATH#FIELD.

        Raises:
            SettingsError: no usable address is set.
            FacilityError: hvac is not installed.
            SecretError: Vault refuses, or has no such secret or field.
            NotReached: Vault does not answer, or does not prove who it is.
        """
        path, found, field = place.partition("#")
        segments = path.split("/")
        if (
            not found
            or not field
            or not all(_SEGMENT.fullmatch(part) and set(part) != {"."} for part in segments)
        ):
            raise SecretError(f"'vault:{place}' is no reference", hint=_HINT)
        data = self._asked(place, lambda client: self._read(client, path))
        value = data.get(field) if isinstance(data, dict) else None
        if not isinstance(value, str):
            raise SecretError(
                f"Vault at {self._vault.address} has no text under 'vault:{place}'",
                hint=f"is this the path, the field and vault.version ({self._vault.version})?",
            )
        return value

    def _read(self, client: Any, path: str) -> Any:
        kv, mount = client.secrets.kv, self._vault.mount
        if self._vault.version == 1:
            return _inside(kv.v1.read_secret(path, mount_point=mount), "data")
        answer = kv.v2.read_secret_version(path, mount_point=mount, raise_on_deleted_version=True)
        return _inside(answer, "data", "data")

    def _asked(self, place: str, question: Callable[[Any], Any]) -> Any:
        try:
            from hvac import exceptions as refusals  # noqa: PLC0415 - an extra
        except ImportError:
            raise FacilityError(
                f"the secret 'vault:{place}' needs the hvac library", hint="pip install 'linewright[vault]'"
            ) from None
        try:
            if self._client is None:
                self._client = self._logged_in()
            return question(self._client)
        except (refusals.VaultError, requests.exceptions.RequestException, OSError, *_ODD) as error:
            # `from None`: what requests and hvac raise carries request and answer, token and secret.
            raise self._told(error, place) from None

    def _told(self, error: Exception, place: str) -> LinewrightError:
        """What an error of the libraries means; by name, for hvac is imported only when it is used."""
        at, kind = f"Vault at {self._vault.address}", type(error).__name__
        if kind == "InvalidPath":
            return SecretError(
                f"{at} has no secret 'vault:{place}'",
                hint=f"is it deleted? is vault.mount ({self._vault.mount}) right?",
            )
        if kind in {"Forbidden", "Unauthorized", "InvalidRequest"}:
            return SecretError(
                f"{at} refuses 'vault:{place}': the {self._vault.method} is not valid there, or may not read it",
                hint="ask for a policy that reads this path, or renew the login (vault.method in nornir.yaml)",
            )
        if kind in {"VaultDown", "VaultNotInitialized"}:
            return NotReached(f"{at} is sealed or not yet set up", hint="its operators unseal it")
        return self._not_reached(error, at, place)

    def _not_reached(self, error: Exception, at: str, place: str) -> NotReached:
        if isinstance(error, requests.exceptions.SSLError):
            return NotReached(
                f"{at} did not prove who it is; no token was sent",
                hint="set vault.ca_file, the PEM file of the authority that signed its certificate",
            )
        if isinstance(error, requests.exceptions.Timeout):
            return NotReached(f"{at} did not answer within {self._vault.timeout:g} s")
        kind = type(error).__name__
        if isinstance(error, (requests.exceptions.ConnectionError, OSError)) and not isinstance(error, _ODD):
            return NotReached(f"{at} was not reached ({kind})", hint="is vault.address right?")
        return NotReached(f"{at} did not answer as Vault does ({kind}) for 'vault:{place}'")

    def _logged_in(self) -> Any:
        import hvac  # noqa: PLC0415 - an extra

        vault = self._vault
        _check_address(vault.address)
        session = requests.Session()
        session.trust_env = False
        session.verify = self._ca_file or True
        client = hvac.Client(
            url=vault.address,
            token=self._own(vault.token) if vault.method == "token" else "",
            timeout=vault.timeout,
            allow_redirects=False,
            session=session,
            namespace=vault.namespace or None,
        )
        if vault.method == "approle":
            role, secret = self._own(vault.role_id), self._own(vault.secret_id)
            client.auth.approle.login(role, secret, mount_point=vault.approle_mount)
        return client

    def _own(self, reference: str) -> str:
        """The value of a reference by which we log in to Vault itself."""
        if not reference or reference.startswith("vault:"):
            raise SettingsError(
                f"vault.method is {self._vault.method}, and its credential is {reference or 'not named'!r}",
                hint="name it by env:, file:, keyring: or prompt: (docs/secrets.md)",
            )
        value = self._credential(reference).strip()
        if not value.isascii() or not value.isprintable():
            raise SecretError(f"{reference!r} holds what cannot be a credential of Vault")
        return value


def _inside(answer: Any, *names: str) -> Any:
    """What an answer holds under these names, one in the other; anything else than JSON objects is none of Vault's."""
    for name in names:
        if not isinstance(answer, dict):
            raise TypeError
        answer = answer[name]
    return answer


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "http" and is_loopback(parts.hostname or ""):
        return
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        _refuse_address(address if "@" not in address else "the one set")


def _refuse_address(shown: str) -> NoReturn:
    raise SettingsError(
        f"vault.address cannot be used: {shown or 'it is not set'}",
        hint="https://HOST:PORT; http only for a Vault agent on this machine (127.0.0.1)",
    )
