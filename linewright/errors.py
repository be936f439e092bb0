"""Everything linewright raises on purpose, and the exit code each one ends a command with.

    LinewrightError                 70  our own fault unless a leaf says otherwise
    + UsageError                     2  wrong use or bad input
      + SettingsError                2
      + DataError                    2  an object of the source of truth, a snapshot, a plan: malformed or contradictory
      + RenderError                  2  template, line, device, field
      + SecretError                  2  a secret is missing, misplaced or readable by others
    + Refused                        3  refused for safety, nothing written
      + Moved                        3  a device or the data is not as the plan found it
      + Impostor                     3  a host key or certificate is not the enrolled one
    + NotReached                     4  a device, source or needed facility was not reached, nothing written there
      + SourceError                  4  the source of truth answered wrongly or not at all
      + DeviceError                  4  a device answered wrongly or not at all
        + NotGiven                   4  nobody typed what a login needs; it was not tried
      + FacilityError                4  something this machine lacks (root, a program, a port)
    + OutcomeUnknown                 5  a change was sent and nobody knows what became of it
    + Stopped                        6  a change was stopped; where everything stands is known

Every error names the object it is about and what to do next: `message` is one sentence, `hint` the next step.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit status means; part of the interface (DESIGN section 4)."""

    DONE = 0
    FINDING = 1
    USAGE = 2
    REFUSED = 3
    NOT_REACHED = 4
    UNKNOWN = 5
    STOPPED = 6
    FAULT = 70
    INTERRUPTED = 130


class LinewrightError(Exception):
    """The root of all errors raised on purpose.

    Attributes:
        message: what happened, on which object; one sentence.
        hint: what to do next; may be empty.
        code: the exit status a command ends with.
    """

    code: ExitCode = ExitCode.FAULT

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LinewrightError):
    """Wrong use of a command, or input that cannot be used."""

    code = ExitCode.USAGE


class SettingsError(UsageError):
    """nornir.yaml or a LINEWRIGHT_ variable is missing, malformed or contradictory."""


class DataError(UsageError):
    """An object is malformed or contradicts another; the message names it."""


class RenderError(UsageError):
    """A template could not be rendered; the message names template, line, device and field."""


class SecretError(UsageError):
    """A secret is missing, stands where the platform knows none, or its file is readable by others."""


class Refused(LinewrightError):  # noqa: N818 - "refused" is what the screen says
    """Refused for safety; nothing was written anywhere."""

    code = ExitCode.REFUSED


class Moved(Refused):
    """What a plan depends on is no longer as the plan found it."""


class Impostor(Refused):
    """A host key or certificate is not the one enrolled for this device; no credential was sent."""


class NotReached(LinewrightError):  # noqa: N818 - reads as the screen says it
    """A device, source or needed facility was not reached; nothing was written there."""

    code = ExitCode.NOT_REACHED


class SourceError(NotReached):
    """The source of truth answered wrongly or not at all; there is never a partial snapshot."""


class DeviceError(NotReached):
    """A device answered wrongly or not at all; nothing was written to it."""


class NotGiven(DeviceError):  # noqa: N818 - reads as the screen says it
    """Somebody was asked for a password or a one-time code and gave none; the login was not tried."""


class FacilityError(NotReached):
    """This machine lacks something needed: root, a program, a kernel feature, a free port."""


class OutcomeUnknown(LinewrightError):  # noqa: N818 - reads as the screen says it
    """A change was sent and it is not known what became of it."""

    code = ExitCode.UNKNOWN


class Stopped(LinewrightError):  # noqa: N818 - reads as the screen says it
    """A change was stopped; where every device stands is known."""

    code = ExitCode.STOPPED


#: Of several outcomes, the first of these decides the exit status of the command.
PRECEDENCE = (
    ExitCode.UNKNOWN,
    ExitCode.STOPPED,
    ExitCode.REFUSED,
    ExitCode.NOT_REACHED,
    ExitCode.FAULT,
    ExitCode.USAGE,
    ExitCode.FINDING,
)


def worst(codes: list[ExitCode]) -> ExitCode:
    """The exit status of a command that ended in several ways."""
    return next((code for code in PRECEDENCE if code in codes), ExitCode.DONE)
