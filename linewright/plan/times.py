"""Times and durations as people on shift write them: Zulu, without a clock or a time zone of this machine. Pure."""

from datetime import UTC, datetime

from linewright.plan.agreement.records import Window

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def lasts(seconds: int) -> str:
    """A duration, as exact as somebody who waits needs it: "90 s", "12 min", "3 h 20 min"."""
    if seconds < 100:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 100:
        return f"{minutes} min"
    rest = f" {minutes % 60} min" if minutes % 60 else ""
    return f"{minutes // 60} h{rest}"


def when(text: str) -> str:
    """A time of a plan as day and hour: "24 Nov 0300Z"; what is no time stays as it is."""
    found = _read(text)
    return f"{_day(found)} {_clock(found)}" if found else text


def span(window: Window) -> str:
    """From when to when: "24 Nov 0300Z-0430Z"."""
    start, end = _read(window.start), _read(window.end)
    if start is None or end is None:
        return f"{window.start} to {window.end}"
    if start.date() == end.date():
        return f"{_day(start)} {_clock(start)}-{_clock(end)}"
    return f"{_day(start)} {_clock(start)} to {_day(end)} {_clock(end)}"


def back_out_by(window: Window) -> str:
    """When taking it back has to begin: the hour alone on the day the window ends; "" where nothing is said."""
    last, end = _read(window.back_out_by), _read(window.end)
    if last is None:
        return window.back_out_by
    return _clock(last) if end and last.date() == end.date() else when(window.back_out_by)


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _day(time: datetime) -> str:
    return f"{time.day} {_MONTHS[time.month - 1]}"


def _clock(time: datetime) -> str:
    return f"{time.hour:02}{time.minute:02}Z"
