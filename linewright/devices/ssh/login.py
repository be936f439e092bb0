"""Logging in over a connection whose host key is verified: by key, by password, with a one-time code."""

import re
from collections.abc import Callable, Sequence

import paramiko

from linewright.devices.credentials.asking import CODE
from linewright.devices.ssh.endpoint import Credential, Endpoint
from linewright.devices.ssh.keys import keys_for

_INTERACTIVE = "keyboard-interactive"
#: A prompt for the password itself; "one-time password" and "passcode" are codes.
_PASSWORD = re.compile(r"^(?!.*(one.?time|otp|token|code))(?=.*pass).*", re.IGNORECASE | re.DOTALL)


def log_in(transport: paramiko.Transport, where: Endpoint, password: str, credential: Credential) -> None:
    """Log in, trying keys before the password. A one-time code is asked for only when a login comes to need it.

    Raises:
        paramiko.AuthenticationException: refused; its text says what was tried.
        NotGiven, SecretError: no code was typed.
    """
    transport.auth_timeout = where.timeout
    tried: list[str] = []
    with keys_for(where) as keys:
        allowed = _by_key(transport, where, keys, tried)
    if transport.is_authenticated():
        return
    if not (tried or where.codes or password):
        raise paramiko.AuthenticationException("there is no key, no key in an agent and no password")
    try:
        if where.codes:
            code = credential(f"{CODE}{where.username} on {where.title}")
            tried.append("a one-time code")
            _with_code(transport, where, password, code, allowed)
        elif password:
            tried.append("the password")
            transport.auth_password(where.username, password)
    except paramiko.AuthenticationException as error:
        raise _refused(transport, tried, str(error)) from None
    if not transport.is_authenticated():
        why = "the server asks for another proof beside the key" if allowed else "none was accepted"
        raise _refused(transport, tried, why)


def _by_key(
    transport: paramiko.Transport, where: Endpoint, keys: Sequence[paramiko.PKey], tried: list[str]
) -> list[str]:
    """Try keys; what the server wants beside one that it took (RFC 4252 section 5.1), else an empty list."""
    for number, key in enumerate(keys, start=1):
        tried[:] = [f"{number} key{'s' * (number > 1)}"]
        try:
            return transport.auth_publickey(where.username, key)
        except paramiko.BadAuthenticationType:
            return []
        except paramiko.AuthenticationException as error:
            if not transport.is_active():
                raise _refused(transport, tried, str(error)) from None
        except paramiko.SSHException:
            if not transport.is_active():
                raise
            # The agent would not sign with this one: locked, or its owner said no.
    return []


def _with_code(
    transport: paramiko.Transport, where: Endpoint, password: str, code: str, allowed: list[str]
) -> None:
    """Password and code in the one way the server takes: together, or one after the other."""
    if where.codes == "appended":
        transport.auth_password(where.username, password + code)
        return
    answers = _answering(password, code)
    if allowed and _INTERACTIVE not in allowed:
        raise paramiko.AuthenticationException("a one-time code is not asked for after the key")
    try:
        transport.auth_interactive(where.username, answers)
    except paramiko.BadAuthenticationType as error:
        if not password or "password" not in error.allowed_types:
            raise
        if _INTERACTIVE in transport.auth_password(where.username, password, fallback=False):
            transport.auth_interactive(where.username, answers)


def _answering(password: str, code: str) -> Callable[[str, str, list[tuple[str, bool]]], list[str]]:
    """What answers a server's questions (RFC 4256): password and code once each, then nothing.

    paramiko calls it from its own thread: it must not raise and must not wait for a person.
    """
    given = {"password": password, "code": code}

    def answer(_title: str, _instructions: str, questions: list[tuple[str, bool]]) -> list[str]:
        return [
            given.pop("password", "")
            if _PASSWORD.match(text) and given.get("password")
            else given.pop("code", "")
            for text, _echo in questions
        ]

    return answer


def _refused(transport: paramiko.Transport, tried: list[str], why: str) -> paramiko.AuthenticationException:
    said = f"{why.rstrip('.')}; tried {', '.join(tried)}" if tried else why
    if not transport.is_active():
        said = f"the server closed the connection during the login; tried {', '.join(tried) or 'nothing'}"
    return paramiko.AuthenticationException(said)
