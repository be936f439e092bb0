"""The result of verifying a network: what was counted, what is wrong, why, and what deserves a remark."""

import msgspec

from linewright.errors import ExitCode, worst
from linewright.model.objects import Record
from linewright.model.observation import Finding


class Tally(Record, frozen=True):
    """How many of something were expected, are as expected, and could not be assessed.

    `expected` counts the assessed ones only, so that `good` of `expected` is the share that people read.
    """

    good: int = 0
    expected: int = 0
    not_assessed: int = 0


class Verification(Record, frozen=True):
    """Everything a verification says.

    `findings` holds each cause followed by its consequences (their `because` is the cause's key). `cables` counts
    cables by state. `seen` is the oldest visit (UTC), empty when no device was reached. `notes` are facts about the
    source of truth or the network that are no fault.
    """

    snapshot: str
    seen: str = ""
    configs: Tally = Tally()
    bgp: Tally = Tally()
    ospf: Tally = Tally()
    cables: dict[str, int] = msgspec.field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def causes(self) -> tuple[Finding, ...]:
        """Findings that stand on their own."""
        return tuple(finding for finding in self.findings if not finding.because)

    def consequences(self, key: str) -> tuple[Finding, ...]:
        """What follows from the cause with that key."""
        return tuple(finding for finding in self.findings if finding.because == key)

    @property
    def code(self) -> ExitCode:
        """The exit status of a command that verified this (DESIGN section 4)."""
        return worst([finding.code for finding in self.findings])
