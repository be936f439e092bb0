"""The reference site is what the issue asks for, and hangs together."""

from collections import Counter
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
    platforms = Counter(d.platform for d in site.devices.values() if d.platform)
    assert platforms == {"frr": 10, "arista-eos": 11, "other-fw": 1}
    active = [d for d in site.devices.values() if d.interfaces and d.power_ports]
    assert 25 <= len(active) <= 35
    assert len(site.tables.cables) >= 150
    assert {s.slug for s in site.tables.sites} == {"hq", "r1", "r2", "kit"}
    assert {c.provider for c in site.tables.circuits} == {"northwire", "southstar"}
    assert {c.status for c in site.tables.cables} == {"connected", "planned"}
    assert Counter(c.profile for c in site.tables.cables if c.profile) == {
        "single-1c12p": 2,
        "trunk-2c12p": 1,
        "trunk-2c1p": 1,
        "breakout-1c4p-4c1p": 1,
    }
    roles = {d.role for d in site.devices.values()}
    assert roles >= {"firewall", "voice-gateway", "video-endpoint", "console-server", "encryptor", "pdu"}


def test_every_active_device_in_a_rack_has_power_from_both_sides(site):
    fed = power_sides(site)
    for device in site.devices.values():
        if device.rack and device.interfaces and len(device.power_ports) == 2:
            assert fed[device.name] == {"primary", "redundant"}, device.name
    assert sum(sides == {"primary", "redundant"} for sides in fed.values()) >= 25


def power_sides(site):
    """By device: the types of the feeds behind its inlets."""
    opposite = {}
    for cable in site.tables.cables:
        for end, far in ((cable.a[0], cable.b[0]), (cable.b[0], cable.a[0])):
            opposite[end.device, end.name] = far
    feeds = {(f"{f.site}/{f.panel}", f.name): f for f in site.tables.power_feeds}
    found = {}
    for device in site.devices.values():
        for port in device.power_ports:
            outlet = opposite.get((device.name, port.name))
            if outlet is None or outlet.kind != "power-outlet":
                continue
            pdu = site.devices[outlet.device]
            inlet = next(o.power_port for o in pdu.power_outlets if o.name == outlet.name)
            feed = opposite[pdu.name, inlet]
            assert (feed.kind, pdu.rack) == ("power-feed", device.rack or pdu.rack)
            assert feeds[feed.device, feed.name].rack == pdu.rack
            found.setdefault(device.name, set()).add(feeds[feed.device, feed.name].type)
    return found


def test_each_device_has_its_inlets_on_different_units(site):
    ends = [
        (cable.b[0].device, cable.a[0].device)
        for cable in site.tables.cables
        if cable.a[0].kind == "power-outlet"
    ]
    assert len(ends) == len(set(ends)) >= 55


def test_encryptors_are_in_line_and_hold_no_keys(site):
    line = [p for p in paths(site) if "southstar/SS-90001" in p.circuits]
    assert [{p.a.text, p.z.text} for p in line] == [{"hq-enc1 black", "r1-enc1 black"}]
    for name, router in (("hq-enc1", "hq-wan1 eth7"), ("r1-enc1", "r1-wan1 eth4")):
        device = site.devices[name]
        ports = {i.name: i for i in device.interfaces}
        assert ports["red"].bridge == ports["black"].bridge == "bridge"
        assert (ports["red"].tags, ports["black"].tags) == (("red-side",), ("black-side",))
        red = next(p for p in paths(site) if f"{name} red" in {p.a.text, p.z.text})
        assert router in {red.a.text, red.z.text}
        assert not device.context
        assert not device.platform


def test_one_port_is_split_into_four_that_lead_to_the_leaves(site):
    svc = site.devices["hq-svc1"]
    channels = {i.name: (i.parent, i.channel_id) for i in svc.interfaces if i.channel_id}
    assert channels == {f"Ethernet25/{n}": ("Ethernet25", n) for n in range(1, 5)}
    ends = [{p.a.text, p.z.text} for p in paths(site) if "C-0113" in p.cables]
    assert sorted(map(sorted, ends)) == [[f"hq-leaf{n} eth6", f"hq-svc1 Ethernet25/{n}"] for n in range(1, 5)]


def test_members_of_a_bundle_lead_to_one_device(site):
    bundles = {
        (d.name, i.lag): [m.name for m in d.interfaces if m.lag == i.lag]
        for d in site.devices.values()
        for i in d.interfaces
        if i.lag
    }
    assert len(bundles) == 6
    far = {end: other for p in paths(site) for end, other in ((p.a, p.z), (p.z, p.a))}
    there = {(end.device, end.port): other.device for end, other in far.items()}
    for (device, _), members in bundles.items():
        assert len(members) == 2
        assert len({there[device, member] for member in members}) == 1


def test_the_shared_gateway_is_in_the_network_of_its_members(site):
    (group,) = site.tables.fhrp_groups
    network = ip_interface(group.addresses[0].address).network
    members = [site.devices[m.device].interface(m.interface) for m in group.members]
    assert len(members) == 2
    assert all(ip_interface(m.addresses[0].address).network == network for m in members if m)


def test_every_cable_says_how_long_it_is_and_most_their_colour(site):
    assert [c.key for c in site.tables.cables if not c.length or not c.color] == []


def test_every_address_is_from_a_documentation_range(site):
    for text in [*owners(site), *(p.prefix for p in site.tables.prefixes)]:
        network = ip_network(text)
        assert any(network.version == d.version and network.subnet_of(d) for d in DOCUMENTATION), text


def test_every_as_number_is_from_a_documentation_range(site):
    for asn in site.tables.asns:
        assert 64496 <= asn.asn <= 64511 or 65536 <= asn.asn <= 65551


def test_every_context_follows_the_documented_schema(site):
    assert sum(routing(device).bgp is not None for device in site.devices.values()) == 13


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
    uplinks += [p for p in paths(site) if {p.a.device, p.z.device} == {"hq-acc5", "hq-svc1"}]
    assert len(uplinks) == 10
    assert all(sum(h.kind == "panel" for h in p.hops) == 2 for p in uplinks)
    by_trunk = Counter(h.name for p in uplinks for h in p.hops if h.name in {"C-0025", "C-0048"})
    assert by_trunk == {"C-0025": 4, "C-0048": 2}


def test_circuits_join_the_sites_of_their_ends(site):
    over = {h.name: p for p in paths(site) for h in p.hops if h.kind == "circuit" and p.complete}
    assert over.keys() == site.circuits.keys()
    for key, path in over.items():
        circuit = site.circuits[key]
        assert {path.a.site, path.z.site} == {circuit.a.site, circuit.z.site}
        if network := circuit.z.provider_network:
            assert network in {path.a.port, path.z.port}


@pytest.mark.parametrize("name", ["r2-wan1", "r2-acc1", "kit-wan1", "kit-acc1"])
def test_remote_2_and_the_kit_are_managed_in_band(site, name):
    device = site.devices[name]
    assert device.primary_ip4
    assert not device.oob_ip


def test_all_others_are_managed_out_of_band(site):
    oob = ip_network("198.18.0.0/24")
    managed = [d for d in site.devices.values() if d.platform and d.site in {"hq", "r1"}]
    assert len(managed) == 18
    for device in managed:
        assert ip_interface(device.oob_ip).ip in oob
        port = next(i for i in device.interfaces if any(a.address == device.oob_ip for a in i.addresses))
        assert port.mgmt_only


def test_no_two_devices_share_a_rack_unit(site):
    taken = {}
    for device in site.devices.values():
        if not device.half_unit:
            continue
        rack = next(r for r in site.tables.racks if (r.site, r.name) == (device.site, device.rack))
        assert 2 <= device.half_unit <= 2 * rack.u_height + 2 - site.types[device.type].half_units
        for half in range(device.half_unit, device.half_unit + site.types[device.type].half_units):
            place = (device.site, device.rack, half)
            assert taken.setdefault(place, device.name) == device.name
