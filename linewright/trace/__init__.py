"""End-to-end paths through cables, panels and circuits, and the one comparison of cables with neighbours seen.

`paths(snapshot)` follows every strand to both its ends; `compare(paths, observations)` holds the paths against LLDP.
Pure.
"""

from linewright.trace.cabling import CableState, Cabling, Miswiring, Undocumented
from linewright.trace.compare import compare
from linewright.trace.path import End, Hop, Path
from linewright.trace.walk import paths

__all__ = ["CableState", "Cabling", "End", "Hop", "Miswiring", "Path", "Undocumented", "compare", "paths"]
