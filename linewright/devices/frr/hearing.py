"""LLDP neighbours from lldpd's JSON (lldpcli -f json0, where everything is a list), in NAPALM's shapes. Pure."""

from linewright.devices.frr.getters import Json


def lldp_neighbors(answer: Json) -> dict[str, list[dict[str, str]]]:
    """`lldpcli -f json0 show neighbors details` by local port.

    The remote port is the port id where that is a name, else the port's description: what people label ports by.
    """
    found: dict[str, list[dict[str, str]]] = {}
    for name, chassis, port in _heard(answer):
        found.setdefault(name, []).append(
            {"hostname": _value(chassis, "name") or _value(chassis, "id"), "port": _port(port)}
        )
    return found


def lldp_detail(answer: Json, only: str = "") -> dict[str, list[Json]]:
    """The same answer with all that was heard; `only` one local port. Capabilities as words of IEEE 802.1AB."""
    found: dict[str, list[Json]] = {}
    for name, chassis, port in _heard(answer):
        if only in ("", name):
            able = chassis.get("capability", ())
            found.setdefault(name, []).append(
                {
                    "parent_interface": "",
                    "remote_chassis_id": _value(chassis, "id"),
                    "remote_system_name": _value(chassis, "name"),
                    "remote_system_description": _value(chassis, "descr"),
                    "remote_port": _port(port),
                    "remote_port_description": _value(port, "descr"),
                    "remote_system_capab": sorted(str(one["type"]).lower() for one in able),
                    "remote_system_enable_capab": sorted(
                        str(one["type"]).lower() for one in able if one.get("enabled")
                    ),
                }
            )
    return found


def _heard(answer: Json) -> list[tuple[str, Json, Json]]:
    """Local port, far chassis, far port of every neighbour."""
    return [
        (entry["name"], chassis, port)
        for block in answer.get("lldp", ())
        for entry in block.get("interface", ())
        for chassis, port in zip(entry.get("chassis", ()), entry.get("port", ()), strict=False)
    ]


def _port(port: Json) -> str:
    named = port.get("id", [{}])[0].get("type") in ("ifname", "local")
    return (_value(port, "id") if named else "") or _value(port, "descr") or _value(port, "id")


def _value(entry: Json, key: str) -> str:
    return str(entry.get(key, [{}])[0].get("value", ""))
