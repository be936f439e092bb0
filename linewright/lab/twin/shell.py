"""The command line of a twin, as one eAPI request uses it: it begins in privileged mode and ends with the request."""

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from linewright.lab.twin.box import Box
from linewright.lab.twin.config import Config, NotAccepted, Place
from linewright.lab.twin.faults import Dropped, Fault, Turned, spoilt
from linewright.lab.twin.sessions import Session
from linewright.lab.twin.shows import as_text as layout

_SESSION = re.compile(r"configure session (\S+)(?: (commit|abort)(?: timer (\d+):(\d\d):(\d\d))?)?")
_COMMIT = re.compile(r"(commit|abort)(?: timer (\d+):(\d\d):(\d\d))?")
_COPY = re.compile(r"copy (running|startup)-config (startup-config|flash:/?\S+)")
_CONFIG = re.compile(r"show (running|startup)-config(?: (all|sanitized))?")
_NAMED = re.compile(r"show session-config named (\S+?)(?: (diffs|sanitized))?")
_COPIED = "Copy completed successfully."

#: What a command answers: the JSON form, or text under "output".
Answer = dict[str, Any]


class Unconverted(Exception):  # noqa: N818 - an answer of the device
    """The command has no answer in the format asked for."""


class Refusal(NotAccepted):
    """A refusal that a fault wants; `code` is eAPI's number for it."""

    def __init__(self, answer: str, code: int) -> None:
        super().__init__(answer)
        self.code = code


class Shell:
    """One command line session on a twin. `show` answers the show commands of the plant, None for unknown ones."""

    def __init__(self, box: Box, user: str, show: Callable[[str], Answer | None], session: str = "") -> None:
        self._box = box
        self._user = user
        self._by = session
        self._late = False
        self._show = show
        self._place: Place = ()
        self._config: Config | None = None
        self._session: Session | None = None
        #: How the whole answer ends, by the kinds of the faults that were met.
        self.endings: set[str] = set()

    def run(self, command: str, text: str = "", *, as_text: bool) -> Answer:
        """One command.

        Raises:
            NotAccepted: the device refuses it.
            Unconverted: it has no answer in this format.
            Dropped: a fault cuts the connection before the command is taken.
            Turned: a fault answers with HTTP alone.
        """
        command = " ".join(command.split()) if not self._place else command.strip()
        self._box.way.wait_until_it_works()
        faults = self._box.faults.take(command)
        for fault in faults:
            self._before(fault, command, text)
        self._box.judge.write("received", self._box.now(), command, session=self._by, user=self._user)
        try:
            for fault in faults:
                if fault.kind == "error":
                    raise Refusal(fault.answer, fault.code)
            answer = self._take(command, text, as_text=as_text)
        except NotAccepted as reason:
            self._note(command, str(reason))
            raise
        self._box.answered(command)
        for fault in faults:
            if fault.kind == "sleep after":
                time.sleep(fault.seconds)
            if fault.kind == "error after":
                raise Refusal(fault.answer, fault.code)
            self.endings.add(fault.kind)
            answer = spoilt(answer, fault)
        return answer

    def _note(self, command: str, outcome: str = "ok") -> None:
        self._box.note(self._by, self._user, command, outcome, late=self._late and outcome == "ok")

    def _land(self, command: str, text: str) -> None:
        """Carry out a command whose client was cut off long ago."""
        self._late = True
        try:
            self._take(command, text, as_text=True)
        except NotAccepted as reason:
            self._note(command, str(reason))

    def _before(self, fault: Fault, command: str, text: str) -> None:
        """What goes wrong before a command is taken."""
        box = self._box
        after = "" if fault.answer == Fault.answer else fault.answer
        if fault.kind == "sleep before":
            time.sleep(fault.seconds)
        elif fault.kind == "drop before":
            raise Dropped
        elif fault.kind == "busy":
            raise Turned(503, b"<html><body>Service Unavailable</body></html>")
        elif fault.kind == "login refused":
            raise Turned(401, b"Unable to authenticate user: Bad username/password combination")
        elif fault.kind in ("other session", "other commit"):
            with box.lock:
                box.sessions.enter(fault.answer, box.running)
                if fault.kind == "other commit":
                    box.sessions.commit(fault.answer, box.running, 600)
        elif fault.kind == "other edit":
            box.operator(*fault.answer.splitlines())
        elif fault.kind == "late":
            box.hold(partial(self._land, command, text), fault.seconds, after)
            raise Dropped
        else:
            self._shaken(fault, after)

    def _shaken(self, fault: Fault, answer: str) -> None:
        """What goes wrong with the way or the whole device."""
        box = self._box
        if fault.kind == "other save":
            box.save()
        elif fault.kind == "cut off":
            box.way.cut("in" if answer == "in" else "out" if answer == "out" else "both", fault.seconds)
            if box.way.lost("in"):
                raise Dropped
        elif fault.kind == "pause":
            box.way.stand_still(fault.seconds)
            box.way.wait_until_it_works()
        elif fault.kind == "clock step":
            box.step(fault.seconds, timers=answer == "timers")
        elif fault.kind == "restart":
            box.restart()
            raise Dropped

    def _take(self, command: str, text: str, *, as_text: bool) -> Answer:
        if command.startswith("show ") and not self._place:
            self._note(command)
            return self._shown(command, as_text=as_text)
        with self._box.lock:
            self._box.settle()
            answer = self._configured(command, text) if self._place else self._executed(command)
            self._note(command)
        return (
            answer if not as_text or "output" in answer else {"output": "\n".join(answer.get("messages", ()))}
        )

    def _executed(self, command: str) -> Answer:
        box = self._box
        if command in ("enable", "end", "exit"):
            return {}
        if found := _SESSION.fullmatch(command):
            return self._session_command(*found.groups())
        if command in ("configure", "configure terminal"):
            self._config = box.running.clone()
            self._place = self._config.top
            return {}
        if found := re.fullmatch(r"no configure session (\S+)", command):
            box.sessions.delete(found[1])
            return {}
        return self._file_command(command)

    def _session_command(
        self, name: str, verb: str | None, hours: str | None, minutes: str | None, seconds: str | None
    ) -> Answer:
        box = self._box
        if verb is None:
            self._session = box.sessions.enter(name, box.running)
            self._config = self._session.config
            self._place = self._config.top
        elif verb == "abort":
            box.sessions.abort(name)
        elif hours is None or minutes is None or seconds is None:
            box.sessions.commit(name, box.running)
        else:
            box.sessions.commit(name, box.running, int(hours) * 3600 + int(minutes) * 60 + int(seconds))
        return {}

    def _configured(self, command: str, text: str) -> Answer:
        box, config = self._box, self._config
        if config is None:
            raise NotAccepted("Invalid input (at token 0: None)")
        if command == "end" or (command == "exit" and len(self._place) == 1):
            self._place, self._config, self._session = (), None, None
            return {}
        if self._session is not None:
            if command == "rollback clean-config":
                config.root = Config(config.ports).root
                self._place = config.top
                return {}
            if found := _COMMIT.fullmatch(command):
                name = self._session.name
                self._place, self._config, self._session = (), None, None
                return self._session_command(name, *found.groups())
        if command in ("banner motd", "banner login") and not text:
            raise NotAccepted("Incomplete command (at token 2: None)")
        self._place = config.apply(self._place, command, tuple(text.rstrip("\n").splitlines()))
        if self._session is None:
            box.install(config.clone())
        return {}

    def _file_command(self, command: str) -> Answer:
        box = self._box
        if command == "write memory":
            box.startup = box.running
            return {"messages": [_COPIED]}
        if found := _COPY.fullmatch(command):
            source = box.running if found[1] == "running" else box.startup
            if found[2] == "startup-config":
                box.startup = source
            else:
                box.flash[_path(found[2])] = source
            return {"messages": [_COPIED]}
        if found := re.fullmatch(r"configure replace (flash:/?\S+)", command):
            box.install(self._file(found[1]))
            return {}
        if found := re.fullmatch(r"delete (flash:/?\S+)", command):
            self._file(found[1])
            del box.flash[_path(found[1])]
            return {}
        if command == "dir flash:":
            listed = (f"       -rw-        1000           Nov 24 00:00  {name}" for name in sorted(box.flash))
            return {"messages": ["Directory of flash:/", "", *listed]}
        word = command.split(maxsplit=1)[0] if command else ""
        raise NotAccepted(f"Invalid input (at token 0: '{word}')")

    def _file(self, path: str) -> Config:
        try:
            return self._box.flash[_path(path)]
        except KeyError:
            raise NotAccepted(f"Error accessing {path} (No such file or directory)") from None

    def _shown(self, command: str, *, as_text: bool) -> Answer:
        box = self._box
        if found := _CONFIG.fullmatch(command):
            config = box.running if found[1] == "running" else box.startup
            printed = box.sanitized if found[2] == "sanitized" else box.text
            return _text_only(printed(config, command), as_text=as_text)
        if found := _NAMED.fullmatch(command):
            if found[2] == "diffs":
                return _text_only(box.diff(found[1]), as_text=as_text)
            session = box.sessions.known.get(found[1])
            if session is None:
                raise NotAccepted(f"Session {found[1]} not found")
            printed = box.sanitized if found[2] == "sanitized" else box.text
            return _text_only(printed(session.config, command), as_text=as_text)
        answer = self._show(command)
        if answer is None:
            raise NotAccepted(f"Invalid input (at token 1: '{command.split()[1]}')")
        return {"output": layout(answer) + "\n"} if as_text else answer


def _path(name: str) -> str:
    return name.removeprefix("flash:").lstrip("/")


def _text_only(text: str, *, as_text: bool) -> Answer:
    if not as_text:
        raise Unconverted
    return {"output": text}
