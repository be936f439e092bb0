"""What `change` asks of whoever carries its steps to the devices (Nornir threads; later Temporal beside them)."""

from collections.abc import Callable
from typing import Literal, Protocol

from linewright.journal.leases import Lease
from linewright.model.objects import Record
from linewright.plan.changeplan import DevicePlan

#: How a step can end. "refused": nothing was written there. "rolled back": running and startup as before, read back as
#: texts. "partly back": running as before, but startup is not, or the device says that it could not restore itself.
#: "not saved": running as planned and confirmed, but a reboot would lose it. "foreign": lines that are not ours came or
#: went while the change was made; `message` names them and says where the device stands. "unknown": sent, and nobody could find out
#: what became of it.
Result = Literal[
    "unchanged",
    "confirmed",
    "not saved",
    "refused",
    "not reached",
    "rolled back",
    "partly back",
    "foreign",
    "unknown",
]


class Step(Record, frozen=True):
    """One thing to do on one device. `kind` "check" writes nothing; "change" arms, commits, proves and confirms.

    `lease` is the job's right to write there; without one (None) nobody else is known to want it.
    """

    kind: Literal["check", "change"]
    job: str
    attempt: int
    plan: DevicePlan
    lease: Lease | None = None


class Outcome(Record, frozen=True):
    """How a step ended. `message` says what happened, `armed` what is still armed on the device, `hint` what to do.

    `stands`: the change is there and confirmed, whatever else is. `unnoted` is why it could not be noted as the base of
    the next change: then the device counts as open, and `resume` notes it.
    """

    device: str
    result: Result
    message: str = ""
    armed: str = ""
    hint: str = ""
    stands: bool = False
    unnoted: str = ""


#: Told while a step goes on: device, stage. Called from the threads that do the work; it must not raise, a step that
#: cannot be told of goes on all the same.
Watcher = Callable[[str, str], None]


class Dispatch(Protocol):
    """Carries steps to devices."""

    def capacity(self) -> int:
        """How many steps may be under way at once."""

    def submit(self, step: Step) -> str:
        """Begin a step; returns the ticket it is asked for by."""

    def heartbeat(self, ticket: str) -> bool:
        """Whether the step is still being worked on."""

    def cancel(self, ticket: str) -> bool:
        """Take back a step that has not begun; False when it is too late."""

    def outcome(self, ticket: str) -> Outcome:
        """Wait for a step's end. Never raises for what happened on the device: that is in the outcome."""
