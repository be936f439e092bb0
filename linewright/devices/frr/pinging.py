"""NAPALM's ping by the router's own program (iputils), as one argument list; and what it printed. Pure."""

import ipaddress
import re
import shlex

from linewright.devices.frr.getters import Json

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,254}")
_COUNTED = re.compile(r"(\d+) packets transmitted, (\d+) (?:packets )?received")
_ANSWER = re.compile(r"^\d+ bytes from ([0-9A-Fa-f.:]*[0-9A-Fa-f]).*? time=([\d.]+) ms", re.MULTILINE)
_TIMES = re.compile(r"= ([\d.]+)/([\d.]+)/([\d.]+)/([\d.]+) ms")
#: What a shell answers for a program that is not there.
NO_PROGRAM = 127


def command(
    destination: str, *, source: str, ttl: int, timeout: int, size: int, count: int, vrf: str, port: str
) -> str:
    """The command; numbers are bounded, so that it ends within the time that an answer is waited for.

    Raises:
        ValueError: an address, name or number cannot be one.
    """
    address = _destination(destination)
    if not (0 < ttl < 256 and 0 < timeout <= 10 and 0 <= size <= 65_000 and 0 < count <= 100):
        raise ValueError("ttl 1 to 255, timeout 1 to 10 s, size up to 65000 bytes, count 1 to 100")
    words = ["ping", "-n", "-c", str(count), "-i", "0.2", "-t", str(ttl), "-W", str(timeout), "-s", str(size)]
    if source:
        words += ["-I", str(ipaddress.ip_address(source))]
    if port:
        words += ["-I", _checked(port)]
    if vrf:
        words = ["ip", "vrf", "exec", _checked(vrf), *words]
    return " ".join(shlex.quote(word) for word in ["timeout", str(count + timeout + 5), *words, address])


def result(status: int, out: str, err: str) -> Json:
    """NAPALM's {"success": ...}, or {"error": why}: a ping that nobody answers is a success with all of it lost."""
    counted = _COUNTED.search(out)
    if status == NO_PROGRAM:
        return {"error": "the router has no program named ping (Debian: iputils-ping)"}
    if counted is None:
        return {"error": " ".join((err or out).split())[:200] or f"ping ended with status {status}"}
    sent, received = int(counted[1]), int(counted[2])
    times = _TIMES.search(out)
    least, average, most, deviation = (float(found) for found in times.groups()) if times else (0.0,) * 4
    return {
        "success": {
            "probes_sent": sent,
            "packet_loss": sent - received,
            "rtt_min": least,
            "rtt_max": most,
            "rtt_avg": average,
            "rtt_stddev": deviation,
            "results": [{"ip_address": ip, "rtt": float(rtt)} for ip, rtt in _ANSWER.findall(out)],
        }
    }


def _destination(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return _checked(text)


def _checked(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is neither an address nor a name")
    return text
