"""What is needed to reach one device, and what every adapter can do there."""

from collections.abc import Callable
from typing import Any, Literal, Protocol, runtime_checkable

from linewright.devices.ssh.endpoint import Endpoint
from linewright.model.objects import Record

#: Gives the value of a secret reference; lives in memory only.
Reveal = Callable[[str], str]


class Target(Record, frozen=True):
    """One device as the runner reaches it.

    `password` is a secret reference, never a value. `known_hosts` and `tls_pins` are the site's enrolled identities
    (OpenSSH known_hosts format; JSON {device: sha256 of the DER certificate}). `timeout` in seconds, per operation.
    `ssh` says it whole for a device that is reached by SSH: its jump hosts, keys, agent; None for a plain login as
    above. `single_login`: one session is kept for all a change does there.
    """

    device: str
    platform: str
    host: str
    port: int
    username: str
    known_hosts: str
    tls_pins: str
    password: str = ""
    key_file: str = ""
    timeout: int = 30
    ssh: Endpoint | None = None
    single_login: bool = False

    @property
    def codes(self) -> int:
        """How many one-time codes one login takes, jump hosts counted."""
        return self.ssh.codes_for_a_login if self.ssh is not None else 0


class Pending(Record, frozen=True):
    """A change that waits for its confirmation on a device; `seconds_left` is the device's own count, -1 unknown.

    Attributes:
        change: its name.
        seconds_left: until the device takes it back by itself.
        timer: whether what takes it back lives there. "dead": it stays until somebody takes it back. "stale": it was
            left behind long ago and nothing is done about it any more.
        way_out: what a person types there to take it back.
    """

    change: str
    seconds_left: int = -1
    timer: Literal["running", "dead", "stale", "unknown"] = "unknown"
    way_out: str = ""

    @property
    def stays(self) -> str:
        """Why nothing on the device will take it back; empty when its timer runs or nobody knows."""
        if self.timer == "dead":
            return "NO timer runs there; it stays until somebody takes it back"
        if self.timer == "stale":
            return "it was left behind and is older than what runs there; nothing takes it back"
        return ""

    @property
    def told(self) -> str:
        """It in words, to stand behind "a change" or "another change"."""
        return f"({self.change or 'unnamed'}) waits there for its confirmation" + f": {self.stays}" * bool(
            self.stays
        )

    def next_step(self, device: str, otherwise: str) -> str:
        """The next step of a person whom it stands in the way of; `otherwise` where waiting helps."""
        if not self.stays:
            return otherwise
        return f"settle it on {device} itself" + f", as root: {self.way_out}" * bool(self.way_out)


class Guard(Record, frozen=True):
    """What a device has for the worst case of a timer that is a program on it.

    Attributes:
        restart: how its routing software can be started again when a daemon hangs or is dead as the time is over:
            "hook" (what the device's owner installed), "systemd", "frrinit", or "no".
        start_hook: whether a change that waits is taken back when the software or the device starts inside the window.
    """

    restart: str
    start_hook: bool


@runtime_checkable
class Guarded(Protocol):
    """A driver whose device can say what it has for the worst case; where the timer is the device's own, none does."""

    def guard(self) -> Guard:
        """Asked of the device, in one short question."""


@runtime_checkable
class Fenced(Protocol):
    """A driver whose device itself refuses an applier that another has overtaken.

    A job that takes a device over has a higher number than the one before it, in the count of the journal both use. The
    device keeps the highest it has seen of each journal and refuses what comes with a lower one, in the same locked
    step as the commit, the confirmation and the rollback. Other journals it cannot compare: those it lets pass.
    """

    def fence(self, journal: str, token: int) -> None:
        """Every commit, confirm and rollback of this driver from now on carries these; nothing is sent yet."""

    def announce(self) -> None:
        """Tell the device now: from its answer on nothing of an older job begins there."""


@runtime_checkable
class Records(Protocol):
    """A driver whose device keeps a record of the configuration commands it was given, by whomever."""

    def record_mark(self) -> str:
        """Where the record stands now; empty when the device keeps none."""

    def recorded_since(self, mark: str) -> tuple[str, ...] | None:
        """Configuration commands since a mark, oldest first, secrets included, without those our own script sent.

        None when the device keeps no record, or kept none then. Commands are as somebody typed them, without the section
        they stood in; words that only enter and leave the configuration are left out.
        """


@runtime_checkable
class AtWork(Protocol):
    """A driver whose device can say whether something of ours is under way there."""

    def at_work(self) -> str:
        """What is at work now and of which change, in words for people; "" when nothing is.

        A change that waits for its confirmation is not at work: `pending_change` tells of it.
        """


class ChangeDriver(Protocol):
    """NAPALM's NetworkDriver as every adapter here implements it, and what a safe change needs beyond it.

    All configuration text that passes here is the device's own, secrets included: `read` and `write` are the only
    callers, and nothing they return holds a secret.
    """

    def open(self) -> None:
        """Connect; the server's identity is checked before a credential is sent."""

    def close(self) -> None:
        """Disconnect. Never aborts, discards or confirms anything on the device."""

    def is_alive(self) -> dict[str, bool]:
        """{"is_alive": ...}: whether the session stands, as far as this end knows."""

    def begin_change(self, change: str, attempt: int) -> None:
        """Name the change that the next load belongs to; candidate and state on the device carry both."""

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load lines. Where the platform's order is "sent": exactly these, in this order, once."""

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load a whole configuration."""

    def compare_config(self) -> str:
        """The device's own diff of the candidate."""

    def expect_running(self, sha256: str) -> None:
        """The next commit is refused by the device if its running text's SHA-256 is another one (where it can)."""

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Apply the candidate; with `revert_in` (seconds) the device takes it back unless it is confirmed."""

    def confirm_commit(self) -> None:
        """Confirm the pending change of `begin_change`'s name; refuse any other. Saves startup."""

    def has_pending_commit(self) -> bool:
        """Whether any change waits for confirmation, whoever made it."""

    def pending_change(self) -> Pending | None:
        """What waits for confirmation."""

    def rollback(self) -> None:
        """Back to before the pending change, or before the last commit."""

    def discard_config(self) -> None:
        """Forget a candidate that was loaded and not committed."""

    def clean_up(self) -> None:
        """Remove what this change left on the device: candidate, rollback and state files."""

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's own signature
    ) -> dict[str, str]:
        """Configurations as text."""

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """LLDP neighbours by local port."""

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """BGP neighbours in NAPALM's shape."""

    def get_ospf_neighbors(self) -> list[dict[str, str]]:
        """OSPF adjacencies: interface, router_id, address, state (the platform's own word)."""

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Interfaces in NAPALM's shape."""

    def get_facts(self) -> dict[str, Any]:
        """Facts in NAPALM's shape; `uptime` is that of the device itself, not of a machine it shares."""

    def get_lldp_neighbors_detail(self, interface: str = "") -> dict[str, list[dict[str, Any]]]:
        """LLDP neighbours by local port, with chassis id and descriptions, in NAPALM's shape."""

    def get_interfaces_ip(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Addresses by interface in NAPALM's shape."""

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """Resolved neighbours in NAPALM's shape."""

    def get_routes(self) -> list[dict[str, Any]]:
        """Routes in use, of every VRF: prefix, protocol, metric, vrf ("" is the default), hops (address, port).

        Not one of NAPALM's getters: `get_route_to` asks about one destination.
        """

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """The answers to show commands, as text, by command."""
