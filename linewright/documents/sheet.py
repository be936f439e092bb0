"""The topology sheets of a site: A3 landscape, read on a wall, in grey, without NetBox at hand.

Rows of cards from the outside world inwards; every link stands on the cards of both its ends, with the other port, the
cables, what lies on the way, and its state. Lines between the rows show the shape. What does not fit on one sheet
goes on the next.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from linewright.documents.cards import Card, device_cards, stub_cards, stub_of
from linewright.documents.document import Basis
from linewright.documents.grid import GAP, SetRow, column_width, portions, set_rows
from linewright.documents.legend import CONFIRMED, LEGEND, look
from linewright.documents.lines import Wire, bridges, wires
from linewright.documents.page import ROOM, Listing, Page, PageText, body_height, listing_height
from linewright.documents.panels import panel_lines, power_lines
from linewright.documents.tiers import Tiers, tiers
from linewright.model.objects import Site
from linewright.trace import CableState

_GUTTER = 22.0
_SCALES = (1.9, 1.75, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1)


class _Size(NamedTuple):
    """The room for the drawing on the first sheet."""

    width: float
    height: float


class _Placed(NamedTuple):
    """A row with the lines that come down to it and those between neighbours."""

    row: SetRow
    wires: tuple[Wire, ...] = ()
    bridges: tuple[Wire, ...] = ()

    @property
    def above(self) -> float:
        return _GUTTER if self.wires else GAP


def sheets(basis: Basis, site: Site, marking: str) -> tuple[bytes, ...]:
    """The sheets of one site as SVG, at least one. A small site fills its sheet with larger type."""
    states = [
        state
        for state in basis.cabling.states
        if state.path.carries_data and site.slug in {state.path.a.site, state.path.z.site}
    ]
    placed = tiers(basis.snapshot, basis.paths, site.slug)
    below = (
        Listing("Patch panels", panel_lines(basis.snapshot, basis.paths, placed.panels)),
        Listing("Power units", power_lines(basis.snapshot, basis.paths, placed.power)),
    )
    listings = tuple(listing for listing in below if listing.lines)
    text = _text(basis, site, marking, states)

    def laid(scale: float) -> list[tuple[list[_Placed], float]]:
        size = _Size(ROOM / scale, body_height(text, first=True) / scale)
        return _paginated(_rows(basis, site.slug, placed, states, size), listings, text, scale)

    scale, pages = 1.0, laid(1.0)
    if len(pages) == 1:
        scale, pages = next(
            ((larger, sheet) for larger in _SCALES if len(sheet := laid(larger)) == 1), (scale, pages)
        )
    return tuple(
        _drawn(Page(text, number, len(pages), scale), page, listings if number == len(pages) else (), height)
        for number, (page, height) in enumerate(pages, 1)
    )


def _rows(basis: Basis, site: str, placed: Tiers, states: Sequence[CableState], size: _Size) -> list[_Placed]:
    others = (*placed.management, *placed.loose)
    cards = device_cards(basis.snapshot, states, placed.tiers, others)
    stubs = stub_cards(basis.snapshot, states, site)
    column = column_width(list(cards.values()))

    def parts(names: Sequence[str]) -> list[Card]:
        return [part for name in names for part in portions(cards[name], column, size.height)]

    groups = [parts(row) for row in placed.tiers]
    if others:
        rest = parts(others)
        # A last row of one or two cards leaves room for the management switch beside them.
        if groups and len(groups[-1]) + len(rest) <= 2 and len(set_rows(rest, column, size.width)) == 1:
            groups[-1] = [*groups[-1], *rest]
        else:
            groups.append(rest)
    home = _home(states, site, {name for row in placed.tiers for name in row})
    result = [_Placed(row) for row in set_rows(stubs, column_width(stubs), size.width)]
    for group in groups:
        for number, row in enumerate(set_rows(group, column, size.width)):
            above = {card.card.key for card in result[-1].row.cards} if result and not number else set()
            below = {card.card.key for card in row.cards}
            down = tuple(wires(states, above, below, home))
            result.append(_Placed(row, down, tuple(bridges(states, row.cards, home))))
    return result


def _home(states: Sequence[CableState], site: str, tiered: set[str]) -> dict[tuple[str, str], str]:
    """Which card an end stands on; management ports and devices are left out, their lines would hide the others."""
    home = {}
    for state in states:
        for end in (state.path.a, state.path.z):
            key = end.device if end.device in tiered else stub_of(end, site)
            if key:
                home[end.device, end.port] = key
    return home


def _text(basis: Basis, site: Site, marking: str, states: Sequence[CableState]) -> PageText:
    here = {name for name, device in basis.snapshot.devices.items() if device.site == site.slug}
    count = Counter(look(state) for state in _by_cable(basis, here))
    seen = sorted({state.seen for state in states if state.seen})
    differences = [
        group.text
        for group in basis.cabling.miswirings
        if any(site.slug in {path.a.site, path.z.site} for path in group.paths)
    ]
    differences += [
        f"{link.text}: no cable is documented" for link in basis.cabling.undocumented if link.port[0] in here
    ]
    return PageText(
        marking=marking,
        subject=f"Topology {site.slug}",
        title=f"{site.name} ({site.slug}): physical topology",
        place=", ".join(part for part in (site.facility, site.physical_address) if part),
        source=f"Source of truth: snapshot {basis.snapshot.code}",
        seen=_seen(seen, checked=bool(count[CONFIRMED])),
        counts="Cables: "
        + (", ".join(f"{count[kind]} {kind.short}" for kind in LEGEND if count[kind]) or "none"),
        differences=tuple(differences),
    )


def _by_cable(basis: Basis, here: set[str]) -> list[CableState]:
    keys = [
        cable.key
        for cable in basis.snapshot.tables.cables
        if any(end.device in here for end in (*cable.a, *cable.b))
    ]
    best = basis.cabling.by_cable()
    return [best[key] for key in keys if key in best and best[key].path.carries_data]


def _seen(times: list[str], *, checked: bool) -> str:
    if not times or not checked:
        return "No cable was seen on the live network"
    first, last = (f"{time[:10]} {time[11:16]}Z" for time in (times[0], times[-1]))
    return f"Cables seen {first}" if first == last else f"Cables seen {first} to {last}"


def _paginated(
    rows: list[_Placed], listings: tuple[Listing, ...], text: PageText, scale: float
) -> list[tuple[list[_Placed], float]]:
    """Rows per page and the height there is for them; the lists come after the last row."""
    pages: list[tuple[list[_Placed], float]] = [([], body_height(text, first=True) / scale)]
    y = 0.0
    for row in rows:
        page, room = pages[-1]
        if page and y + row.above + row.row.height > room:
            pages.append((page := [], body_height(text, first=False) / scale))
            y = 0.0
        # On top of a page there is nothing for its lines to come from.
        page.append(row if page else row._replace(wires=()))
        y += page[-1].above + row.row.height
    page, room = pages[-1]
    if listings and page and y + GAP + listing_height(listings, ROOM / scale) > room:
        pages.append(([], body_height(text, first=False) / scale))
    return pages


def _drawn(page: Page, rows: list[_Placed], listings: tuple[Listing, ...], height: float) -> bytes:
    needed = sum(placed.above + placed.row.height for placed in rows)
    needed += GAP + listing_height(listings, page.room) if listings else 0
    # Room that is left is spread between the rows: a sheet on a wall is read row by row.
    stretch = min(max(0.0, height - needed) / (len(rows) + 1), 26.0)
    upper: SetRow | None = None
    for placed in rows:
        if upper is None:
            page.skip(stretch / 2)
        else:
            page.skip(placed.above + stretch)
            page.wires(upper, placed.row, placed.wires, placed.above + stretch)
        page.row(placed.row, placed.bridges)
        upper = placed.row
    if listings:
        page.skip(GAP + stretch / 2)
    for listing in listings:
        page.listing(listing)
    return page.bytes()
