"""Times as they stand on paper: UTC first, short, the day where it helps; in English whatever the machine speaks."""

from datetime import UTC, datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MINUTE = 60


def moment(text: str) -> str:
    """A time of a plan as "24 Nov 0302Z"; what is no time stays as it is, "" too."""
    found = _read(text)
    return f"{found.day} {_MONTHS[found.month - 1][:3]} {found:%H%M}Z" if found else text


def day(text: str) -> str:
    """The day of it, with its name and year: "Tuesday 24 November 2026"."""
    found = _read(text)
    return f"{_DAYS[found.weekday()]} {found.day} {_MONTHS[found.month - 1]} {found.year}" if found else text


def minutes(seconds: int) -> str:
    """A duration, rounded up: "12 min", "45 s"; number and unit are never torn apart."""
    return f"{seconds}\u00a0s" if seconds < _MINUTE else f"{-(-seconds // _MINUTE)}\u00a0min"


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
