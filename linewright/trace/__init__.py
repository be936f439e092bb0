"""End-to-end paths through cables, panels and circuits, and the one comparison of cables with neighbours seen.

`paths(snapshot)` follows every strand to both its ends. Pure.
"""

from linewright.trace.path import End, Hop, Path
from linewright.trace.walk import paths

__all__ = ["End", "Hop", "Path", "paths"]
