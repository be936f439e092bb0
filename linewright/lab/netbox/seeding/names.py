"""The ids NetBox gave, by what we call things."""

from collections.abc import Mapping, Sequence
from typing import Any

from linewright.lab.netbox.seeding.rest import Body, Rest


class Names:
    """Creates objects and remembers their ids under (kind, name)."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._ids: dict[tuple[str, Any], int] = {}

    def create(self, kind: str, endpoint: str, bodies: Mapping[Any, Body]) -> None:
        """Create the objects of one kind, each under its name."""
        for name, number in zip(bodies, self.rest.create(endpoint, list(bodies.values())), strict=True):
            self._ids[kind, name] = number

    def create_in_lanes(self, kind: str, endpoint: str, lanes: Sequence[Mapping[Any, Body]]) -> None:
        """As `create`, several mappings at the same time."""
        answers = self.rest.create_in_lanes(endpoint, [list(lane.values()) for lane in lanes])
        for lane, numbers in zip(lanes, answers, strict=True):
            for name, number in zip(lane, numbers, strict=True):
                self._ids[kind, name] = number

    def id(self, kind: str, name: Any) -> int:
        """The id of a thing that was created."""
        return self._ids[kind, name]

    def maybe(self, kind: str, name: Any) -> int | None:
        """The id, or None for an empty name."""
        return self._ids[kind, name] if name else None

    def tags(self, slugs: Sequence[str]) -> list[int]:
        """The ids of tags."""
        return [self._ids["tag", slug] for slug in slugs]
