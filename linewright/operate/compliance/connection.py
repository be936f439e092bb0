"""How pyATS reaches a device through linewright: our adapters, our trust, our secrets, and no way to write."""

import contextlib
from pathlib import Path
from typing import Any

from pyats.connections import BaseConnection

from linewright.devices.asking import check as check_command
from linewright.devices.connect import session
from linewright.devices.reach import target_for
from linewright.devices.read import observe
from linewright.devices.target import ChangeDriver
from linewright.errors import DeviceError, Refused
from linewright.model.observation import Observation
from linewright.operate.workplace import workplace
from linewright.platforms import rules


class DeviceConnection(BaseConnection):  # type: ignore[misc]  # pyATS ships no types
    """A connection of the class named in the testbed; the testbed's custom data say which site it belongs to."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        custom = self.device.testbed.custom["linewright"]
        self._place = workplace(Path(custom["site_folder"]))
        snapshot = self._place.snapshot(custom["snapshot"])
        self._target = target_for(snapshot.device(self.device.name), self._place.settings)
        self._open = contextlib.ExitStack()
        self._driver: ChangeDriver | None = None

    @property
    def connected(self) -> bool:
        """Whether the session is open."""
        return self._driver is not None

    def connect(self, *_arguments: Any, **_named: Any) -> None:
        """Open a session.

        Raises:
            DeviceError: not reached, or the login was refused.
            Impostor: another identity than the enrolled one.
        """
        if self._driver is None:
            self._driver = self._open.enter_context(session(self._target, self._place.secrets.credential))

    def disconnect(self, *_arguments: Any, **_named: Any) -> None:
        """Close the session."""
        self._driver = None
        self._open.close()

    def execute(self, command: str, *_arguments: Any, **_named: Any) -> str:
        """The answer to a show command, secrets as tokens.

        Raises:
            UsageError: the command does not only show.
            DeviceError: it was not answered.
        """
        words = check_command(command, rules(self._target.platform))
        seen = self._visit((), (words,))
        if words not in seen.commands:
            raise DeviceError(seen.missing.get(words, f"{self.device.name}: {words!r} was not answered"))
        return seen.commands[words]

    def configure(self, *_arguments: Any, **_named: Any) -> None:
        """Never.

        Raises:
            Refused: always; a test changes nothing.
        """
        raise Refused(
            f"{self.device.name}: tests do not configure devices",
            hint="changes go through lw plan and lw apply",
        )

    def observe(self, facets: tuple[str, ...]) -> Observation:
        """Everything the checks look at, in one visit."""
        return self._visit(facets, ())

    def _visit(self, facets: tuple[str, ...], commands: tuple[str, ...]) -> Observation:
        if self._driver is None:
            raise DeviceError(f"{self.device.name}: not connected")
        ours, key = rules(self._target.platform), self._place.secrets.key
        return observe(self._driver, self.device.name, ours, key, facets, commands=commands)
