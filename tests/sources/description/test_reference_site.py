"""The reference site is what the issue asks for, and hangs together."""

from ipaddress import ip_interface, ip_network

import pytest

from linewright.lab.netbox.scenario import NEIGHBOR, PREFIX
from linewright.model.routing import routing
from linewright.trace import paths

DOCUMENTATION = [
    ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15", "2001:db8::/32")
]


def owners(site):
    return {
        str(ip_interface(a.address).ip): (device, interface)
        for device in site.devices.values()
        for interface in device.interfaces
        for a in interface.addresses
    }


def test_it_has_the_size_and_the_platforms_that_were_asked_for(site):
    platforms = [d.platform for d in site.devices.values() if d.platform]
    assert platforms.count("frr") == 10
    assert platforms.count("arista-eos") == 9
    assert len(site.tables.cables) >= 60
    assert {s.slug for s in site.tables.sites} == {"hq", "r1", "r2", "kit"}
    assert {c.provider for c in site.tables.circuits} == {"northwire", "southstar"}
    assert {c.status for c in site.tables.cables} == {"connected", "planned"}
    assert sum(bool(c.profile) for c in site.tables.cables) == 2


def test_every_address_is_from_a_documentation_range(site):
    for text in [*owners(site), *(p.prefix for p in site.tables.prefixes)]:
        network = ip_network(text)
        assert any(network.version == d.version and network.subnet_of(d) for d in DOCUMENTATION), text


def test_every_as_number_is_from_a_documentation_range(site):
    for asn in site.tables.asns:
        assert 64496 <= asn.asn <= 64511 or 65536 <= asn.asn <= 65551


def test_every_context_follows_the_documented_schema(site):
    assert sum(routing(device).bgp is not None for device in site.devices.values()) == 12


def test_every_bgp_neighbour_is_a_device_of_the_site_with_that_as(site):
    at = owners(site)
    sessions = set()
    for device in site.devices.values():
        bgp = routing(device).bgp
        for neighbor in bgp.neighbors if bgp else ():
            peer, _ = at[neighbor.address]
            theirs = routing(peer).bgp
            assert theirs is not None
            assert theirs.asn == neighbor.remote_as
            sessions.add((device.name, peer.name))
    one_sided = {pair for pair in sessions if pair[::-1] not in sessions}
    assert one_sided == {("r1-wan2", "hq-wan2")}


def test_the_story_adds_exactly_the_missing_side(site):
    at = owners(site)
    peer, port = at[NEIGHBOR["address"]]
    assert f"{peer.name} {port.name}" == NEIGHBOR["description"] == "r1-wan2 eth1"
    bgp = routing(peer).bgp
    assert bgp is not None
    assert bgp.asn == NEIGHBOR["remote_as"]
    ours = next(n for n in bgp.neighbors if at[n.address][0].name == "hq-wan2")
    assert ours.timers == tuple(NEIGHBOR["timers"])
    assert not any(ip_network(p.prefix) == ip_network(PREFIX) for p in site.tables.prefixes)


def test_both_ends_of_every_bgp_session_over_a_link_are_cabled_to_each_other(site):
    at = owners(site)
    traced = {(p.a.text, p.z.text) for p in paths(site) if p.complete and p.status == "connected"}
    for device in site.devices.values():
        bgp = routing(device).bgp
        for neighbor in bgp.neighbors if bgp else ():
            if neighbor.update_source:
                continue
            _, port = at[neighbor.address]
            near = next(
                i.name
                for i in device.interfaces
                for a in i.addresses
                if ip_interface(neighbor.address).ip in ip_interface(a.address).network
            )
            ends = (f"{device.name} {near}", f"{at[neighbor.address][0].name} {port.name}")
            assert ends in traced or ends[::-1] in traced


def test_uplinks_of_access_switches_pass_two_panels_and_some_share_a_trunk(site):
    uplinks = [p for p in paths(site) if p.a.device.startswith("hq-acc") and p.z.device.startswith("hq-leaf")]
    assert len(uplinks) == 8
    assert all(sum(h.kind == "panel" for h in p.hops) == 2 for p in uplinks)
    trunk = [p for p in uplinks if any(h.name == "C-0025" for h in p.hops)]
    assert len(trunk) == 4


def test_circuits_join_the_sites_of_their_ends(site):
    over = {h.name: p for p in paths(site) for h in p.hops if h.kind == "circuit" and p.complete}
    assert over.keys() == site.circuits.keys()
    for key, path in over.items():
        circuit = site.circuits[key]
        assert {path.a.site, path.z.site} == {circuit.a.site, circuit.z.site}


@pytest.mark.parametrize("name", ["r2-wan1", "r2-acc1", "kit-wan1", "kit-acc1"])
def test_remote_2_and_the_kit_are_managed_in_band(site, name):
    device = site.devices[name]
    assert device.primary_ip4
    assert not device.oob_ip


def test_all_others_are_managed_out_of_band(site):
    oob = ip_network("198.18.0.0/24")
    managed = [d for d in site.devices.values() if d.platform and d.site in {"hq", "r1"}]
    assert len(managed) == 15
    for device in managed:
        assert ip_interface(device.oob_ip).ip in oob
        port = next(i for i in device.interfaces if any(a.address == device.oob_ip for a in i.addresses))
        assert port.mgmt_only


def test_no_two_devices_share_a_rack_unit(site):
    taken = {}
    for device in site.devices.values():
        if not device.half_unit:
            continue
        for half in range(device.half_unit, device.half_unit + site.types[device.type].half_units):
            place = (device.site, device.rack, half)
            assert taken.setdefault(place, device.name) == device.name
