"""Providers, their networks and circuits, and what runs through them."""

from typing import Any

from linewright.lab.netbox.seeding.bodies import said
from linewright.lab.netbox.seeding.names import Names
from linewright.model.objects import Circuit, CircuitEnd
from linewright.sources.description import Described


def seed_circuits(names: Names, described: Described) -> None:
    """Providers, their networks, and circuits with both their ends."""
    tables = described.snapshot.tables
    names.create(
        "provider",
        "circuits/providers",
        {provider.slug: said(provider, "slug", "name") for provider in tables.providers},
    )
    names.create(
        "provider-network",
        "circuits/provider-networks",
        {
            (network.provider, network.name): {
                **said(network, "name", "service_id", "description"),
                "provider": names.id("provider", network.provider),
            }
            for network in tables.provider_networks
        },
    )
    names.create(
        "circuit type",
        "circuits/circuit-types",
        {slug: {"slug": slug, "name": name} for slug, name in described.entries.circuit_types.items()},
    )
    names.create(
        "circuit",
        "circuits/circuits",
        {
            f"{circuit.provider}/{circuit.cid}": {
                **said(
                    circuit,
                    *("cid", "status", "description", "commit_rate", "install_date", "termination_date"),
                    custom="custom_fields",
                ),
                "provider": names.id("provider", circuit.provider),
                "type": names.id("circuit type", circuit.type),
                "tenant": names.maybe("tenant", circuit.tenant),
                "tags": names.tags(circuit.tags),
            }
            for circuit in tables.circuits
        },
    )
    names.create(
        "circuit-termination",
        "circuits/circuit-terminations",
        {
            (f"{circuit.provider}/{circuit.cid}", side): _termination(names, circuit, side, end)
            for circuit in tables.circuits
            for side, end in (("A", circuit.a), ("Z", circuit.z))
            if end is not None
        },
    )


def seed_virtual_circuits(names: Names, described: Described) -> None:
    """Virtual circuits and the interfaces they end on, which are there."""
    circuits = described.snapshot.tables.virtual_circuits
    names.create(
        "virtual circuit type",
        "circuits/virtual-circuit-types",
        {
            slug: {"slug": slug, "name": name}
            for slug, name in described.entries.virtual_circuit_types.items()
        },
    )
    names.create(
        "virtual circuit",
        "circuits/virtual-circuits",
        {
            (circuit.provider, circuit.network, circuit.cid): {
                **said(circuit, "cid", "status", "description"),
                "provider_network": names.id("provider-network", (circuit.provider, circuit.network)),
                "type": names.id("virtual circuit type", circuit.type),
                "tenant": names.maybe("tenant", circuit.tenant),
            }
            for circuit in circuits
        },
    )
    names.create(
        "virtual circuit end",
        "circuits/virtual-circuit-terminations",
        {
            (circuit.cid, end): {
                **said(end, "description"),
                "role": end.role,
                "virtual_circuit": names.id(
                    "virtual circuit", (circuit.provider, circuit.network, circuit.cid)
                ),
                "interface": names.id("interface", (end.device, end.interface)),
            }
            for circuit in circuits
            for end in circuit.ends
        },
    )


def _termination(names: Names, circuit: Circuit, side: str, end: CircuitEnd) -> dict[str, Any]:
    if end.provider_network:
        scope = "circuits.providernetwork"
        number = names.id("provider-network", (circuit.provider, end.provider_network))
    else:
        scope, number = "dcim.site", names.id("site", end.site)
    return {
        **said(
            end,
            *("port_speed", "mark_connected", "description"),
            cross_connect="xconnect_id",
            patch_panel="pp_info",
        ),
        "circuit": names.id("circuit", f"{circuit.provider}/{circuit.cid}"),
        "term_side": side,
        "termination_type": scope,
        "termination_id": number,
    }
