"""The site's managed devices as a Nornir inventory, for a site's own Nornir scripts.

    nr = InitNornir(config_file="nornir.yaml")     # inventory: {plugin: linewright_site}

Groups are "site:hq", "role:leaf", "platform:eos", "tag:wan"; a host's `data` holds its Device; the connection plugin
`linewright` opens it with the enrolled identity.
"""

from pathlib import Path

from nornir.core.inventory import Inventory

from linewright.operate.fleet import targets
from linewright.operate.scope import Scope, in_scope
from linewright.operate.workplace import workplace
from linewright.runner.inventory import SnapshotInventory


class SiteInventory:
    """The Nornir inventory plugin `linewright_site`.

    Args:
        site_folder: the folder with nornir.yaml.
        snapshot: a snapshot's code; the newest by default.
    """

    def __init__(self, site_folder: str = ".", snapshot: str = "") -> None:
        self._folder = Path(site_folder)
        self._snapshot = snapshot

    def load(self) -> Inventory:
        """The inventory.

        Raises:
            DataError: no snapshot was taken yet, or nothing in it is managed.
            SettingsError: nornir.yaml is not what it should be, or a platform has no login.
        """
        place = workplace(self._folder)
        devices = in_scope(place.snapshot(self._snapshot), Scope(), place.settings).devices
        return SnapshotInventory(devices, targets(place, devices), place.secrets.credential).load()
