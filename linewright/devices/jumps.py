"""The way to a device: which jump hosts, and how each of them is logged into."""

import re
from pathlib import Path

import msgspec

from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.ssh.openssh import HostOptions, options
from linewright.devices.ssh.tokens import command
from linewright.errors import DataError, SettingsError
from linewright.model.objects import Device
from linewright.settings import Jump, Settings

#: More hops than that are a mistake, or a way that leads in a circle.
_MOST = 8
_HOP = re.compile(
    r"(?:(?P<user>[^@\s,]+)@)?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?"
)
_NAMES = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(,[A-Za-z0-9][A-Za-z0-9._-]*)*|")
_STRAIGHT = "none"


def openssh(settings: Settings, *names: str) -> HostOptions:
    """What the site's OpenSSH configuration says about a host by these names, the first of them first.

    Raises:
        SettingsError: it cannot be used, or names a ProxyCommand that the settings do not allow.
        DataError: a name cannot stand where the configuration wants it.
    """
    path = settings.path(settings.ssh.config) if settings.ssh.config else None
    found = HostOptions()
    for name in names:
        if name:
            found = found.over(options(path, name))
    if found.jump and found.jump.lower() != _STRAIGHT:
        # For OpenSSH the one that stands first counts, which paramiko does not tell; the one that runs nothing does here.
        return msgspec.structs.replace(found, proxy_command="")
    if found.proxy_command and not settings.ssh.proxy_command:
        raise SettingsError(
            f"{path}: {names[0]}: ProxyCommand is refused: it would run a program",
            hint="use ProxyJump, or allow it: ssh.proxy_command: true",
        )
    return found


def in_data(device: Device) -> str:
    """What the device's config context says: reach: {jump: "edge,core"}; names only, who logs in is not data's to say.

    Raises:
        DataError: it says something else.
    """
    reach = device.context.get("reach")
    if reach is None:
        return ""
    jump = reach.get("jump", "") if isinstance(reach, dict) else None
    if not isinstance(jump, str) or set(reach) - {"jump"} or not _NAMES.fullmatch(jump):
        raise DataError(
            f"device {device.name}: config context: reach is not {{jump: NAME}}",
            hint="names of jump hosts with commas between; who logs in there is said in nornir.yaml",
        )
    return jump


def way(jump: str, settings: Settings, known_hosts: str) -> tuple[Endpoint, ...]:
    """The jump hosts of "edge,ops@core:2222", in the order they are passed.

    The way to the first of them is what the OpenSSH configuration says (ProxyJump), as `ssh -J` has it.

    Raises:
        SettingsError: a name is none, nobody says who logs in there, or the way leads in a circle.
    """
    return _way(jump, settings, known_hosts, ())


def _way(jump: str, settings: Settings, known_hosts: str, seen: tuple[str, ...]) -> tuple[Endpoint, ...]:
    if not jump or jump.lower() == _STRAIGHT:
        return ()
    hops: list[Endpoint] = []
    for number, word in enumerate(jump.split(",")):
        name, server, before = _server(word.strip(), settings, known_hosts)
        if number == 0 and before:
            if name in seen or len(seen) >= _MOST:
                raise SettingsError(f"jump host {name} is reached through itself: {' '.join((*seen, name))}")
            hops += _way(before, settings, known_hosts, (*seen, name))
        hops.append(server)
    if len(hops) > _MOST:
        raise SettingsError(f"{len(hops)} jump hosts on one way ({jump}); {_MOST} at most")
    return tuple(hops)


def _server(word: str, settings: Settings, known_hosts: str) -> tuple[str, Endpoint, str]:
    """A jump host by its name, and what its own way is."""
    match = _HOP.fullmatch(word)
    if match is None:
        raise SettingsError(
            f"{word!a} is no jump host", hint="NAME or USER@NAME:PORT, more than one with a comma between"
        )
    name = match["name"].strip("[]")
    own = settings.jumps.get(name, Jump())
    found = openssh(settings, name, own.host)
    user = match["user"] or own.username or found.user
    if not user:
        raise SettingsError(
            f"jump host {name}: nobody says who logs in there",
            hint=f"set jumps.{name}.username in nornir.yaml, or User in the OpenSSH configuration",
        )
    server = endpoint(
        settings,
        found,
        Endpoint(
            name=name,
            jump=True,
            host=own.host or found.host or name,
            port=int(match["port"] or 0) or own.port or found.port or 22,
            username=user,
            password=own.password,
            codes=own.codes,
            key_file=own.key_file,
            known_hosts=known_hosts,
        ),
    )
    return name, server, found.jump


def endpoint(settings: Settings, found: HostOptions, server: Endpoint) -> Endpoint:
    """A server with what settings and OpenSSH configuration say alike of devices and jump hosts.

    Raises:
        SettingsError, DataError: its ProxyCommand cannot be used, or not with this name or address.
    """
    return msgspec.structs.replace(
        server,
        key_file=str(settings.path(server.key_file)) if server.key_file else "",
        more_keys=tuple(str(Path(key).expanduser()) for key in found.keys),
        certificate=str(Path(found.certificate).expanduser()) if found.certificate else "",
        agent=settings.ssh.agent,
        only_named=found.only_named,
        proxy_command=command(found.proxy_command, server) if found.proxy_command else (),
        timeout=settings.timeout,
        connect_timeout=found.connect_timeout,
        keepalive=settings.ssh.keepalive,
    )
