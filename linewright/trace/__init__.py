"""End-to-end paths through cables, panels and circuits, and the one comparison of cables with neighbours seen.

`paths(snapshot)` follows every strand to both its ends; `route(...)` traces as NetBox does; `power(...)` leads from a
device to its feeds; `compare(paths, observations)` holds the paths against LLDP. Pure.
"""

from linewright.trace.cabling import CableState, Cabling, Miswiring, Undocumented
from linewright.trace.compare import compare
from linewright.trace.path import End, Hop, Path
from linewright.trace.plant import Plant, Port
from linewright.trace.power import PowerChain, power
from linewright.trace.route import Route, Segment, route, routes
from linewright.trace.walk import paths

__all__ = [
    "CableState",
    "Cabling",
    "End",
    "Hop",
    "Miswiring",
    "Path",
    "Plant",
    "Port",
    "PowerChain",
    "Route",
    "Segment",
    "Undocumented",
    "compare",
    "paths",
    "power",
    "route",
    "routes",
]
