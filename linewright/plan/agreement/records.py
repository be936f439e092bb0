"""What a plan says of people and times, and what people say of a plan."""

from typing import Literal

from linewright.model.objects import Record

#: ITIL's three: agreed to one by one; agreed to beforehand by its pattern; made now and agreed to afterwards.
ChangeType = Literal["normal", "standard", "emergency"]
#: What a statement says: who made the plan; yes; no; I stand at the console; I agree afterwards; what I said does not hold
#: any more.
Decision = Literal["author", "approve", "deny", "present", "countersign", "revoke"]


class Window(Record, frozen=True):
    """When a change may be made: from `start` until before `end` (UTC, written as ChangePlan.created).

    `zone` is the time zone (IANA) in which it was asked for, for people. `back_out_by` is when taking it back has to
    begin, to end in the window.
    """

    start: str
    end: str
    zone: str = "UTC"
    back_out_by: str = ""


class Need(Record, frozen=True):
    """So many persons of a role have to agree; `presence`: with a key that is touched for each signature."""

    role: str
    count: int = 1
    presence: bool = False


class Hold(Record, frozen=True):
    """What a person has to look at before the confirmation: the device's change waits for the answer."""

    device: str
    question: str


class Recorded(Record, frozen=True):
    """A decision made elsewhere (on paper, in the ticket system) and written down by an officer: never a signature of its own.

    `by` is whose decision it was, `medium` "paper" or "ticket", `reference` where it can be found.
    """

    by: str
    medium: str
    reference: str


class Statement(Record, frozen=True):
    """What is signed: its canonical JSON (RFC 8785), and nothing else.

    `plan` is the plan's digest (64 hex digits), `shown` the SHA-256 of the summary that was shown to who signs, `person`
    who signs and in which `role`. It holds until `not_after` (UTC). `made` is when the signer says it was made: no
    decision rests on that. `about` is the job, where a decision is about what was done. `revokes` is the SHA-256 of the
    statement that is taken back.
    """

    kind: Literal["linewright-statement/1"]
    plan: str
    site: str
    ticket: str
    decision: Decision
    person: str
    role: str
    not_after: str
    shown: str
    made: str = ""
    reason: str = ""
    recorded: Recorded | None = None
    about: str = ""
    revokes: str = ""


class Signed(Record, frozen=True):
    """A statement and its signature as it was made: OpenSSH's ("ssh") or a detached CMS signature in PEM ("cms")."""

    statement: Statement
    form: Literal["ssh", "cms"]
    signature: str
