"""BGP sessions from what EOS answers, in NAPALM's shape.

NAPALM takes any state it does not know for "down", a null as well; here a session's state is a text that says
something, or the answer is not believed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from napalm.base.helpers import as_number

from linewright.devices.eos.answers import address, number, text, word

#: In this order: counters by address family, router ids, and the sessions themselves.
QUESTIONS = (
    "show ip bgp summary vrf all",
    "show ipv6 bgp summary vrf all",
    "show ip bgp neighbors vrf all",
    "show ipv6 bgp peers vrf all",
)


def neighbors(answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """NAPALM's BGP neighbours by VRF ("global" is the default one) from the answers to `QUESTIONS`.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: an answer is not what EOS gives.
    """
    summaries, details = answers[:2], answers[2:]
    found: dict[str, Any] = {}
    for vrf, peer in _peers(details):
        far = address(peer["peerAddress"])
        accepted = [summary["vrfs"][vrf]["peers"].get(far) for summary in summaries]
        found.setdefault(vrf, {"router_id": "", "peers": {}})["peers"][far] = _peer(peer, accepted)
    for summary in summaries:
        for vrf, table in summary["vrfs"].items():
            found.setdefault(vrf, {"router_id": "", "peers": {}})["router_id"] = address(table["routerId"])
    if "default" in found:
        found["global"] = found.pop("default")
    return found


def _peers(details: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for answer in details:
        for vrf, table in answer["vrfs"].items():
            for peer in table["peerList"]:
                yield vrf, peer


def _peer(peer: Mapping[str, Any], accepted: Sequence[Mapping[str, Any] | None]) -> dict[str, Any]:
    state = word(peer["state"])
    shut = state == "Idle" and word(peer["idleReason"]) == "Administratively shut down"
    families = (
        ("ipv4", "prefixesReceived", "prefixesSent"),
        ("ipv6", "v6PrefixesReceived", "v6PrefixesSent"),
    )
    return {
        "local_as": int(as_number(word(peer["localAsn"]))),
        "remote_as": int(as_number(word(peer["asn"]))),
        "remote_id": address(peer["routerId"]),
        "is_up": state == "Established",
        "is_enabled": not shut,
        "description": text(peer.get("description", "")),
        "uptime": int(number(peer.get("establishedTime", -1))),
        "address_family": {
            family: {
                "received_prefixes": int(number(peer[received])),
                "accepted_prefixes": int(number(summary["prefixAccepted"])) if summary is not None else 0,
                "sent_prefixes": int(number(peer[sent])),
            }
            for (family, received, sent), summary in zip(families, accepted, strict=True)
        },
    }
