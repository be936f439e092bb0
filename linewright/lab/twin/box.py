"""One simulated switch: its configurations, files, sessions, log and faults, and the commands that work on them."""

import difflib
import hashlib
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from linewright.errors import DataError
from linewright.lab.twin.config import Config, NotAccepted
from linewright.lab.twin.faults import FaultList
from linewright.lab.twin.judge import Judge
from linewright.lab.twin.reading import Reading
from linewright.lab.twin.sessions import Sessions
from linewright.lab.twin.way import Way
from linewright.platforms import rules
from linewright.redact import hide

#: EOS 4.32 changed how a pending commit is shown; twins know both ways.
RELEASE = "4.30.4M"


@dataclass(frozen=True)
class Management:
    """What must hold for a twin to be reachable: an interface that is up and has an address ("192.0.2.1/24").

    `via` are the ports through which an in-band address is reached: one of them must be up, and have an address if
    it is routed. Without ports the address is reached out of band.
    """

    interface: str
    address: str
    via: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of a twin's own log, the judge of tests. `at` in the device's seconds since it was started."""

    at: float
    user: str
    command: str
    outcome: str = "ok"
    session: str = ""


@dataclass
class Credentials:
    """Who may log in."""

    username: str
    password: str = field(repr=False)


class Box:
    """A simulated switch.

    Args:
        name: how the fleet calls it; the device's own name is in its configuration.
        config: what it boots with, running and startup.
        credentials: who may log in.
        management: what keeps it reachable; None for always reachable.
        unit: how long one of the device's seconds takes, in real seconds.
        release: the EOS release it claims; from 4.32 on pending commits are shown the newer way.
        clock: seconds that only go forward.
        record: the file in which it notes what it was told (see judge); None for none.

    Raises:
        DataError: the configuration is not one the twin takes, or leaves it unreachable.
    """

    def __init__(
        self,
        name: str,
        config: str,
        credentials: Credentials,
        *,
        management: Management | None = None,
        unit: float = 1.0,
        release: str = RELEASE,
        clock: Callable[[], float] = time.monotonic,
        record: Path | None = None,
    ) -> None:
        self.name = name
        self.credentials = credentials
        self.management = management
        self.release = release
        self.serial = "TWIN" + hashlib.sha256(name.encode()).hexdigest()[:8].upper()
        self.faults = FaultList()
        self.way = Way()
        self.judge = Judge(name, record)
        self.log: list[Entry] = []
        #: How far its clock is off, in seconds, and what is closed when it restarts.
        self.wall = 0.0
        self.at_restart: list[Callable[[], None]] = []
        self._held: list[tuple[str, Callable[[], None]]] = []
        self.flash: dict[str, Config] = {}
        self.lock = threading.RLock()
        self._clock, self._unit, self._started = clock, unit, clock()
        ports = re.findall(r"^interface ((?:Ethernet|Management)[\d/]+)$", config, re.MULTILINE)
        try:
            self._running = Reading(Config(ports).load(config))
        except NotAccepted as answer:
            raise DataError(
                f"twin {name} does not take its configuration: {answer}",
                hint="linewright/lab/twin/grammar.py lists what a twin knows",
            ) from None
        self.startup = self._running.config
        self.sessions = Sessions(self.now, self.install)
        if why := self.why_unreachable():
            raise DataError(f"twin {name} would be unreachable from the start: {why}")

    def now(self) -> float:
        """The device's seconds since it was started."""
        return (self._clock() - self._started) / self._unit

    def install(self, config: Config) -> None:
        """Make a configuration the running one; it must not be changed afterwards."""
        self._running = Reading(config)

    def settle(self) -> None:
        """Let a commit timer that has ended take its effect."""
        with self.lock:
            ended = self.sessions.settle()
            if ended is not None:
                self._happened(f"commit timer of {ended.session} ended", "reverted", ended.ends)

    @property
    def reading(self) -> Reading:
        """The running configuration, read."""
        self.settle()
        return self._running

    @property
    def running(self) -> Config:
        """The running configuration."""
        return self.reading.config

    def operator(self, *lines: str) -> None:
        """Another person configures the device directly, not through a session.

        Raises:
            NotAccepted: the device does not take a line.
        """
        with self.lock:
            edited = self.running.clone()
            place = edited.top
            for line in lines:
                place = edited.apply(place, line)
                self.note("operator", "operator", line)
            self.install(edited)

    def save(self) -> None:
        """Another person saves what runs as startup."""
        with self.lock:
            self.startup = self.running
            self.note("operator", "operator", "write memory")

    def step(self, seconds: float, *, timers: bool = False) -> None:
        """Set its clock on (or back); a commit timer that goes by the clock follows, one that counts does not."""
        with self.lock:
            self.wall += seconds
            if timers and self.sessions.timer is not None:
                self.sessions.timer = replace(self.sessions.timer, ends=self.sessions.timer.ends - seconds)
            self._happened(f"clock set by {seconds:+g} s", "ok")

    def restart(self) -> None:
        """Boot again what is saved: sessions and a running commit timer are forgotten, files stay."""
        with self.lock:
            self.install(self.startup)
            self.sessions = Sessions(self.now, self.install)
            self._happened("restart", "ok")
            self._started = self._clock()
        for close in self.at_restart:
            close()

    def hold(self, action: Callable[[], None], seconds: float, after: str) -> None:
        """Carry something out later: in so many real seconds, or once a command matching `after` was answered."""
        if after:
            with self.lock:
                self._held.append((after, action))
            return
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        timer.start()

    def answered(self, command: str) -> None:
        """A command was answered: what waited for it is carried out now."""
        with self.lock:
            due = [held for held in self._held if re.search(held[0], command)]
            self._held = [held for held in self._held if held not in due]
        for _, action in due:
            action()

    def note(self, session: str, user: str, command: str, outcome: str = "ok", *, late: bool = False) -> None:
        """Note a command that was taken, or refused with a reason."""
        self.log.append(Entry(self.now(), user, command, outcome, session))
        what: Literal["taken", "refused", "late"] = (
            "late" if late else "taken" if outcome == "ok" else "refused"
        )
        said = "" if outcome == "ok" else outcome
        self.judge.write(what, self.now(), command, session=session, user=user, said=said)

    def _happened(self, event: str, outcome: str, at: float | None = None) -> None:
        when = self.now() if at is None else at
        self.log.append(Entry(when, "", event, outcome))
        self.judge.write("device", when, event, said=outcome)

    def commands(self) -> list[str]:
        """What was sent to it and taken, in order."""
        return [entry.command for entry in self.log if entry.outcome == "ok"]

    def why_unreachable(self) -> str:
        """Why nobody reaches it over the network any more; empty when it can be reached."""
        reading = self.reading
        api = reading.config.section("management api http-commands")
        if api.child("no shutdown") is None or api.child("no protocol https") is not None:
            return "management api http-commands is shut down"
        if self.management is None:
            return ""
        port = reading.ports.get(self.management.interface)
        if port is None or not port.enabled:
            return f"{self.management.interface} is not there or shut down"
        if self.management.address not in {str(address) for address in port.addresses}:
            return f"{self.management.interface} has lost {self.management.address}"
        uplinks = [reading.ports[via] for via in self.management.via if via in reading.ports]
        if self.management.via and not any(p.enabled and (p.addresses or not p.routed) for p in uplinks):
            return f"no way in is left: {', '.join(self.management.via)}"
        return ""

    def text(self, config: Config, command: str) -> str:
        """A configuration as the device prints it."""
        name = Reading(config).hostname
        header = [f"! Command: {command}", f"! device: {name} (vEOS-lab, EOS-{self.release})", "!"]
        return "\n".join([*header, *config.render(), "!", "end", ""])

    def sanitized(self, config: Config, command: str) -> str:
        """The same with secrets removed."""
        return hide(self.text(config, command), rules("eos")).replace("***", "<removed>")

    def diff(self, session: str) -> str:
        """What a session would change.

        Raises:
            NotAccepted: there is no such session.
        """
        known = self.sessions.known.get(session)
        if known is None:
            raise NotAccepted(f"Session {session} not found")
        before, after = (["!", *config.render()] for config in (self.running, known.config))
        names = ("system:/running-config", f"session:/{session}-session-config")
        return "\n".join(difflib.unified_diff(before, after, *names, lineterm=""))
