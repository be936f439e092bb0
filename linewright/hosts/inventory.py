"""Ansible's inventory from a snapshot: the Linux hosts in scope, their groups, and how each is reached. Pure."""

import re
from collections.abc import Iterable
from typing import Any

from linewright.model.objects import Device, Record

#: Whether a word can be the name of a group: what Ansible takes without a warning.
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_]")


class Host(Record, frozen=True):
    """A Linux host and how OpenSSH reaches it. Its host key is enrolled in `known_hosts` under its own name.

    `ssh_config` is an OpenSSH client configuration, "" for none. Logins are by key: `key_file`, or the agent's.
    """

    name: str
    address: str
    username: str
    known_hosts: str
    port: int = 22
    key_file: str = ""
    ssh_config: str = ""


def inventory(hosts: Iterable[Host], devices: dict[str, Device]) -> dict[str, Any]:
    """The inventory as Ansible's YAML plugin reads it; groups are site_X, role_X and tag_X, as the snapshot has them.

    Each host knows its `linewright_site` and `linewright_role`. No secret is in it.
    """
    told: dict[str, Any] = {}
    groups: dict[str, dict[str, None]] = {}
    for host in sorted(hosts, key=lambda host: host.name):
        device = devices[host.name]
        told[host.name] = {
            "ansible_host": host.address,
            "ansible_port": host.port,
            "ansible_user": host.username,
            "ansible_ssh_common_args": _arguments(host),
            **({"ansible_ssh_private_key_file": host.key_file} if host.key_file else {}),
            "linewright_site": device.site,
            "linewright_role": device.role,
        }
        for kind, names in (("site", (device.site,)), ("role", (device.role,)), ("tag", device.tags)):
            for name in names:
                groups.setdefault(group(kind, name), {})[host.name] = None
    return {
        "all": {
            "hosts": told,
            "children": {name: {"hosts": members} for name, members in sorted(groups.items())},
        }
    }


def group(kind: str, slug: str) -> str:
    """The name of the group of a site, role or tag: role_log_collector for role log-collector."""
    return f"{kind}_{_NOT_IN_A_NAME.sub('_', slug.lower())}"


def _arguments(host: Host) -> str:
    """What OpenSSH is told beside: the site's own host keys and no others, and no question asked."""
    options = {
        "UserKnownHostsFile": host.known_hosts,
        "GlobalKnownHostsFile": "/dev/null",
        "HostKeyAlias": host.name,
        "StrictHostKeyChecking": "yes",
        "BatchMode": "yes",
    }
    config = ("-F", _quoted(host.ssh_config)) if host.ssh_config else ("-F", "/dev/null")
    return " ".join((*config, *(f"-o {name}={_quoted(value)}" for name, value in options.items())))


def _quoted(word: str) -> str:
    """A word as Ansible's shlex takes it apart again."""
    return "'" + word.replace("'", "'\"'\"'") + "'"
