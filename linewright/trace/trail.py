"""What a strand has passed so far, and whether it comes back to itself.

Where a strand enters a trunk and nothing says on which position, that is learned when it leaves the trunk again. What
was passed before was on that position too: a trail is told so. Thus it is the same from whichever end it was walked.
"""

from typing import NamedTuple

from linewright.trace.inside import Stack
from linewright.trace.plant import Port


class Passed(NamedTuple):
    """An end of a cable that was passed, with the stack there; `used`: the next step looked at the position on top."""

    port: Port
    stack: Stack
    used: bool


class Trail(NamedTuple):
    """The ends of cables passed, in order. `deepest` is the largest number of positions on the stack."""

    passed: tuple[Passed, ...] = ()
    deepest: int = 0

    def over(self, port: Port, stack: Stack, *, used: bool) -> "Trail":
        """The trail with one more end of a cable."""
        return Trail((*self.passed, Passed(port, stack, used)), max(self.deepest, len(stack)))

    def learned(self, position: int) -> "Trail":
        """The trail when it turns out that all of it ran on this position of a trunk."""
        if not self.passed:
            return self
        deeper = tuple(Passed(port, (position, *stack), used) for port, stack, used in self.passed)
        return Trail(deeper, self.deepest + 1)

    def meets(self, port: Port, stack: Stack) -> bool:
        """Whether the strand was here before, in either direction, or runs inside itself here.

        It runs inside itself where it has come back with more (or, seen from the other end, fewer) positions on top of
        those it had, and none of those was used between: what led it here leads it here again, and so for ever.
        """
        if port not in [before.port for before in self.passed]:
            return False
        untouched = len(stack)
        for before in reversed(self.passed):
            untouched = min(untouched, len(before.stack) - before.used)
            if before.port == port and (
                before.stack == stack or len(before.stack) <= untouched or len(stack) <= untouched
            ):
                return True
        return False
