"""Reading a device: what leaves this module holds tokens, never secrets."""

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from napalm.base.exceptions import NapalmException

from linewright.devices.target import ChangeDriver, Pending
from linewright.errors import DeviceError
from linewright.model.natural import natural_key
from linewright.model.objects import Record
from linewright.model.observation import (
    BgpSession,
    Neighbor,
    NeighborState,
    Observation,
    OspfNeighbor,
    Port,
    now_text,
)
from linewright.platforms import PlatformRules
from linewright.redact import tokenise

#: What a visit may read, beside the running configuration.
FACETS = ("neighbors", "bgp", "ospf", "ports")

#: OSPF neighbour states that are as far as an adjacency goes (RFC 2328 section 10.1); FRR and EOS write them so.
_OSPF_UP = ("full", "2-way", "2ways", "twoways")


class Running(Record, frozen=True):
    """A running configuration: `text` with tokens, `fingerprint` the SHA-256 of what the device sent.

    The fingerprint is compared on the device in the moment of a commit and never stored: over a text whose secrets
    can be guessed, it would let them be guessed.
    """

    text: str
    fingerprint: str


def running(driver: ChangeDriver, device: str, rules: PlatformRules, key: bytes) -> Running:
    """The running configuration.

    Raises:
        DeviceError: it was not to be had whole.
        SecretError, DataError: it is not what a device of this platform shows.
    """
    text, fingerprint = _asked(device, "its running configuration", lambda: _fingerprinted(driver))
    return Running(text=tokenise(text, rules, key, device), fingerprint=fingerprint)


def startup(driver: ChangeDriver, device: str, rules: PlatformRules, key: bytes) -> str:
    """The startup configuration, tokenised.

    Raises:
        DeviceError: it was not to be had.
        SecretError, DataError: as for running.
    """
    text = _asked(
        device, "its startup configuration", lambda: driver.get_config(retrieve="startup")["startup"]
    )
    return tokenise(text, rules, key, device)


def pending(driver: ChangeDriver, device: str) -> Pending | None:
    """The change that waits for its confirmation there.

    Raises:
        DeviceError: the device does not say.
    """
    found: Pending | None = _asked(device, "what is pending there", driver.pending_change)
    return found


def observe(
    driver: ChangeDriver, device: str, rules: PlatformRules, key: bytes, facets: tuple[str, ...] = FACETS
) -> Observation:
    """Everything asked for, in one visit; a facet the device does not give is in `missing` with its reason.

    A change that waits there for its confirmation is told under "pending": what runs may be gone in a moment.

    Raises:
        DeviceError: the running configuration was not to be had.
    """
    text = running(driver, device, rules, key).text
    readers: dict[str, Callable[[], Any]] = {
        "neighbors": lambda: _neighbors(driver),
        "bgp": lambda: _bgp(driver),
        "ospf": lambda: _ospf(driver),
        "ports": lambda: _ports(driver),
    }
    found: dict[str, Any] = {}
    missing: dict[str, str] = {}
    if (waiting := pending(driver, device)) is not None:
        missing["pending"] = (
            f"another change ({waiting.change or 'unnamed'}) waits there for its confirmation"
        )
    for facet in facets:
        try:
            found[facet] = _asked(device, facet, readers[facet])
        except DeviceError as error:
            missing[facet] = error.message
    return Observation(
        device=device, platform=rules.name, seen=now_text(time.time()), running=text, missing=missing, **found
    )


def unreachable(device: str, platform: str, reason: str) -> Observation:
    """The observation of a device that did not answer."""
    return Observation(device=device, platform=platform, seen=now_text(time.time()), error=reason)


def _asked(device: str, what: str, question: Callable[[], Any]) -> Any:
    try:
        return question()
    except DeviceError:
        raise
    except (
        NapalmException,
        OSError,
        EOFError,
        RuntimeError,
        LookupError,
        AttributeError,
        ValueError,
        TypeError,
    ) as error:
        # Drivers raise what their libraries raise; a device's malformed answer is a KeyError or worse somewhere
        # (NotImplementedError and RecursionError are RuntimeErrors).
        raise DeviceError(f"{device}: {what} could not be read: {type(error).__name__}: {error}") from error


def _fingerprinted(driver: ChangeDriver) -> tuple[str, str]:
    text = driver.get_config(retrieve="running")["running"]
    return text, sha256(text.encode()).hexdigest()


def _neighbors(driver: ChangeDriver) -> tuple[Neighbor, ...]:
    heard = driver.get_lldp_neighbors()
    return tuple(
        Neighbor(port=port, device=entry["hostname"], remote_port=entry["port"])
        for port in sorted(heard, key=natural_key)
        for entry in heard[port]
    )


def _bgp(driver: ChangeDriver) -> tuple[BgpSession, ...]:
    found = []
    for instance, table in driver.get_bgp_neighbors().items():
        for peer, facts in table["peers"].items():
            state: NeighborState = "up" if facts["is_up"] else "down" if facts["is_enabled"] else "disabled"
            found.append(
                BgpSession(
                    peer=peer,
                    remote_as=facts["remote_as"],
                    state=state,
                    vrf="" if instance == "global" else instance,
                    description=facts["description"],
                )
            )
    return tuple(sorted(found, key=lambda session: (session.vrf, natural_key(session.peer))))


def _ospf(driver: ChangeDriver) -> tuple[OspfNeighbor, ...]:
    found = []
    for entry in driver.get_ospf_neighbors():
        raw = entry["state"]
        state: NeighborState = "up" if raw.partition("/")[0].strip().lower() in _OSPF_UP else "down"
        found.append(
            OspfNeighbor(
                interface=entry["interface"],
                router_id=entry["router_id"],
                address=entry["address"],
                state=state,
                raw=raw,
            )
        )
    return tuple(sorted(found, key=lambda n: (natural_key(n.interface), n.router_id)))


def _ports(driver: ChangeDriver) -> tuple[Port, ...]:
    table = driver.get_interfaces()
    return tuple(
        Port(name=name, enabled=facts["is_enabled"], up=facts["is_up"], description=facts["description"])
        for name, facts in sorted(table.items(), key=lambda item: natural_key(item[0]))
    )
