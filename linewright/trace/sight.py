"""What could have been seen at all: who was visited, who can be asked, and what lies in the way."""

from collections.abc import Mapping

from linewright.model.observation import Observation
from linewright.trace.cabling import State
from linewright.trace.directory import Directory
from linewright.trace.path import End, Path


class Sight:
    """The visits of one comparison."""

    def __init__(self, observations: Mapping[str, Observation], directory: Directory) -> None:
        self._observations = observations
        self._directory = directory

    def can_be_asked(self, end: End) -> bool:
        """Whether the device at this end is one that linewright could read."""
        return bool(end.platform) or end.device in self._observations

    def obstacle(self, path: Path) -> tuple[State, str] | None:
        """Why the two ends need not have heard each other although the cable may be right."""
        for end in (path.a, path.z):
            if not end.enabled:
                return "cannot be seen", f"{end.text} is disabled in the source of truth"
            if not self.can_be_asked(end):
                return "cannot be seen", self._nobody(end)
            if reason := self._deaf(end):
                return "cannot be seen", reason
        for end in (path.a, path.z):
            if reason := self._not_visited(end):
                return "not assessed", reason
        return self._between(path)

    def unasked(self, end: End) -> str:
        """Why this end gave no answer about its neighbours; empty when it gave one."""
        return self.unread(end) or ("" if self.can_be_asked(end) else self._nobody(end))

    def unread(self, end: End) -> str:
        """Why nothing was read at this end; empty when its neighbours were."""
        return self._not_visited(end) or self._deaf(end)

    def when(self, path: Path) -> str:
        """When the ends were visited, the older of the two; empty when none was."""
        visited = (self._observations.get(end.device) for end in (path.a, path.z) if end.is_interface)
        return min((seen.seen for seen in visited if seen is not None and seen.reached), default="")

    def visited(self, device: str) -> str:
        """When this device was visited; empty when it was not."""
        observation = self._observations.get(device)
        return observation.seen if observation is not None else ""

    def _between(self, path: Path) -> tuple[State, str] | None:
        """What on the way may swallow LLDP."""
        for hop in path.hops:
            if hop.kind == "circuit":
                return "cannot be seen", f"it runs through circuit {hop.name}"
            if hop.kind == "wireless":
                return "cannot be seen", "it runs over a radio link"
            if hop.kind == "panel" and self._directory.is_inline(hop.name):
                return "cannot be seen", f"it runs through {hop.name}, which is no mere panel"
        return None

    @staticmethod
    def _nobody(end: End) -> str:
        return f"{end.device} has no platform that could be asked"

    def _not_visited(self, end: End) -> str:
        observation = self._observations.get(end.device)
        if observation is None:
            return f"{end.device} was not collected"
        if not observation.reached:
            return f"{end.device} was not reached"
        if observation.neighbors is None and "neighbors" not in observation.missing:
            return f"neighbours of {end.device} were not asked for"
        return ""

    def _deaf(self, end: End) -> str:
        observation = self._observations.get(end.device)
        if observation is None or observation.neighbors is not None:
            return ""
        reason = observation.missing.get("neighbors", "")
        return f"{end.device} tells no neighbours: {reason}" if reason else ""
