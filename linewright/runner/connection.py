"""Our Nornir connection: opened with the enrolled identity, closed without touching anything on the device."""

from contextlib import AbstractContextManager
from typing import Any

from nornir.core.configuration import Config

from linewright.devices.connect import session
from linewright.devices.target import ChangeDriver, Reveal, Target

NAME = "linewright"


class LinewrightConnection:
    """A Nornir connection plugin over our adapters.

    The host's connection options carry what it needs in `extras`: `target` (how the device is reached) and `reveal`
    (where secret references become values). Nornir's own hostname, username and password are not used, so that no
    secret stands in an inventory.
    """

    connection: ChangeDriver

    def __init__(self) -> None:
        self._session: AbstractContextManager[ChangeDriver] | None = None

    def open(  # noqa: PLR0917 - Nornir's own signature
        self,
        hostname: str | None,  # noqa: ARG002 - Nornir's own signature
        username: str | None,  # noqa: ARG002 - as above
        password: str | None,  # noqa: ARG002 - as above
        port: int | None,  # noqa: ARG002 - as above
        platform: str | None,  # noqa: ARG002 - as above
        extras: dict[str, Any] | None = None,
        configuration: Config | None = None,  # noqa: ARG002 - as above
    ) -> None:
        """Connect.

        Raises:
            DeviceError: not reached, or the login was refused.
            Impostor: another identity than the enrolled one.
        """
        options = extras or {}
        target: Target = options["target"]
        reveal: Reveal = options["reveal"]
        self._session = session(target, reveal)
        self.connection = self._session.__enter__()

    def close(self) -> None:
        """Disconnect; nothing is aborted, discarded or confirmed."""
        if self._session is not None:
            self._session.__exit__(None, None, None)
            self._session = None
