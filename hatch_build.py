"""Ship the reference site inside the wheel as linewright/_site; a checkout uses the folders themselves."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The rooms a user's own site is laid over (linewright/site.py reads them), and the demo's recorded snapshot.
ROOMS = ("tasks", "docs_gen", "templates", "playbooks", "tests/compliance", "nornir.yaml")
DEMO = {"inventory/demo": "demo"}


class ShipSite(BuildHookInterface):  # type: ignore[type-arg]  # the config type is of no use here
    """Adds the site's rooms to a wheel; an editable install needs none of it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the wheel is written."""
        if version == "editable":
            return
        shipped = {room: f"linewright/_site/{room}" for room in ROOMS}
        shipped |= {source: f"linewright/_site/{target}" for source, target in DEMO.items()}
        build_data["force_include"].update(shipped)
