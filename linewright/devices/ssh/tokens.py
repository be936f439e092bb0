"""The tokens of OpenSSH's configuration (ssh_config(5), TOKENS): what a name or address may be to stand in their place."""

import re
import shlex
from collections.abc import Mapping

from linewright.devices.ssh.endpoint import Endpoint
from linewright.errors import DataError, SettingsError

#: Nothing that a shell, a program's options or a path would read otherwise; ":" and "%" are those of IPv6 addresses.
_NAME = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9._:%-]*")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@+-]*")
_TOKEN = re.compile(r"%(.?)", re.DOTALL)


def check_name(name: str, what: str) -> None:
    """Refuse a name that cannot stand in the place of a token.

    Args:
        name: a device's name or address, or a user name.
        what: the line of the configuration it would stand in, for the message.

    Raises:
        DataError: naming it.
    """
    if not _NAME.fullmatch(name):
        raise DataError(
            f"{name!a} cannot stand in {what} of the OpenSSH configuration",
            hint="letters, digits and ._:%- may; write that line for this host without %h and %n",
        )


def command(text: str, where: Endpoint) -> tuple[str, ...]:
    """A ProxyCommand as program and arguments: taken apart first, so that what is put in stays in its word.

    Raises:
        DataError: a name, an address or a user that it wants cannot stand there.
        SettingsError: it cannot be taken apart, or wants a token that is not known.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        raise SettingsError(
            f"ProxyCommand {text!a} of the OpenSSH configuration cannot be taken apart",
            hint="is a quotation mark missing?",
        ) from None
    name = where.name or where.host
    values = {"h": where.host, "n": name, "p": str(where.port), "r": where.username, "%": "%"}
    return tuple(_TOKEN.sub(lambda match: _value(match[1], values), word) for word in words)


def _value(token: str, values: Mapping[str, str]) -> str:
    if token in {"h", "n"}:
        check_name(values[token], "ProxyCommand")
    if token == "r" and not _USER.fullmatch(values[token]):  # noqa: S105 - a token of ssh_config(5), nothing secret
        raise DataError(
            f"user {values[token]!a} cannot stand in ProxyCommand of the OpenSSH configuration",
            hint="letters, digits and ._@+- may",
        )
    if token not in values:
        raise SettingsError(
            f"ProxyCommand of the OpenSSH configuration: %{token} is not known there",
            hint="%h, %n, %p, %r and %% are (ssh_config(5))",
        )
    return values[token]
