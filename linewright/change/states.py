"""Where a device stands in a job, as its own text and its own record prove it."""

from typing import Literal

#: The ten states. What each may do next is the table in `linewright.change.next_steps`.
#:
#: before       running is as before the change, startup too; nothing waits and nothing is on its way
#: after        running and startup are as planned; nothing waits: confirmed
#: pending      ours waits there for its confirmation; the device takes it back when its time is over
#: mixed        running holds some of our lines and not others, and nothing that is not ours differs
#: foreign      running differs from before and from after in lines that are not ours
#: reverted     it was committed, and the device took it back: running and startup are as before
#: split        of devices that change together, some are confirmed and some are back (seen of the job, not of one device)
#: confirmed, not saved   running is as planned, nothing waits, startup is not: a reboot would lose it
#: undecidable  before and after read alike (a new password that is shown hashed): the text proves nothing
#: unreachable  it could not be read, or reads changed between two looks until the time was over
State = Literal[
    "before",
    "after",
    "pending",
    "mixed",
    "foreign",
    "reverted",
    "split",
    "confirmed, not saved",
    "undecidable",
    "unreachable",
]
