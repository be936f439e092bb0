"""A ChangePlan: one change, stated completely before it is made.

The file of a plan is canonical JSON (RFC 8785) of the plan and its digest, and nothing else; the digest is SHA-256 over the
plan's own canonical bytes, the code its first eight digits. All configuration text in it is tokenised.
"""

from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from linewright.errors import DataError, Refused
from linewright.files import read_bounded
from linewright.model.objects import Record
from linewright.plan.agreement.records import ChangeType, Hold, Need, Window
from linewright.plan.damage import LARGEST_NUMBER, found_in
from linewright.plan.logins import FRESH
from linewright.plan.rollout.records import Apart, Line, Linked, Place, Rollout, Touched
from linewright.redact import Slot
from linewright.seal.canonical import canonical, code

SCHEMA = 4
#: A plan for thousands of devices stays far below this; a larger file is not a plan.
_MAX_BYTES = 512 << 20


#: "managed" leaves alone what no template makes; "replace" removes it.
Mode = Literal["managed", "replace"]


class WorstCase(Record, frozen=True):
    """What a device has where its timer is a program on it, as it said when the plan was made.

    `restart` is how its routing software can be started again when a part of it hangs ("hook", "systemd", "frrinit",
    "no"); `start_hook` says whether a change is taken back that waits while the software or the device is restarted.
    `unread` is why it did not say.
    """

    restart: str = ""
    start_hook: bool = False
    unread: str = ""


#: How much can go wrong: what a plan asks of people goes by it.
Risk = Literal["low", "normal", "high"]


class CheckRef(Record, frozen=True):
    """A check that a device must pass before its change is confirmed.

    `digest` is the SHA-256 of what judges (the check's file, or the content of linewright for its own), `input` what it
    is given beside the observations: lists of names, texts, numbers as texts.
    """

    name: str
    digest: str
    input: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - msgspec copies it per instance


class Around(Record, frozen=True):
    """A device beside the changed one that is read before and after, and never written to; fields as in `DevicePlan`."""

    device: str
    platform: str
    host: str
    port: int
    identity: str
    jumps: tuple[str, ...] = ()


class DevicePlan(Record, frozen=True):
    """What is to happen on one device.

    `before` and `after` are its whole configuration now and then, canonical text; `intended` is what the templates
    say, which becomes the base of the next change. `commands` are the very lines that are sent, in this order where
    `order` is "sent"; `back_out` leads back. `drift` are lines that already differed and are left alone.
    `timer` is the seconds after which the device takes the change back by itself, 0 when it cannot.
    `identity` is the enrolled fingerprint the device must show.
    `logins` is how often the change logs in there when all goes well, `codes` how many one-time codes a person types
    for that; `weakened` says in words which proof that leaves out.
    `on_own_path` are the lines by which we could lose our own way in. `unsaved` is what running had and startup had
    not when the plan was made (signed lines): confirming the change saves that too. `startup_unread` is why nobody
    knows. `worst_case` is None where the timer is the device's own.
    `base` names what the change starts from there and `base_digest` is the SHA-256 of its text; both are empty where
    nothing is needed to start from. `included` is drift that was taken into the change because a wanted line meets it.
    `seen` is when the configuration was read that the plan was made from (UTC).
    `expected` is how many seconds its change is expected to take, `observe` how long all must hold before it is confirmed:
    the longest hold or dead time, as read from the device, of the sessions the change touches. `live` is what must be so
    right before its batch begins; those that are read for it stand in `around`.
    """

    device: str
    platform: str
    host: str
    port: int
    identity: str
    order: str
    timer: int
    before: str
    after: str
    intended: str
    commands: tuple[str, ...]
    back_out: tuple[str, ...]
    diff: tuple[str, ...]
    drift: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    base: str = ""
    on_own_path: tuple[str, ...] = ()
    logins: int = FRESH
    codes: int = 0
    weakened: tuple[str, ...] = ()
    unsaved: tuple[str, ...] = ()
    startup_unread: str = ""
    worst_case: WorstCase | None = None
    serial: str = ""
    jumps: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    checks: tuple[CheckRef, ...] = ()
    around: tuple[Around, ...] = ()
    risk: Risk = "normal"
    risks: tuple[str, ...] = ()
    base_digest: str = ""
    included: tuple[str, ...] = ()
    seen: str = ""
    expected: int = 0
    observe: int = 0
    live: tuple[CheckRef, ...] = ()


class ChangePlan(Record, frozen=True):
    """One change. `batches` are device names in the order they are done; `created` is UTC.

    `snapshot` is the digest of the data it was made from, `templates` the SHA-256 of each template used, `versions`
    those of linewright and the libraries that reach the devices, `contents` the SHA-256 over their installed files, `policies`
    that of each group of settings that decides how the change is made. `unchanged` counts devices in scope with nothing to do.
    `branch` is the branch of the source of truth the snapshot was taken from, "" for its main one. The back-out is
    agreed to with the plan: for so many seconds (`back_out_within`) after the job has ended. `include_drift` says that
    drift which wanted lines meet is part of the change; without it such a device is not planned. `may_lose` is what may
    be gone after the change by the word of who made the plan ("bgp 192.0.2.1").

    `change` is its type; `reason` why it cannot wait (an emergency), `pattern` what it was agreed to by (a standard
    change), `purpose` what it is for, in the words of its author. `window` is when it may be made, None for any time.
    `expected` is how many seconds all of it is expected to take. `rollout` says how batches are made; `linked` devices are
    confirmed together, those `apart` never share a batch. `impact` is whom it can hurt, `places` and `lines` are the small map.
    `holds` are what people look at; `needs` is who has to agree, by the policy of where it is applied.
    """

    schema: int
    site: str
    marking: str
    created: str
    author: str
    scope: str
    base: str
    mode: Mode
    snapshot: str
    position: str
    templates: dict[str, str]
    versions: dict[str, str]
    devices: tuple[DevicePlan, ...]
    batches: tuple[tuple[str, ...], ...]
    unchanged: int = 0
    ticket: str = ""
    contents: dict[str, str] = {}  # noqa: RUF012 - msgspec copies it per instance
    policies: dict[str, str] = {}  # noqa: RUF012 - as above
    branch: str = ""
    back_out_within: int = 86_400
    include_drift: bool = False
    may_lose: tuple[str, ...] = ()
    change: ChangeType = "normal"
    reason: str = ""
    pattern: str = ""
    purpose: str = ""
    window: Window | None = None
    expected: int = 0
    rollout: Rollout = Rollout()
    linked: tuple[Linked, ...] = ()
    apart: tuple[Apart, ...] = ()
    impact: tuple[Touched, ...] = ()
    places: tuple[Place, ...] = ()
    lines: tuple[Line, ...] = ()
    holds: tuple[Hold, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 (64 hex digits) over the canonical form."""
        return sha256(_canonical(self, self)).hexdigest()

    @property
    def code(self) -> str:
        """The plan code people compare: 7F3A-91C2."""
        return code(self.digest)

    def device(self, name: str) -> DevicePlan:
        """The part of one device.

        Raises:
            DataError: the plan does not touch it.
        """
        for plan in self.devices:
            if plan.device == name:
                return plan
        raise DataError(f"plan {self.code} does not touch {name}")


class _Sealed(Record, frozen=True):
    digest: str
    plan: ChangePlan


def dump(plan: ChangePlan) -> bytes:
    """A plan as its file holds it: canonical JSON of the plan and its digest."""
    return _canonical(_Sealed(digest=plan.digest, plan=plan), plan)


def load(path: Path) -> ChangePlan:
    """Read a plan file.

    Raises:
        DataError: there is none, it cannot be read, it is too large to be one, or another version of linewright wrote it.
        Refused: it is not a plan, it was altered (its bytes are not their own canonical form, or its digest is not that
            of its plan), or it cannot be carried out at all. What is wrong is named.
    """
    try:
        data = read_bounded(path, _MAX_BYTES)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file", hint="make a plan: lw plan -o FILE") from None
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.plan.schema != SCHEMA:
            raise _of_another_schema(path, data, head)
        sealed = msgspec.json.decode(data, type=_Sealed)
        written = _canonical(sealed, sealed.plan)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, _NoFormError) as error:
        raise Refused(
            f"{path}: not a plan, or damaged: {found_in(data) or error}",
            hint="make a new plan: lw plan -o FILE",
        ) from None
    if written != data:
        why = found_in(data) or f"from byte {_parting(written, data)} on"
        raise Refused(
            f"{path}: not as it was written: {why}",
            hint="make a new plan: lw plan -o FILE",
        )
    if sealed.plan.digest != sealed.digest:
        raise Refused(
            f"{path}: altered since it was written: its code is not that of what is in it",
            hint="make a new plan: lw plan -o FILE",
        )
    _consistent(sealed.plan, path)
    return sealed.plan


class _NoFormError(DataError):
    """What is in a plan has no canonical form."""


class _Schema(msgspec.Struct):
    schema: int


class _Head(msgspec.Struct):
    digest: str
    plan: _Schema


def _canonical(record: Record, plan: ChangePlan) -> bytes:
    """The bytes of RFC 8785, by the quick way where it gives the same.

    That is: no number beyond what all readers of JSON agree on, no key beyond the plane in which the order of code
    points is that of UTF-16 units (a plan holds no fractions). A property test holds the two together.
    """
    numbers = [plan.schema, plan.unchanged, plan.back_out_within, plan.expected]
    numbers += [plan.rollout.canary, plan.rollout.soak, *(need.count for need in plan.needs)]
    numbers += [*(place.tier for place in plan.places), *(line.count for line in plan.lines)]
    keys = [*plan.templates, *plan.versions, *plan.contents, *plan.policies]
    for part in plan.devices:
        numbers += [part.port, part.timer, part.logins, part.codes, *(each.port for each in part.around)]
        numbers += [part.expected, part.observe]
        for check in (*part.checks, *part.live):
            keys += check.input
    if all(abs(number) <= LARGEST_NUMBER for number in numbers) and all(key <= "\uffff" for key in keys):
        try:
            return msgspec.json.encode(record, order="sorted")
        except UnicodeEncodeError:
            pass  # half a surrogate: refused below, by name
    try:
        return canonical(record)
    except DataError as error:
        raise _NoFormError(error.message) from None


def _of_another_schema(path: Path, data: bytes, head: _Head) -> DataError | Refused:
    """What to say of a plan of another version, which need not be one: a damaged digit looks the same."""
    try:
        whole = msgspec.json.decode(data)
        if canonical(whole) == data and sha256(canonical(whole["plan"])).hexdigest() == head.digest:
            older = head.plan.schema < SCHEMA
            return DataError(
                f"{path}: written by {'an older' if older else 'a newer'} linewright (schema {head.plan.schema})",
                hint="make a new plan: lw plan -o FILE" if older else "use that version",
            )
    except (msgspec.MsgspecError, DataError, RecursionError):
        pass
    return Refused(
        f"{path}: altered since it was written (schema {head.plan.schema})",
        hint="make a new plan: lw plan -o FILE",
    )


def _parting(one: bytes, other: bytes) -> int:
    """Where two texts part."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _consistent(plan: ChangePlan, path: Path) -> None:
    names = [part.device for part in plan.devices]
    batched = [name for batch in plan.batches for name in batch]
    if len(set(names)) != len(names) or sorted(names) != sorted(batched):
        raise Refused(
            f"{path}: its batches are not its devices, each once", hint="make a new plan: lw plan -o FILE"
        )
    if not names or not all(plan.batches):
        raise Refused(
            f"{path}: it changes nothing, or holds an empty batch", hint="make a new plan: lw plan -o FILE"
        )
    for part in plan.devices:
        if part.timer < 0:
            raise Refused(
                f"{path}: {part.device}: a timer is 0 seconds or more",
                hint="make a new plan: lw plan -o FILE",
            )
        if not 0 <= part.port <= 65535:
            raise Refused(
                f"{path}: {part.device}: {part.port} is no port", hint="make a new plan: lw plan -o FILE"
            )
