"""The services of a device's own management as people keep them in NetBox's config context, typed.

All of it stands under one key, `services`, because words such as `ntp` at the top are taken by many a NetBox already
(docs/config-context.md shows an example of each). Unknown keys inside are refused with device and place. Every secret
is a reference (docs/secrets.md); `{device}` in one stands for the device's name.
"""

import re
from typing import Annotated, Literal

import msgspec

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.routing import AccessClass, Part

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
#: 0 stands for the platform's default.
Seconds = Annotated[int, msgspec.Meta(ge=0, le=1000)]
#: The name of something that the device's own configuration defines or is told to define.
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$")]
#: RFC 5424 section 6.2.1, as words.
Severity = Literal[
    "emergencies",
    "alerts",
    "critical",
    "errors",
    "warnings",
    "notifications",
    "informational",
    "debugging",
]
#: USM security levels (RFC 3411 section 3.4.3).
Level = Literal["noauth", "auth", "priv"]

#: SNMP engine ids (RFC 3411 section 5): 5 to 32 octets.
_ENGINE = re.compile(r"(?:[0-9a-f]{2}){5,32}")
_ENTERPRISE = 0x80000000 | 30065  # Arista's number; the first bit says that the rest follows RFC 3411
_TEXT = 4  # "administratively assigned text", at most 27 octets


class NtpServer(Part, frozen=True):
    """A time server (RFC 5905); `key` is the number of a key below, 0 for none."""

    address: str
    vrf: str = ""
    prefer: bool = False
    iburst: bool = False
    key: int = 0


class NtpKey(Part, frozen=True):
    """A symmetric key. `secret` is a reference."""

    id: Annotated[int, msgspec.Meta(ge=1, le=65534)]
    secret: str
    algorithm: Literal["md5", "sha1"] = "sha1"


class Ntp(Part, frozen=True):
    """Network time. With keys, only servers that prove themselves are believed. `source` is an interface."""

    servers: tuple[NtpServer, ...] = ()
    keys: tuple[NtpKey, ...] = ()
    source: str = ""


class SyslogHost(Part, frozen=True):
    """A log collector (RFC 5426 over UDP, RFC 6587 over TCP)."""

    address: str
    vrf: str = ""
    port: Port = 514
    protocol: Literal["udp", "tcp"] = "udp"


class Syslog(Part, frozen=True):
    """Logging. `level` is the least severe that is sent; `buffered` how many messages are kept, 0 the default."""

    hosts: tuple[SyslogHost, ...] = ()
    level: Severity | Literal[""] = ""
    buffered: Annotated[int, msgspec.Meta(ge=0, le=2147483647)] = 0
    source: str = ""


class SnmpView(Part, frozen=True):
    """A part of the object tree (RFC 3415): object identifiers or names."""

    name: Name
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class SnmpGroup(Part, frozen=True):
    """What users may see, at which security level at least; the others are names of views."""

    name: Name
    level: Level = "priv"
    read: str = ""
    write: str = ""
    notify: str = ""


class SnmpUser(Part, frozen=True):
    """A user (RFC 3414). `auth_key` and `priv_key` are references; both or none, and none only below level auth."""

    name: Name
    group: str
    auth: Literal["", "md5", "sha", "sha224", "sha256", "sha384", "sha512"] = ""
    auth_key: str = ""
    priv: Literal["", "des", "aes", "aes192", "aes256"] = ""
    priv_key: str = ""


class SnmpHost(Part, frozen=True):
    """Who gets notifications, as which user."""

    address: str
    user: str
    vrf: str = ""
    level: Level = "priv"
    kind: Literal["traps", "informs"] = "traps"
    port: Port = 162


class Snmp(Part, frozen=True):
    """SNMPv3. Communities (v1, v2c) are not in the schema on purpose.

    `engine_id` is hexadecimal (RFC 3411), or "name" for one made of the device's name, or empty where the device's own
    is left alone. `access` says who may ask.
    """

    contact: str = ""
    location: str = ""
    engine_id: str = ""
    source: str = ""
    views: tuple[SnmpView, ...] = ()
    groups: tuple[SnmpGroup, ...] = ()
    users: tuple[SnmpUser, ...] = ()
    hosts: tuple[SnmpHost, ...] = ()
    traps: bool = False
    access: AccessClass | None = None


class AaaServer(Part, frozen=True):
    """A server; `key` is a secret reference; `port` 0 and `timeout` 0 (seconds) are the defaults.

    `port` is TACACS+'s TCP port or RADIUS's authentication port; `accounting_port` is RADIUS's alone.
    """

    address: str
    key: str
    vrf: str = ""
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    accounting_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    timeout: Seconds = 0


class AaaGroup(Part, frozen=True):
    """Servers that are asked one after the other; the order is the list's."""

    name: Name
    kind: Literal["tacacs+", "radius"]
    servers: tuple[str, ...]


#: "local", "none", or the name of a group below; asked in this order.
Methods = tuple[str, ...]


class Aaa(Part, frozen=True):
    """Who may log in and what they may do. Lists of methods; () leaves the platform's default.

    `login`, `enable`: authentication. `exec`, `commands`: authorization of a shell, of each command. The accounting
    ones are told about both, at start and stop. `console`: the login method of the console, for the day the servers
    are away.
    """

    tacacs: tuple[AaaServer, ...] = ()
    radius: tuple[AaaServer, ...] = ()
    groups: tuple[AaaGroup, ...] = ()
    login: Methods = ()
    console: Methods = ()
    enable: Methods = ()
    exec: Methods = ()
    commands: Methods = ()
    accounting_exec: Methods = ()
    accounting_commands: Methods = ()


class LocalUser(Part, frozen=True):
    """An account on the device. `secret` refers to the password's hash as the platform prints it."""

    name: Name
    secret: str
    privilege: Annotated[int, msgspec.Meta(ge=0, le=15)] = 1
    role: str = ""


class Services(Part, frozen=True):
    """All of it for one device."""

    ntp: Ntp | None = None
    syslog: Syslog | None = None
    snmp: Snmp | None = None
    aaa: Aaa | None = None
    users: tuple[LocalUser, ...] = ()
    login_banner: str = ""
    lacp: Literal["active", "passive", "on"] = "active"


def services(device: Device) -> Services:
    """The services in a device's config context.

    Raises:
        DataError: a key is unknown, missing or of the wrong type; the message names device and place.
    """
    try:
        return msgspec.convert(device.context.get("services", {}), Services)
    except msgspec.ValidationError as error:
        raise DataError(
            f"device {device.name}: config context: services: {error}",
            hint="docs/config-context.md shows every key; the place is given as $.ntp.servers[0].address",
        ) from None


def engine_id(device: Device, snmp: Snmp) -> str:
    """The engine id a device is told to have, in lower-case hexadecimal; "" where its own is left alone.

    Raises:
        ValueError: it is no engine id, or the device's name is too long to make one of.
    """
    if not snmp.engine_id:
        return ""
    if snmp.engine_id != "name":
        found = snmp.engine_id.lower().removeprefix("0x")
        if _ENGINE.fullmatch(found) is None:
            raise ValueError(f"snmp.engine_id {snmp.engine_id!a:.80} is not 5 to 32 octets in hexadecimal")
        return found
    text = device.name.encode()
    if len(text) > 27:
        raise ValueError("snmp.engine_id cannot be made of the device's name: it has more than 27 octets")
    return f"{_ENTERPRISE:08x}{_TEXT:02x}{text.hex()}"
