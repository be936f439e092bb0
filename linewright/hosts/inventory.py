"""Ansible's inventory from a snapshot: the Linux hosts in scope, their groups, and how each is reached. Pure.

To Ansible every text of an inventory is a template, and a template can run programs on this machine. What comes from a
snapshot is anybody's who may edit the source of truth: names and addresses are held to an alphabet, texts that hold a
template are refused, and every value is marked as one that Ansible must not look into.
"""

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from linewright.errors import DataError
from linewright.hosts.reaching import Server, arguments
from linewright.model.objects import Device

#: Whether a word can be the name of a group: what Ansible takes without a warning.
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_]")
#: A host's name: no pattern, no range ("a[1:9]"), nothing that a shell or a template would read.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]+")
_TEMPLATES = ("{{", "{%", "{#")
#: Names that mean something of their own to Ansible.
_TAKEN = frozenset({"all", "ungrouped", "localhost"})


class Host(Server, frozen=True, kw_only=True):
    """A Linux host by its name, and the jump hosts on the way to it, in the order they are passed."""

    name: str
    jumps: tuple[Server, ...] = ()


def inventory(hosts: Iterable[Host], devices: dict[str, Device]) -> dict[str, Any]:
    """The inventory as Ansible's YAML plugin reads it; groups are site_X, role_X and tag_X, as the snapshot has them.

    Each host knows its `linewright_site` and `linewright_role`. No secret is in it.

    Raises:
        DataError: a name, an address or another text is none that can be handed to Ansible; it names the host.
    """
    told: dict[str, Any] = {}
    groups: dict[str, dict[str, None]] = {}
    for host in sorted(hosts, key=lambda host: host.name):
        device = devices[host.name]
        _check(host, device)
        told[host.name] = {
            "ansible_host": unsafe(host.address),
            "ansible_port": host.port,
            "ansible_user": unsafe(host.username),
            "ansible_ssh_common_args": unsafe(arguments(host, host.jumps)),
            # Ansible's own is made of address, port and user: two hosts of one address, behind different jump hosts,
            # would be one to it, and the session of the first used for the second.
            "ansible_control_path": unsafe(f"%(directory)s/{sha256(host.name.encode()).hexdigest()[:12]}"),
            **({"ansible_ssh_timeout": host.connect_timeout} if host.connect_timeout else {}),
            "linewright_site": unsafe(device.site),
            "linewright_role": unsafe(device.role),
        }
        for kind, names in (("site", (device.site,)), ("role", (device.role,)), ("tag", device.tags)):
            for name in names:
                groups.setdefault(group(kind, name), {})[host.name] = None
    for name in told:
        if name in _TAKEN or name in groups:
            raise DataError(
                f"host {name}: Ansible knows another thing by this name",
                hint="give the device another name, or leave it out of the scope",
            )
    return {
        "all": {
            "hosts": told,
            "children": {name: {"hosts": members} for name, members in sorted(groups.items())},
        }
    }


def group(kind: str, slug: str) -> str:
    """The name of the group of a site, role or tag: role_log_collector for role log-collector."""
    return f"{kind}_{_NOT_IN_A_NAME.sub('_', slug.lower())}"


def unsafe(text: str) -> dict[str, str]:
    """A text that Ansible takes as it stands, and never as a template (its JSON form of `!unsafe`)."""
    return {"__ansible_unsafe": text}


def _check(host: Host, device: Device) -> None:
    if not _NAME.fullmatch(host.name):
        raise DataError(
            f"host {host.name!a}: Ansible is not handed a name like this",
            hint="letters, digits and ._- may: give the device another name, or leave it out of the scope",
        )
    for what, text, why in (*_texts(host, device), *_places(host)):
        if why or not text.isprintable() or any(opening in text for opening in _TEMPLATES):
            raise DataError(
                f"host {host.name}: Ansible is not handed the {what} {text!a}",
                hint=why or "it holds a template or control characters: correct it where it comes from",
            )


def _texts(host: Host, device: Device) -> Iterator[tuple[str, str, str]]:
    """What may be any text without a template: (what it is, the text, why it is refused)."""
    yield "site", device.site, ""
    yield "role", device.role, ""
    for tag in device.tags:
        yield "tag", tag, ""
    for server in (host, *host.jumps):
        yield "alias of the host key", server.alias, ""
        for word in server.proxy_command:
            yield "ProxyCommand", word, ""


def _places(host: Host) -> Iterator[tuple[str, str, str]]:
    """The same of what OpenSSH reads in a way of its own."""
    for server in (host, *host.jumps):
        address = server.address
        yield "address", address, "" if _is_address(address) else "an IP address, or letters, digits and ._-"
        named = not (set(server.username) & set("\"' %") or server.username.startswith("-"))
        yield "user name", server.username, "" if named else "no blanks, quotation marks or %"
        for path in server.paths:
            plain = not set(path) & set('"\\') and "${" not in path
            yield "path", path, "" if plain else 'no ", no backslash and no ${: OpenSSH would read them'


def _is_address(text: str) -> bool:
    if _NAME.fullmatch(text):
        return True
    try:
        return bool(_ADDRESS.fullmatch(text) and ip_address(text))
    except ValueError:
        return False
