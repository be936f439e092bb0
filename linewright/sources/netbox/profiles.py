"""The cable profiles of NetBox 4.7, by name: connectors and positions per connector of side A, and of B if it differs."""

_SINGLE = (1, 2, 4, 6, 8, 12, 16)
_TRUNKS = {2: (1, 2, 4, 6, 8, 12), 4: (1, 2, 4, 6, 8), 8: (4,)}

#: All 26.
PROFILES: frozenset[str] = frozenset(
    {
        *(f"single-1c{positions}p" for positions in _SINGLE),
        *(
            f"trunk-{connectors}c{positions}p"
            for connectors, widths in _TRUNKS.items()
            for positions in widths
        ),
        "trunk-2c4p-shuffle",
        "trunk-4c4p-shuffle",
        *(f"breakout-1c{positions}p-{positions}c1p" for positions in (2, 4, 6, 8)),
        "breakout-2c4p-8c1p-shuffle",
    }
)
