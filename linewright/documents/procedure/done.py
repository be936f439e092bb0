"""What became of a change, for the filled procedure."""

from typing import Literal

from linewright.model.objects import Record

#: How the change is closed, as forms of change management have it.
Closure = Literal[
    "successful",
    "successful with deviations",
    "partly done",
    "backed out",
    "not carried out",
    "open",
]


class DeviceDone(Record, frozen=True):
    """One device. Times are UTC, "" for never; `result` as the journal has it; `notes` are what people and the job said."""

    device: str
    result: str
    begun: str = ""
    ended: str = ""
    notes: tuple[str, ...] = ()


class Agreed(Record, frozen=True):
    """Who agreed, in which role, when it was made known, and how ("signed", "recorded by NAME: paper 12/26")."""

    person: str
    role: str
    decision: str
    how: str
    when: str = ""


class Done(Record, frozen=True):
    """A job. `by` is who ran it; `deviations` is all that was not as planned, in words."""

    job: str
    by: str
    begun: str
    ended: str
    devices: tuple[DeviceDone, ...]
    agreed: tuple[Agreed, ...] = ()
    deviations: tuple[str, ...] = ()

    @property
    def closure(self) -> Closure:
        """The closure code, from how its devices ended."""
        results = [each.result for each in self.devices]
        if any(result in ("", "unknown", "open") for result in results):
            return "open"
        stand = sum(result in ("confirmed", "not saved") for result in results)
        if stand == len(results):
            return "successful with deviations" if self.deviations else "successful"
        if stand:
            return "partly done"
        back = ("rolled back", "partly back", "foreign")
        return "backed out" if any(result in back for result in results) else "not carried out"
