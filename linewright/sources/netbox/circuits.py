"""Leased lines and what runs over them, from NetBox's rows to the model. Pure."""

from collections import defaultdict

from linewright.model.objects import (
    Circuit,
    CircuitEnd,
    Provider,
    ProviderNetwork,
    VirtualCircuit,
    VirtualCircuitEnd,
)
from linewright.sources.netbox import lists
from linewright.sources.netbox.known import Known, unseen
from linewright.sources.netbox.link_rows import CircuitRow, CircuitTerminationRow
from linewright.sources.netbox.lists import Collected
from linewright.sources.netbox.places import Places
from linewright.sources.netbox.shapes import chosen
from linewright.sources.netbox.values import CustomFields, slug, slugs


def providers(collected: Collected) -> tuple[Provider, ...]:
    """All providers."""
    return tuple(Provider(slug=row.slug, name=row.name) for row in collected.of(lists.PROVIDERS))


def provider_networks(collected: Collected) -> tuple[ProviderNetwork, ...]:
    """All provider networks."""
    return tuple(
        ProviderNetwork(
            name=row.name,
            provider=row.provider.slug,
            service_id=row.service_id,
            description=row.description,
        )
        for row in collected.of(lists.PROVIDER_NETWORKS)
    )


def circuits(collected: Collected, custom: CustomFields, places: Places) -> tuple[Circuit, ...]:
    """All circuits with both their terminations."""
    ends = {(row.circuit.id, chosen(row.term_side)): row for row in collected.of(lists.CIRCUIT_ENDS)}

    def one(row: CircuitRow) -> Circuit:
        where = f"circuit {row.provider.slug}/{row.cid}"
        return Circuit(
            cid=row.cid,
            provider=row.provider.slug,
            type=row.type.slug,
            status=chosen(row.status),
            description=row.description,
            commit_rate=row.commit_rate or 0,
            install_date=row.install_date or "",
            termination_date=row.termination_date or "",
            tenant=slug(row.tenant),
            a=_circuit_end(ends.get((row.id, "A")), places, where),
            z=_circuit_end(ends.get((row.id, "Z")), places, where),
            tags=slugs(row.tags),
            custom=custom.read(row.custom_fields, where),
        )

    return tuple(one(row) for row in collected.of(lists.CIRCUITS))


def _circuit_end(row: CircuitTerminationRow | None, places: Places, where: str) -> CircuitEnd | None:
    if row is None:
        return None
    in_network = row.termination_type == "circuits.providernetwork" and row.termination is not None
    return CircuitEnd(
        site=places.site(row.termination_type, row.termination_id, where),
        provider_network=row.termination.name if in_network and row.termination else "",
        port_speed=row.port_speed or 0,
        cross_connect=row.xconnect_id,
        patch_panel=row.pp_info,
        mark_connected=row.mark_connected,
        description=row.description,
    )


def virtual_circuits(collected: Collected, known: Known) -> tuple[VirtualCircuit, ...]:
    """Virtual circuits with the ends read; left out are those all of whose ends are elsewhere.

    Raises:
        DataError: an end's interface or a circuit's network was not shown.
    """
    networks = {row.id: row for row in collected.of(lists.PROVIDER_NETWORKS)}
    numbers = {row.id for row in collected.of(lists.VIRTUAL_CIRCUITS)}
    ends: dict[int, list[VirtualCircuitEnd]] = defaultdict(list)
    elsewhere: set[int] = set()
    for end in collected.of(lists.VIRTUAL_CIRCUIT_ENDS):
        where = f"virtual circuit termination #{end.id}"
        number = end.virtual_circuit.id
        if number not in numbers:
            raise unseen(where, "virtual circuit", number)
        port = known.interface(end.interface.id, where)
        if port is None:
            elsewhere.add(number)
            continue
        ends[number].append(
            VirtualCircuitEnd(
                device=port.owner,
                interface=port.name,
                role=chosen(end.role),
                description=end.description,
            )
        )
    found = []
    for row in collected.of(lists.VIRTUAL_CIRCUITS):
        network = networks.get(row.provider_network.id)
        if network is None:
            raise unseen(f"virtual circuit {row.cid}", "provider network", row.provider_network.id)
        if ends[row.id] or row.id not in elsewhere:
            found.append(
                VirtualCircuit(
                    cid=row.cid,
                    provider=network.provider.slug,
                    network=network.name,
                    type=row.type.slug,
                    status=chosen(row.status),
                    ends=tuple(ends[row.id]),
                    tenant=slug(row.tenant),
                    description=row.description,
                )
            )
    return tuple(found)
