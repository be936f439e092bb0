"""Secrets from the desktop's keyring (Secret Service, KWallet, macOS, Windows), by the library keyring."""

from linewright.errors import FacilityError, SecretError


def keyring_value(place: str) -> str:
    """The password of SERVICE/USER; the user is what follows the last slash.

    Raises:
        FacilityError: the library is not installed.
        SecretError: no keyring is to be had, it is locked, or it has no such password.
    """
    try:
        import keyring  # noqa: PLC0415 - an extra
        from keyring.errors import KeyringError  # noqa: PLC0415 - as above
    except ImportError:
        raise FacilityError(
            f"the secret 'keyring:{place}' needs the keyring library",
            hint="pip install 'linewright[keyring]'",
        ) from None
    service, _, user = place.rpartition("/")
    if not service or not user:
        raise SecretError(f"'keyring:{place}' is no reference", hint="keyring:SERVICE/USER")
    try:
        value = keyring.get_password(service, user)
    except KeyringError as error:
        raise SecretError(
            f"the keyring does not give the secret 'keyring:{place}' ({type(error).__name__})",
            hint="unlock it, or name another source (docs/secrets.md)",
        ) from None
    if value is None:
        raise SecretError(
            f"the keyring has no secret 'keyring:{place}'", hint=f"put it there: keyring set {service} {user}"
        )
    return value
