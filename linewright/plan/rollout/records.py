"""What a plan says of its order and of whom it can hurt."""

from typing import Literal

from linewright.model.objects import Record

#: What is done when more devices fail than may: begin nothing more; also take the failing batch back; take all back.
OnBreach = Literal["halt", "back out batch", "back out all"]


class Rollout(Record, frozen=True):
    """How batches are made and how they follow each other.

    `canary` devices go first, one batch; then batches of `size` ("5" devices or "25%" of the rest). `soak` seconds pass
    after each batch, with everything looked at again before the next. More than `failures` ("0", "2" or "5%") devices
    that are not confirmed are a breach.
    """

    canary: int = 1
    size: str = "1"
    soak: int = 0
    failures: str = "0"
    on_breach: OnBreach = "halt"


class Apart(Record, frozen=True):
    """Two devices of the plan that stand in for each other: never in one batch. `why` in words ("both uplinks of acc1")."""

    a: str
    z: str
    why: str


class Linked(Record, frozen=True):
    """Devices whose changes only work together (both ends of a session): all are confirmed, the farthest first, or none."""

    devices: tuple[str, ...]
    why: str


class Touched(Record, frozen=True):
    """Whom the change of one device can hurt, from the source of truth.

    `sites`, `circuits` and `services` are names; `unprotected` says who has no second way while this device is away
    ("site B: on hq-wan2 alone"), `cut` who has no way at all.
    """

    device: str
    sites: tuple[str, ...] = ()
    circuits: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    unprotected: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()


class Place(Record, frozen=True):
    """A device on the small map of a plan: those that change, those beside them. `tier` as on topology sheets, 0 on top."""

    device: str
    site: str
    role: str
    tier: int
    changes: bool = False


class Line(Record, frozen=True):
    """A connection on the small map; `alone`: while the change is made nothing stands in for it."""

    a: str
    z: str
    count: int = 1
    alone: bool = False
