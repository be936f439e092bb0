"""What may be done next with a device in each of the ten states: one row each, and the code that acts goes by it.

`lw resume`, `lw rollback` and `lw status` read this table; a test holds each cell to what they do.
"""

from typing import Literal

from linewright.change.states import State
from linewright.errors import ExitCode
from linewright.model.objects import Record

#: What `resume` does with a device.
#:
#: close not done   the change is not there: that is written down, nothing is sent
#: close done       it is there, saved and confirmed: written down as the base of the next change
#: close taken back the device is as before again: written down
#: prove            the proof that the dead process owed: checks, then the confirmation; without proof it is taken back
#: save             saved as startup where we can, and read again
#: tell             nothing is sent and nothing decided: a person does
#: tell and close   nothing is sent; where it stands is known and written down
Act = Literal["close not done", "close done", "close taken back", "prove", "save", "tell", "tell and close"]

#: What `rollback` may do.
#:
#: nothing     there is nothing to take back
#: all         every line of the change, by the back-out that was agreed to with the plan
#: our lines   what is there of the change and nothing else; lines of others stay, shown first
#: at once      what waits there is taken back by the device itself
#: resume first  nobody knows what is there: `lw resume` comes before it
Back = Literal["nothing", "all", "our lines", "at once", "resume first"]

#: How a device's part of the job is written down in the journal ("device ended").
Result = Literal[
    "unchanged", "confirmed", "not saved", "rolled back", "partly back", "foreign", "unknown"
]  # fmt: skip


class Row(Record, frozen=True):
    """What may be done next in one state.

    `result` is what `resume` writes down where it settles, "" where what it does decides (or nothing is settled).
    `told` is what `status` says of the device, `exit` what a command ends with for it, `command` the one next command
    ({job}, {device}).
    """

    act: Act
    back: Back
    result: Result | Literal[""]
    told: str
    exit: ExitCode
    command: str

    @property
    def settles(self) -> bool:
        """Whether the device's part of the job is over with this state."""
        return bool(self.result)


TABLE: dict[State, Row] = {
    "before": Row(
        act="close not done",
        back="nothing",
        result="unchanged",
        told="as before the change; nothing of it is there",
        exit=ExitCode.STOPPED,
        command="lw resume {job} --go-on",
    ),
    "after": Row(
        act="close done",
        back="all",
        result="confirmed",
        told="as planned, confirmed and saved",
        exit=ExitCode.DONE,
        command="lw verify --device {device}",
    ),
    "pending": Row(
        act="prove",
        back="at once",
        result="",
        told="the change waits there for its confirmation",
        exit=ExitCode.UNKNOWN,
        command="lw resume {job}",
    ),
    "mixed": Row(
        act="tell and close",
        back="our lines",
        result="partly back",
        told="part of the change is there, part is not; no other line differs",
        exit=ExitCode.STOPPED,
        command="lw rollback {job} --device {device}",
    ),
    "foreign": Row(
        act="tell and close",
        back="our lines",
        result="foreign",
        told="somebody else changed it: lines differ that are not of this change",
        exit=ExitCode.STOPPED,
        command="lw drift --device {device}",
    ),
    "reverted": Row(
        act="close taken back",
        back="nothing",
        result="rolled back",
        told="the change was there and was taken back; as before",
        exit=ExitCode.STOPPED,
        command="lw resume {job} --go-on",
    ),
    "split": Row(
        act="tell",
        back="all",
        result="",
        told="some devices have the change, some are as before",
        exit=ExitCode.STOPPED,
        command="lw rollback {job}",
    ),
    "confirmed, not saved": Row(
        act="save",
        back="all",
        result="not saved",
        told="as planned and confirmed, but not saved: a reboot would lose it",
        exit=ExitCode.STOPPED,
        command="lw verify --device {device}",
    ),
    "undecidable": Row(
        act="tell",
        back="resume first",
        result="",
        told="its text reads alike with and without the change: use it (log in, look at the session) and say what you saw",
        exit=ExitCode.UNKNOWN,
        command="lw resume {job} --done {device}   (or --not-done {device})",
    ),
    "unreachable": Row(
        act="tell",
        back="resume first",
        result="",
        told="it could not be read; what is there is not known",
        exit=ExitCode.UNKNOWN,
        command="lw resume {job}",
    ),
}
