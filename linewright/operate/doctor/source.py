"""The source of truth and the newest snapshot of it. Pure."""

from linewright.errors import LinewrightError
from linewright.model.objects import Record
from linewright.operate.doctor.result import Check, Group, failed, from_error, ok, unchecked, warned

#: The release that linewright is tested with.
TESTED = (4, 7)
#: Seconds between two clocks that nobody notices; the Date header counts whole ones.
_NEAR = 5
_FAR = 300
_HOUR = 3600
_DAY = 24 * _HOUR


class NetBox(Record, frozen=True):
    """What NetBox said (`linewright.sources.netbox.health`), and whether its way is protected by TLS."""

    url: str
    version: str
    missing: tuple[str, ...]
    devices: int
    may_write: bool
    ahead: float | None


class Newest(Record, frozen=True):
    """The newest snapshot: its code, devices, and its age in seconds (None when it names no time)."""

    code: str
    devices: int
    age: float | None


def netbox(found: NetBox) -> tuple[Check, ...]:
    """What is to be said of a NetBox that answered."""
    way = "over TLS" if found.url.startswith("https:") else "plain HTTP, on this machine only"
    return (
        ok("source", "NetBox", f"{found.url} answers, {way}"),
        _version(found.version),
        _permissions(found),
        _token(found),
        clock("source", "NetBox's clock", found.ahead),
    )


def clock(group: Group, subject: str, ahead: float | None) -> Check:
    """What is to be said of another clock; `ahead` in seconds of ours."""
    if ahead is None:
        return unchecked(group, subject, "it names no time")
    apart = abs(ahead)
    if apart <= _NEAR:
        return ok(group, subject, "agrees with this machine's")
    said = f"{lasting(apart)} {'ahead of' if ahead > 0 else 'behind'} this machine's"
    todo = "find out which of the two is wrong; both belong to one time source"
    return failed(group, subject, said, todo) if apart > _FAR else warned(group, subject, said, todo)


def newest(found: Newest | None, error: LinewrightError | None = None) -> Check:
    """What is to be said of the newest snapshot; None when none was taken."""
    subject = "snapshot"
    if error is not None:
        return from_error("source", subject, error)
    if found is None:
        return warned("source", subject, "none was taken yet", "lw snapshot")
    said = f"{found.code}, {found.devices} device{'s' * (found.devices != 1)}"
    if found.age is None:
        return ok("source", subject, said)
    if found.age < -_NEAR:
        return warned(
            "source",
            subject,
            f"{said}, taken {lasting(-found.age)} in the future",
            "check this machine's clock",
        )
    said += f", {lasting(max(found.age, 0))} old"
    return warned("source", subject, said, "lw snapshot") if found.age > _DAY else ok("source", subject, said)


def lasting(seconds: float) -> str:
    """A time as people say it: the two largest units."""
    whole = round(seconds)
    units = ((_DAY, "d"), (_HOUR, "h"), (60, "min"), (1, "s"))
    parts = []
    for size, name in units:
        if whole >= size:
            parts.append(f"{whole // size} {name}")
            whole %= size
    return " ".join(parts[:2]) or "0 s"


def _version(version: str) -> Check:
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers == TESTED:
        return ok("source", "NetBox version", version)
    return warned(
        "source",
        "NetBox version",
        f"{version}; tested is {'.'.join(map(str, TESTED))}",
        "compare a first snapshot with NetBox's pages",
    )


def _permissions(found: NetBox) -> Check:
    if found.missing:
        return failed(
            "source", "token permissions", f"it may not see: {', '.join(found.missing)}",
            "add them to the user in NetBox (Admin, Permissions, action view); docs/netbox.md lists all",
        )  # fmt: skip
    devices = f"{found.devices} device{'s' * (found.devices != 1)}"
    if not found.devices:
        return failed(
            "source",
            "token permissions",
            "it sees no device at all",
            "constraints on a permission hide objects; or NetBox is empty",
        )
    return ok("source", "token permissions", f"sees all kinds of objects, {devices}")


def _token(found: NetBox) -> Check:
    if found.may_write:
        return warned(
            "source",
            "token",
            "it can write, and reading is all that is needed",
            "make a token without the right to write",
        )
    return ok("source", "token", "can read only")
