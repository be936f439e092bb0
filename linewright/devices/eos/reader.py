"""Reaching an EOS device and reading it: NAPALM's getters over a verified connection, answers believed only if whole."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pyeapi
from napalm.base.exceptions import UnsupportedVersion
from napalm.eos.eos import EOSDriver
from napalm.eos.utils.versions import EOSVersion
from pyeapi.eapilib import CommandError

from linewright.devices.eos import answers, bgp
from linewright.devices.eos.believing import configuration
from linewright.devices.eos.sessions import Seen, seen
from linewright.devices.eos.transport import Enrolled, NotSent, VerifiedHttps
from linewright.errors import DeviceError, Refused
from linewright.model.natural import natural_key
from linewright.platforms import rules
from linewright.redact import hide

#: Configuration sessions are good for this since 4.23; NAPALM draws the same line.
_OLDEST = "4.23.0"
_PORT = re.compile(r"[A-Za-z][A-Za-z-]*[0-9][0-9/.]*")
_T = TypeVar("_T")


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
        """NAPALM's facts; `uptime` as the device counts it."""
        with self._believed("show version, show hostname, show interfaces"):
            version, names, ports = self._run_commands(["show version", "show hostname", "show interfaces"])
            physical = sorted((name for name in ports["interfaces"] if "." not in name), key=natural_key)
            return answers.facts(version, names, physical)

    def get_interfaces(self) -> answers.Interfaces:
        """NAPALM's interfaces."""
        with self._believed("show interfaces"):
            return answers.interfaces(self._run_commands(["show interfaces"])[0])

    def get_interfaces_ip(self) -> dict[str, dict[str, dict[str, Any]]]:
        """NAPALM's addresses by interface."""
        return self._held("show ip interface", super().get_interfaces_ip, answers.Addresses)

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """NAPALM's LLDP neighbours by local port."""
        return self._held("show lldp neighbors", super().get_lldp_neighbors, answers.Neighbors)

    def get_lldp_neighbors_detail(self, interface: str = "") -> answers.NeighborsInDetail:
        """NAPALM's LLDP neighbours by local port, with chassis id and descriptions."""
        if interface and _PORT.fullmatch(interface) is None:
            raise ValueError(f"{interface!a} is not the name of a port")
        with self._believed("show lldp neighbors detail"):
            question = (
                f"show lldp neighbors {interface} detail" if interface else "show lldp neighbors detail"
            )
            return answers.heard_in_detail(self._run_commands([question])[0])

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """NAPALM's BGP neighbours."""
        with self._believed("show ip bgp neighbors"):
            return bgp.neighbors(self._run_commands(bgp.QUESTIONS))

    def get_ospf_neighbors(self) -> list[dict[str, str]]:
        """OSPF adjacencies: interface, router_id, address, state (RFC 2328 section 10.1, in EOS's spelling)."""
        with self._believed("show ip ospf neighbor"):
            answer = self._run_commands(["show ip ospf neighbor vrf all"])[0]
            return [
                {
                    "interface": answers.word(entry["interfaceName"]),
                    "router_id": answers.word(entry["routerId"]),
                    "address": answers.word(entry["interfaceAddress"]),
                    "state": answers.word(entry["adjacencyState"]),
                }
                for vrf in answer["vrfs"].values()
                for instance in vrf["instList"].values()
                for entry in instance["ospfNeighborEntries"]
            ]

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """NAPALM's ARP table, of every VRF or of one, each entry with its `vrf` ("" is the default)."""
        with self._believed("show arp"):
            return answers.arp(self._run_commands(["show arp vrf all"])[0], vrf)

    def get_routes(self) -> list[dict[str, Any]]:
        """Routes in use of every VRF, IPv4 and IPv6: prefix, protocol, metric, vrf ("" is the default), hops.

        A hop is (address, port), "" for what it does not have.

        Raises:
            DeviceError: there are more than 200,000 of one version; it is asked how many there are first.
        """
        found: list[dict[str, Any]] = []
        for version in ("ip", "ipv6"):
            with self._believed(f"show {version} route"):
                # Only IPv4's summary has the VRFs in every release.
                many = self._run_commands(["show ip route vrf all summary"])[0] if version == "ip" else None
                if many is not None and answers.count_routes(many) > answers.MOST_ROUTES:
                    raise self._too_many()
                found += answers.routes(self._run_commands([f"show {version} route vrf all"])[0])
            if len(found) > answers.MOST_ROUTES:
                raise self._too_many()
        return found

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """The answers to show commands, by command; text, or JSON as eAPI gives it.

        Raises:
            Refused: a command does not only show; nothing was sent.
            DeviceError: the device refuses a command, or gives something else.
        """
        if encoding not in ("text", "json"):
            raise ValueError(f"encoding={encoding!r} is not offered")
        for command in commands:
            if not answers.shows(command):
                raise Refused(
                    f"{self._device_name}: {command!a:.80} is not sent: it does not only show",
                    hint="one show command without line ends, output to files or further commands",
                )
        found: dict[str, Any] = {}
        for command in commands:
            with self._believed(command):
                answer = self._run_commands([command], encoding=encoding)[0]
                found[command] = answers.held(answer["output"], str) if encoding == "text" else answer
        return found

    def _too_many(self) -> DeviceError:
        return DeviceError(
            f"{self._device_name}: it has more than {answers.MOST_ROUTES} routes, which are not read",
            hint="leave routes out for this device",
        )

    def _held(self, what: str, question: Callable[[], _T], shape: Any) -> _T:
        """What NAPALM makes of an answer, if nothing in it is null or of another type than usual."""
        with self._believed(what):
            answer: _T = answers.held(question(), shape)
            return answer

    def _sessions(self) -> Seen:
        with self._believed("show configuration sessions"):
            answers = self._run_commands(["show configuration sessions detail", "show version"])
            return seen(answers[0], answers[1])

    def _text(self, command: str, *, may_be_empty: bool = False) -> str:
        with self._believed(command):
            answer = self._run_commands([command], encoding="text")[0]
            return configuration(answers.held(answer["output"], str), may_be_empty=may_be_empty)

    def _run_commands(self, commands: Iterable[Any], **kwargs: Any) -> list[dict[str, Any]]:
        kwargs.setdefault("send_enable", self.send_enable)
        if self.device is None:
            raise NotSent("the driver is not open")
        found: list[dict[str, Any]] = self.device.run_commands(list(commands), **kwargs)
        return found

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
