"""Reaching an EOS device and reading it: NAPALM's getters over a verified connection, answers believed only if whole."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pyeapi
from napalm.base.exceptions import UnsupportedVersion
from napalm.eos.eos import EOSDriver
from napalm.eos.utils.versions import EOSVersion
from pyeapi.eapilib import CommandError

from linewright.devices.eos.believing import configuration
from linewright.devices.eos.sessions import Seen, seen
from linewright.devices.eos.transport import Enrolled, NotSent, VerifiedHttps
from linewright.errors import DeviceError
from linewright.platforms import rules
from linewright.redact import hide

#: Configuration sessions are good for this since 4.23; NAPALM draws the same line.
_OLDEST = "4.23.0"


class EosReader(EOSDriver):  # type: ignore[misc] # NAPALM is untyped
    """One EOS device through eAPI, without what changes it.

    Args:
        hostname: name or address.
        username: eAPI login.
        password: as above.
        timeout: seconds for each request, from connecting to the last byte of its answer.
        optional_args: `port` (443), `tls_pin` (SHA-256 in hex of the certificate's DER form) or `ca_file` (PEM),
            `device` (name for messages), and NAPALM's `enable_password`, `lock_disable`, `eos_autoComplete`. Of the
            transports there is only eAPI over HTTPS.
    """

    device: Any
    config_session: str | None

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        ours = dict(optional_args or {})
        for key in ("transport", "eos_transport"):
            if ours.pop(key, "https") != "https":
                raise ValueError("linewright reaches EOS through eAPI over HTTPS only")
        port = int(ours.pop("port", 443))
        device = str(ours.pop("device", "") or hostname)
        enrolled = Enrolled(device, str(ours.pop("tls_pin", "") or ""), str(ours.pop("ca_file", "") or ""))
        self._connection = VerifiedHttps(
            hostname, port, username=username, password=password, timeout=timeout, enrolled=enrolled
        )
        super().__init__(hostname, username, password, timeout, ours)
        self._device_name = device

    def open(self) -> None:
        """Connect, verify the certificate, log in.

        Raises:
            Impostor: another certificate than the enrolled one; no credential was sent.
            ConnectionException: not reached (ConnectAuthError: the login was refused).
            UnsupportedVersion: older than EOS 4.23.
        """
        self._connection.verify()
        self.device = pyeapi.client.Node(self._connection, enablepwd=self.enablepwd)
        with self._believed("show version"):
            self._eos_version = EOSVersion(self._run_commands(["show version"])[0]["version"])
        if self._eos_version < EOSVersion(_OLDEST):
            raise UnsupportedVersion(self._eos_version)

    def close(self) -> None:
        """Disconnect. Nothing is aborted, discarded or confirmed on the device."""
        self._connection.close()

    def __del__(self) -> None:
        """Forgetting a driver is closing it."""
        connection = getattr(self, "_connection", None)
        if connection is not None:
            connection.close()

    def is_alive(self) -> dict[str, bool]:
        """Whether the connection is open, without asking the device."""
        return self._connection.is_alive()

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's own signature
    ) -> dict[str, str]:
        """Configurations as text, whole or not at all; a startup configuration that was never written is "".

        Raises:
            DeviceError: the device gave something else, or only a part.
        """
        if retrieve not in ("all", "running", "startup", "candidate") or format != "text":
            raise ValueError(f"retrieve={retrieve!r}, format={format!r} is not offered")
        found = {"running": "", "startup": "", "candidate": ""}
        clean = " sanitized" if sanitized else ""
        if retrieve in ("all", "running"):
            found["running"] = self._text(f"show running-config{' all' if full else ''}{clean}")
        if retrieve in ("all", "startup"):
            text = self._text("show startup-config", may_be_empty=True)
            found["startup"] = hide(text, rules("eos")) if sanitized else text
        session = self.config_session
        if retrieve in ("all", "candidate") and session and session in self._sessions().states:
            found["candidate"] = self._text(f"show session-config named {session}{clean}")
        return found

    def get_facts(self) -> dict[str, Any]:
        """NAPALM's facts."""
        with self._believed("its facts"):
            facts: dict[str, Any] = super().get_facts()
            return facts

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """NAPALM's interfaces."""
        with self._believed("show interfaces"):
            interfaces: dict[str, dict[str, Any]] = super().get_interfaces()
            return interfaces

    def get_interfaces_ip(self) -> dict[str, Any]:
        """NAPALM's addresses by interface."""
        with self._believed("show ip interface"):
            addresses: dict[str, Any] = super().get_interfaces_ip()
            return addresses

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """NAPALM's LLDP neighbours by local port."""
        with self._believed("show lldp neighbors"):
            heard: dict[str, list[dict[str, str]]] = super().get_lldp_neighbors()
            return heard

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """NAPALM's BGP neighbours."""
        with self._believed("show ip bgp neighbors"):
            peers: dict[str, Any] = super().get_bgp_neighbors()
            return peers

    def get_ospf_neighbors(self) -> list[dict[str, str]]:
        """OSPF adjacencies: interface, router_id, address, state (RFC 2328 section 10.1, in EOS's spelling)."""
        with self._believed("show ip ospf neighbor"):
            answer = self._run_commands(["show ip ospf neighbor vrf all"])[0]
            return [
                {
                    "interface": str(entry["interfaceName"]),
                    "router_id": str(entry["routerId"]),
                    "address": str(entry["interfaceAddress"]),
                    "state": str(entry["adjacencyState"]),
                }
                for vrf in answer["vrfs"].values()
                for instance in vrf["instList"].values()
                for entry in instance["ospfNeighborEntries"]
            ]

    def _sessions(self) -> Seen:
        with self._believed("show configuration sessions"):
            answers = self._run_commands(["show configuration sessions detail", "show version"])
            return seen(answers[0], answers[1])

    def _text(self, command: str, *, may_be_empty: bool = False) -> str:
        with self._believed(command):
            answer = self._run_commands([command], encoding="text")[0]
            return configuration(str(answer["output"]), may_be_empty=may_be_empty)

    def _run_commands(self, commands: Iterable[Any], **kwargs: Any) -> list[dict[str, Any]]:
        kwargs.setdefault("send_enable", self.send_enable)
        if self.device is None:
            raise NotSent("the driver is not open")
        answers: list[dict[str, Any]] = self.device.run_commands(list(commands), **kwargs)
        return answers

    @contextmanager
    def _believed(self, what: str) -> Iterator[None]:
        """An answer in another shape than EOS gives is an answer we do not have."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise DeviceError(
                f"{self._device_name}: the answer to {what} is not what EOS gives: {type(error).__name__}: {error}"
            ) from error
        except CommandError as error:
            raise DeviceError(f"{self._device_name}: {what} was refused: {error.command_error}") from None
