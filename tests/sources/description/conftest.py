from collections.abc import Callable
from pathlib import Path

import pytest

from linewright.model.snapshot import Snapshot
from linewright.sources.description import load

#: A site of two routers with a cable, a circuit, a session: the least that uses every kind of entry.
SMALL = """\
format: 1
asns: {64496: Left, 64497: Right}
tags: {wan: WAN}
manufacturers: {foundry: Foundry, panels: Panels}
platforms: {frr: {name: FRRouting}}
device_types:
  router: {model: R, manufacturer: foundry, interfaces: {lo: {}, eth0-3: {type: 1000base-t}}}
  panel:
    model: P
    manufacturer: panels
    rear_ports: {R1: {type: mpo, positions: 4}}
    front_ports: {"F1-4": {type: lc, to: "R1:1-4"}}
roles:
  router: {name: Router, color: blue, defaults: {type: router, platform: frr, loopback: lo, context: {bgp: {maximum_paths: 2}}}}
  panel: {name: Panel, defaults: {type: panel}}
prefix_roles: {link: Link, announced: Announced}
contexts:
  light: {weight: 100, data: {banner: light, access_class: {name: A, permit: [198.18.0.0/24]}}}
  heavy: {weight: 200, sites: [east], data: {banner: heavy}}
  other: {weight: 300, roles: [panel], data: {banner: panels}}
sites:
  west:
    name: West
    locations: {room: {name: Room}}
    racks: {A1: {location: room}}
    vlans: {10: {name: users}}
    prefixes: {192.0.2.0/24: {role: announced, vlan: 10}}
    devices:
      west1: {role: router, asn: 64496, rack: A1 U10.5, interfaces: {lo: {addresses: [198.18.1.1/32]}}}
      pp1: {role: panel}
  east:
    name: East
    devices:
      east1: {role: router, asn: 64497, interfaces: {lo: {addresses: [198.18.1.2/32, "2001:DB8:0:0::2/128"]}}}
      pp2: {role: panel}
providers: {wire: Wire}
circuit_types: {line: Line}
circuits:
  wire/1: {type: line, a: {site: west}, z: {site: east}}
networks:
  - {role: link, links: {198.18.3.0/31: west1 eth1 -- east1 eth1}}
sessions:
  - {name: Both, timers: [1, 3], links: [west1 eth1 -- east1 eth1]}
  - {name: One, password: bgp/one, links: [west1 lo -> east1 lo]}
cables:
  - {name: Left, type: smf, color: yellow, tags: [wan], links: {C-1: "west1 eth1 -- wire/1 A, 1.50 m"}}
  - {name: Right, type: smf, links: {C-2: wire/1 Z -- east1 eth1}}
  - {name: Trunk, type: mmf-om4, profile: single-1c4p, status: planned, links: {C-3: "pp1 R1 -- pp2 R1, 30 m"}}
"""


@pytest.fixture(scope="session")
def small() -> str:
    return SMALL


@pytest.fixture
def loaded(tmp_path: Path) -> Callable[[str], Snapshot]:
    def read(text: str) -> Snapshot:
        path = tmp_path / "site.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path)

    return read


@pytest.fixture(scope="session")
def site(checkout: Path) -> Snapshot:
    return load(checkout / "inventory" / "site.yaml")
