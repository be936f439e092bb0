"""Our Nornir inventory: the managed devices of a Snapshot, grouped by site, role, platform and tag."""

from collections.abc import Mapping
from typing import Any

from nornir.core.inventory import (
    ConnectionOptions,
    Defaults,
    Group,
    Groups,
    Host,
    Hosts,
    Inventory,
    ParentGroups,
)

from linewright.devices.target import Reveal, Target
from linewright.model.objects import Device
from linewright.runner.connection import NAME


class SnapshotInventory:
    """A Nornir inventory plugin.

    Args:
        devices: the devices in scope.
        targets: how each is reached.
        reveal: where secret references become values.
    """

    def __init__(self, devices: Mapping[str, Device], targets: Mapping[str, Target], reveal: Reveal) -> None:
        self._devices = devices
        self._targets = targets
        self._reveal = reveal

    def load(self) -> Inventory:
        """The inventory. Hosts carry their Device in `data`, groups are named "site:hq", "role:spine" and so on."""
        groups = Groups()
        hosts = Hosts()
        defaults = Defaults()
        for name, target in self._targets.items():
            device = self._devices[name]
            names = (f"site:{device.site}", f"role:{device.role}", f"platform:{target.platform}")
            member_of = ParentGroups()
            for group in (*names, *(f"tag:{tag}" for tag in device.tags)):
                if group not in groups:
                    groups[group] = Group(name=group, defaults=defaults)
                member_of.append(groups[group])
            extras: dict[str, Any] = {"target": target, "reveal": self._reveal}
            hosts[name] = Host(
                name=name,
                hostname=target.host,
                port=target.port,
                platform=target.platform,
                groups=member_of,
                data={"device": device},
                connection_options={NAME: ConnectionOptions(extras=extras)},
                defaults=defaults,
            )
        return Inventory(hosts=hosts, groups=groups, defaults=defaults)
