"""What the FRR driver reads; nothing here changes the router."""

import ipaddress
import json
import re
from typing import Any

from napalm.base.exceptions import CommandErrorException

from linewright.devices.frr import adjacencies, getters, hearing, lines, pinging, routes
from linewright.devices.frr.remote import Remote

_STARTUP = "/etc/frr/frr.conf"
#: The machine's uptime, the router's first process (when it started), its kind and its name, a line each.
SYSTEM = "cat /proc/uptime /proc/1/stat; uname -m; hostname"
_LLDP = "timeout -k 2 20 lldpcli -f json0 show neighbors details"
_BGP = "show bgp vrf all neighbors json"
#: Longer prefixes come as JSON, ten times as long as a line of the table.
_MAX_LONGER = 20_000
_DECODER = json.JSONDecoder()
_SHOW = re.compile(r"show [ -~]{1,400}")


class Reading:
    """NAPALM's getters, for a class that has the connection; every answer is bounded in time and size."""

    _remote: Remote
    _candidate: str

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str]:
        """What vtysh prints for each show command; nothing else is sent, so that nothing here can change a router.

        Raises:
            CommandErrorException: a command was refused, or is none that only shows.
            NotImplementedError: another encoding than text.
        """
        if encoding != "text":
            raise NotImplementedError(f"encoding {encoding}")
        for command in commands:
            if not _SHOW.fullmatch(command):
                raise CommandErrorException(
                    f"{command[:60]!r}: only commands that begin with show are sent, in plain ASCII"
                )
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
            found["startup"] = self._root(f"cat {_STARTUP}")
        if retrieve in ("all", "candidate"):
            found["candidate"] = self._candidate
        return {key: lines.sanitised(text) for key, text in found.items()} if sanitized else found

    def get_facts(self) -> dict[str, Any]:
        """Facts; uptime in seconds since the router's first process started, not the machine it may share."""
        system = self._root(SYSTEM)
        return getters.facts(self._remote.vtysh("show version"), system, self._interfaces())

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """Interfaces of all VRFs."""
        return getters.interfaces(self._interfaces())

    def get_interfaces_ip(self) -> dict[str, Any]:
        """Addresses of all interfaces."""
        return getters.interfaces_ip(self._interfaces())

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """IPv4 neighbours that Linux has resolved; "" is the default VRF.

        Raises:
            CommandErrorException: there is no such VRF.
        """
        instances = self.get_network_instances()
        if (name := vrf or "default") not in instances:
            raise CommandErrorException(
                f"there is no VRF {name!r}; there are: {', '.join(sorted(instances))}"
            )
        ports = set(instances[name]["interfaces"]["interface"])
        return getters.arp_table(_list(self._root("ip -j -s -4 neigh show")), ports)

    def get_ipv6_neighbors_table(self) -> list[dict[str, Any]]:
        """IPv6 neighbours that Linux has resolved."""
        return getters.neighbors_table(_list(self._root("ip -j -s -6 neigh show")))

    def get_network_instances(self, name: str = "") -> dict[str, Any]:
        """VRFs and their interfaces, or one of them."""
        found = getters.network_instances(self._remote.vtysh("show vrf"), self._interfaces())
        return {key: value for key, value in found.items() if name in ("", key)}

    def get_bgp_neighbors(self) -> dict[str, Any]:
        """BGP neighbours of all VRFs; FRR does not count prefixes that it filtered (received_prefixes is -1)."""
        return adjacencies.bgp_neighbors(self._json(_BGP))

    def get_bgp_neighbors_detail(self, neighbor_address: str = "") -> dict[str, Any]:
        """Everything FRR tells of BGP neighbours, or of one."""
        return adjacencies.bgp_detail(self._json(_BGP), neighbor_address)

    def get_ospf_neighbors(self) -> list[dict[str, str]]:
        """OSPF adjacencies of all VRFs: vrf ("" the default), interface, router_id, address, state."""
        return adjacencies.ospf_neighbors(self._json("show ip ospf vrf all neighbor json"))

    def get_lldp_neighbors(self) -> dict[str, list[dict[str, str]]]:
        """LLDP neighbours as lldpd heard them."""
        return hearing.lldp_neighbors(_object(self._root(_LLDP)))

    def get_lldp_neighbors_detail(self, interface: str = "") -> dict[str, list[dict[str, Any]]]:
        """LLDP neighbours with all that they told, or those on one port."""
        return hearing.lldp_detail(_object(self._root(_LLDP)), interface)

    def get_routes(self) -> list[dict[str, Any]]:
        """Routes the kernel forwards by, of every VRF: prefix, protocol, metric, vrf ("" is the default), hops.

        Raises:
            CommandErrorException: there are more than MAX_ROUTES, or the answer makes no sense.
        """
        self._bound_routes()
        return [
            route
            for family in ("ip", "ipv6")
            for route in routes.table(self._remote.vtysh(f"show {family} fib vrf all"))
        ]

    def get_route_to(
        self, destination: str = "", protocol: str = "", longer: bool = False
    ) -> dict[str, list[dict[str, Any]]]:
        """Routes of the default VRF to an address or prefix, with `longer` also those inside it.

        Raises:
            CommandErrorException: that is no address or prefix, or too many routes would answer.
        """
        try:
            wanted = ipaddress.ip_interface(destination)
        except ValueError:
            raise CommandErrorException(f"{destination!r} is no address or prefix") from None
        family = "ip" if wanted.version == 4 else "ipv6"
        if longer:
            self._bound_routes(_MAX_LONGER)
            asked = f"show {family} route {wanted.network} longer-prefixes json"
        else:
            asked = f"show {family} route {wanted.network if '/' in destination else wanted.ip} json"
        answer = self._json(asked)
        paths = {
            prefix: self._json(f"show bgp ipv{wanted.version} unicast {prefix} json")
            for prefix, entries in answer.items()
            if not longer and any(entry["protocol"] == "bgp" for entry in entries)
        }
        return routes.route_to(answer, protocol, paths)

    def ping(  # noqa: PLR0917 - NAPALM's own signature
        self,
        destination: str,
        source: str = "",
        ttl: int = 255,
        timeout: int = 2,
        size: int = 100,
        count: int = 5,
        vrf: str = "",
        source_interface: str = "",
    ) -> dict[str, Any]:
        """Echo requests by the router's own ping program; `timeout` in seconds, `size` in bytes of payload."""
        try:
            asked = pinging.command(
                destination,
                source=source,
                ttl=ttl,
                timeout=timeout,
                size=size,
                count=count,
                vrf=vrf,
                port=source_interface,
            )
        except ValueError as error:
            return {"error": str(error)}
        answer = self._remote.root(asked)
        return pinging.result(answer.status, answer.out, answer.err)

    def _bound_routes(self, most: int = routes.MAX_ROUTES) -> None:
        found = sum(
            routes.count(_objects(self._remote.vtysh(f"show {family} route vrf all summary json")))
            for family in ("ip", "ipv6")
        )
        if found > most:
            raise CommandErrorException(
                f"the routing table has {found} routes; more than {most} are not read"
            )

    def _root(self, command: str) -> str:
        answer = self._remote.root(command)
        if answer.status:
            said = (answer.err.strip() or answer.out.strip() or f"exit status {answer.status}").splitlines()
            raise CommandErrorException(f"{command}: {said[0][:200]}")
        return answer.out

    def _interfaces(self) -> dict[str, Any]:
        return self._json("show interface vrf all json")

    def _json(self, command: str) -> dict[str, Any]:
        return _object(self._remote.vtysh(command))


def _object(text: str) -> dict[str, Any]:
    """A JSON object; what FRR says about a protocol that is not configured is an empty one."""
    found = _objects(text)
    if len(found) > 1:
        raise CommandErrorException("the answer is more than one JSON object")
    return found[0] if found else {}


def _objects(text: str) -> list[dict[str, Any]]:
    """JSON objects one behind the other: FRR prints one for each VRF or daemon where it has no form for all."""
    rest = text.strip()
    if not rest or (rest.startswith("%") and "\n" not in rest):
        return []
    found = []
    while rest:
        try:
            one, end = _DECODER.raw_decode(rest)
        except (ValueError, RecursionError):
            raise CommandErrorException(f"the answer is not JSON: {rest[:60]!r}") from None
        if not isinstance(one, dict):
            raise CommandErrorException("the answer is not a JSON object")
        found.append(one)
        rest = rest[end:].lstrip()
    return found


def _list(text: str) -> list[dict[str, Any]]:
    """What `ip -j` prints: a list of objects, nothing at all where there is none."""
    try:
        found = json.loads(text or "[]")
    except (ValueError, RecursionError):
        raise CommandErrorException(f"the answer is not JSON: {text[:60]!r}") from None
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise CommandErrorException("the answer is not a list of JSON objects")
    return [entry for entry in found if entry]
