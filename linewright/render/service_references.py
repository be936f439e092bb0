"""Names in a device's services that lead nowhere, and contradictions: refused before a template sees them."""

from collections.abc import Iterator, Sequence

from linewright.errors import DataError
from linewright.model.objects import Device
from linewright.model.services import Aaa, Ntp, Services, Snmp, engine_id


def check_services(device: Device, found: Services) -> None:
    """Refuse an interface, key, view, group, user, server or method that is named but not there.

    Raises:
        DataError: naming the device, what names it, and the name.
    """
    for why in _contradictions(device, found):
        raise DataError(
            f"device {device.name}: config context: services: {why}",
            hint="docs/config-context.md shows how services are described",
        )


def _contradictions(device: Device, found: Services) -> Iterator[str]:
    ports = {interface.name for interface in device.interfaces}
    for what, part in (("ntp", found.ntp), ("syslog", found.syslog), ("snmp", found.snmp)):
        if part is not None and part.source and part.source not in ports:
            yield f"{what}.source {part.source!a} is an interface the device does not have"
    if found.ntp is not None:
        yield from _ntp(found.ntp)
    if found.snmp is not None:
        yield from _snmp(device, found.snmp)
    if found.aaa is not None:
        yield from _aaa(found.aaa)
    yield from _twice("user", [user.name for user in found.users])


def _ntp(ntp: Ntp) -> Iterator[str]:
    keys = [key.id for key in ntp.keys]
    for server in ntp.servers:
        if server.key and server.key not in keys:
            yield f"ntp server {server.address!a} names key {server.key}, which is not there"
    yield from _twice("ntp key", [str(key) for key in keys])


def _snmp(device: Device, snmp: Snmp) -> Iterator[str]:
    views, groups = {view.name for view in snmp.views}, {group.name for group in snmp.groups}
    users = {user.name for user in snmp.users}
    for group in snmp.groups:
        for view in (group.read, group.write, group.notify):
            if view and view not in views:
                yield f"snmp group {group.name!a} names view {view!a}, which is not there"
    yield from _snmp_users(snmp, groups)
    for host in snmp.hosts:
        if host.user not in users:
            yield f"snmp host {host.address!a} names user {host.user!a}, who is not there"
    yield from _twice("snmp user", [user.name for user in snmp.users])
    try:
        engine_id(device, snmp)
    except ValueError as error:
        yield str(error)


def _snmp_users(snmp: Snmp, groups: set[str]) -> Iterator[str]:
    for user in snmp.users:
        if user.group not in groups:
            yield f"snmp user {user.name!a} is in group {user.group!a}, which is not there"
        if bool(user.auth) != bool(user.auth_key) or bool(user.priv) != bool(user.priv_key):
            yield f"snmp user {user.name!a}: an algorithm and its key are given together"
        if user.priv and not user.auth:
            yield f"snmp user {user.name!a}: privacy needs authentication (RFC 3414)"


def _aaa(aaa: Aaa) -> Iterator[str]:
    known = {
        "tacacs+": {server.address for server in aaa.tacacs},
        "radius": {server.address for server in aaa.radius},
    }
    for group in aaa.groups:
        for server in group.servers:
            if server not in known[group.kind]:
                yield f"aaa group {group.name!a} names server {server!a}, which is not among the {group.kind} servers"
    groups = {group.name for group in aaa.groups}
    for what in ("login", "console", "enable", "exec", "commands", "accounting_exec", "accounting_commands"):
        # What was done is told to servers only.
        methods = groups if what.startswith("accounting") else {"local", "none", *groups}
        for method in getattr(aaa, what):
            if method not in methods:
                yield f"aaa.{what} names {method!a}, which is no group"
    yield from _twice("aaa group", [group.name for group in aaa.groups])


def _twice(what: str, names: Sequence[str]) -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{what} {name!a} is there twice"
