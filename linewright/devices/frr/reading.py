"""What the FRR driver reads; nothing here changes the router."""

import json
from typing import Any

from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr import getters, lines
from linewright.devices.frr.remote import Remote

_STARTUP = "/etc/frr/frr.conf"


class Reading:
    """NAPALM's getters, for a class that has the connection; every answer is bounded in time and size."""

    _remote: Remote
    _candidate: str

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """What vtysh prints for each command.

        Raises:
            CommandErrorException: a command was refused, or is more than one line.
            NotImplementedError: another encoding than text.
        """
        if encoding != "text":
            raise NotImplementedError(f"encoding {encoding}")
        if any("\n" in command or "\0" in command for command in commands):
            raise CommandErrorException("a command is one line")
        return {command: self._remote.vtysh(command) for command in commands}

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: ARG002 - FRR shows no defaults
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's own signature
    ) -> dict[str, str]:
        """Running (exactly as FRR prints it), startup (the file) and candidate; "*" for secrets when sanitized.

        Raises:
            CommandErrorException: what is there is not the whole configuration.
            NotImplementedError: another format than text.
        """
        if format != "text":
            raise NotImplementedError(f"format {format}")
        found = {"running": "", "startup": "", "candidate": ""}
        if retrieve in ("all", "running"):
            found["running"] = self._remote.running()
        if retrieve in ("all", "startup"):
            answer = self._remote.root(f"cat {_STARTUP}")
            if answer.status:
                raise CommandErrorException(f"the startup file could not be read: {answer.err.strip()[:200]}")
            found["startup"] = answer.out
        if retrieve in ("all", "candidate"):
            found["candidate"] = self._candidate
        return {key: lines.sanitised(text) for key, text in found.items()} if sanitized else found

    def get_facts(self) -> dict[str, Any]:
        """Facts; uptime in seconds is the machine's."""
        system = self._remote.root("cat /proc/uptime; uname -m; hostname")
        return getters.facts(self._remote.vtysh("show version"), system.out, self._interfaces())

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Interfaces of all VRFs."""
        return getters.interfaces(self._interfaces())

    def get_interfaces_ip(self) -> dict[str, Any]:
        """Addresses of all interfaces."""
        return getters.interfaces_ip(self._interfaces())

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """BGP neighbours of all VRFs; FRR does not count prefixes that it filtered (received_prefixes is -1)."""
        return getters.bgp_neighbors(self._json("show bgp vrf all neighbors json"))

    def get_ospf_neighbors(self) -> list[dict[str, str]]:
        """OSPF adjacencies: interface, router_id, address, state."""
        return getters.ospf_neighbors(self._json("show ip ospf neighbor json"))

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """LLDP neighbours as lldpd heard them."""
        answer = self._remote.root("timeout -k 2 20 lldpcli -f json0 show neighbors details")
        if answer.status:
            raise CommandErrorException(f"lldpd does not answer: {answer.err.strip()[:200]}")
        return getters.lldp_neighbors(_decoded(answer.out))

    def _interfaces(self) -> dict[str, Any]:
        return self._json("show interface vrf all json")

    def _json(self, command: str) -> dict[str, Any]:
        return _decoded(self._remote.vtysh(command))


def _decoded(text: str) -> dict[str, Any]:
    """A JSON object; what FRR says about a protocol that is not configured is an empty one."""
    stripped = text.strip()
    if not stripped or (stripped.startswith("%") and "\n" not in stripped):
        return {}
    try:
        found = json.loads(stripped)
    except ValueError:
        raise CommandErrorException(f"the answer is not JSON: {stripped[:60]!r}") from None
    if not isinstance(found, dict):
        raise CommandErrorException("the answer is not a JSON object")
    return found
