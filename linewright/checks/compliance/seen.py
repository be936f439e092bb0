"""Everything a check may look at: the snapshot, what was seen on every device, and what follows from both."""

from collections.abc import Mapping
from functools import cached_property

from linewright.checks.expected import Expectation, expected
from linewright.model.objects import Record
from linewright.model.observation import Observation
from linewright.model.snapshot import Snapshot
from linewright.trace import Cabling, Path, compare, paths


class Limits(Record, frozen=True):
    """What a site demands where the source of truth says nothing. `uptime`: seconds a device should be up at least."""

    uptime: int = 3600


class Seen:
    """A snapshot and the observations of its devices; derived facts are computed once for all checks."""

    def __init__(
        self, snapshot: Snapshot, observations: Mapping[str, Observation], limits: Limits | None = None
    ) -> None:
        self.snapshot = snapshot
        self.observations = observations
        self.limits = limits or Limits()

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every path of the snapshot."""
        return paths(self.snapshot)

    @cached_property
    def cabling(self) -> Cabling:
        """Cables against neighbours heard."""
        return compare(self.paths, self.observations, self.snapshot)

    @cached_property
    def expectation(self) -> Expectation:
        """Routing neighbours that the snapshot makes us expect."""
        return expected(self.snapshot, self.paths)
