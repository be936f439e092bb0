"""Routing of a description: BGP sessions written once as links become neighbours in both routers' contexts."""

from typing import Any

from linewright.sources.described.addressing import Drafts, Peers
from linewright.sources.described.devices import Draft
from linewright.sources.described.notation import End, single
from linewright.sources.described.parsing import Description, merged
from linewright.sources.described.reading import Document
from linewright.sources.described.schema import Sessions


def lay_sessions(document: Document, description: Description, drafts: Drafts, peers: Peers) -> None:
    """Write `bgp` into the context of every device with an AS number: asn, router_id and its neighbours."""
    neighbors: dict[str, list[dict[str, Any]]] = {}
    for index, group in enumerate(description.sessions):
        for number, text in enumerate(group.links):
            try:
                a, z, both_ways = single(text)
                for here, there in ((a, z), (z, a)) if both_ways else ((a, z),):
                    found = _neighbor(group, drafts, peers, here=here, there=there)
                    neighbors.setdefault(here.device, []).append(found)
            except ValueError as error:
                document.problem(("sessions", index, "links", number), str(error))
    for name, draft in drafts.items():
        if not draft.device.asn:
            if name in neighbors:
                document.problem(draft.place, "a device with BGP sessions needs an asn")
            continue
        router_id = draft.first(draft.device.loopback, 4).partition("/")[0]
        if not router_id:
            document.problem(draft.place, "a device with an asn needs an IPv4 address on its loopback")
        own = draft.context.get("bgp")
        draft.context["bgp"] = merged(
            {"asn": draft.device.asn, "router_id": router_id, "neighbors": neighbors.get(name, [])},
            own if isinstance(own, dict) else {},
        )


def full_context(description: Description, draft: Draft) -> dict[str, Any]:
    """The context as NetBox merges it: lighter first, equal weights by name, the device's own last."""
    result: dict[str, Any] = {}
    for _, context in sorted(description.contexts.items(), key=lambda item: (item[1].weight, item[0])):
        if context.roles and draft.device.role not in context.roles:
            continue
        if context.sites and draft.site not in context.sites:
            continue
        if context.platforms and draft.device.platform not in context.platforms:
            continue
        result = merged(result, context.data)
    return merged(result, draft.context)


def _neighbor(group: Sessions, drafts: Drafts, peers: Peers, *, here: End, there: End) -> dict[str, Any]:
    near, far = drafts.get(here.device), drafts.get(there.device)
    if near is None or far is None:
        missing = here if near is None else there
        raise ValueError(f"device {missing.device} is not described")
    over_link = peers.get(here) == there
    if not over_link and here.port != near.device.loopback:
        raise ValueError(f"{here} and {there} share no network, and {here.port} is not its loopback")
    address = far.first(there.port, 4).partition("/")[0]
    if not address or not far.device.asn:
        raise ValueError(f"{there} needs an IPv4 address and its device an asn")
    settings = {
        "password": group.password,
        "import_map": group.import_map,
        "export_map": group.export_map,
        "next_hop_self": group.next_hop_self,
        "timers": list(group.timers),
        "update_source": "" if over_link else here.port,
    }
    return {
        "address": address,
        "remote_as": far.device.asn,
        "description": str(there),
        **{key: value for key, value in settings.items() if value},
    }
