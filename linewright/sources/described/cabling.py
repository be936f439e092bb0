"""Cables of a description: labels, kinds of ports, positions of profiles."""

from collections.abc import Collection, Iterator

from linewright.model.objects import Cable, CableEnd
from linewright.sources.described import schema
from linewright.sources.described.addressing import Drafts
from linewright.sources.described.making import made
from linewright.sources.described.notation import End, Link, length, profile, row
from linewright.sources.described.parsing import Description
from linewright.sources.described.ports import UNPLUGGABLE
from linewright.sources.described.reading import Document, Place

_PASSIVE = ("front-port", "rear-port")
_CONSOLE = ("console-port", "console-server-port")
#: What can be joined, the smaller kind first (dcim.constants.COMPATIBLE_TERMINATION_TYPES of NetBox 4.7).
_JOINED = {
    *(tuple(sorted(pair)) for one in _PASSIVE for pair in ((one, other) for other in _PASSIVE)),
    *(tuple(sorted((a, b))) for a in _PASSIVE for b in ("interface", "circuit-termination", *_CONSOLE)),
    ("interface", "interface"),
    ("circuit-termination", "interface"),
    ("circuit-termination", "circuit-termination"),
    _CONSOLE,
    ("power-outlet", "power-port"),
    ("power-feed", "power-port"),
}


def lay_cables(document: Document, description: Description, drafts: Drafts) -> tuple[Cable, ...]:
    """All cables; problems are noted in the document."""
    feeds = {
        End(f"{site}/{panel}", feed)
        for site, entries in description.sites.items()
        for panel, feed in entries.feeds
    }
    finder = _Finder(description, drafts, feeds)
    cables: dict[str, Cable] = {}
    taken: dict[tuple[str, str, str], str] = {}
    for group, label, link, place in _links(document, description):
        if label in cables:
            document.problem(place, f"{label}: another cable has that label")
            continue
        try:
            cable = _cable(finder, group, label, link)
        except ValueError as error:
            document.problem(place, str(error))
            continue
        for end in (*cable.a, *cable.b):
            at = (end.kind, end.device, end.name)
            if at in taken:
                document.problem(place, f"{end.device} {end.name} is taken by {taken[at]}")
            taken[at] = label
        cables[label] = cable
    return tuple(cables.values())


def _links(document: Document, description: Description) -> Iterator[tuple[schema.Cables, str, Link, Place]]:
    for index, group in enumerate(description.cables):
        for written, text in group.links.items():
            place: Place = ("cables", index, "links", written)
            try:
                found = row(written, text)
            except ValueError as error:
                document.problem(place, str(error))
                continue
            yield from ((group, label, link, place) for label, link in found)


def _cable(finder: "_Finder", group: schema.Cables, label: str, written: Link) -> Cable:
    if not written.both_ways:
        raise ValueError(f"{label}: a cable is written with --")
    size, unit = length(written.length)
    sides = profile(group.profile) if group.profile else ((0, 0), (0, 0))
    for ends, (connectors, _) in zip((written.a, written.z), sides, strict=True):
        if connectors and len(ends) > connectors:
            raise ValueError(f"{len(ends)} ends on one side; its profile has {connectors}")
    a, b = finder.kinds(written)
    return made(
        Cable,
        group,
        key=label,
        label=label,
        a=_side(written.a, a, sides[0]),
        b=_side(written.z, b, sides[1]),
        length=size,
        length_unit=unit,
    )


def _side(ends: tuple[End, ...], kinds: tuple[str, ...], profiled: tuple[int, int]) -> tuple[CableEnd, ...]:
    connectors, positions = profiled
    return tuple(
        CableEnd(
            kind=kind,
            device=end.device,
            name=end.port,
            connector=number if connectors else 0,
            positions=tuple(range(1, positions + 1)) if connectors else (),
        )
        for number, (end, kind) in enumerate(zip(ends, kinds, strict=True), start=1)
    )


class _Finder:
    """Finds what the ends of a link are."""

    def __init__(self, description: Description, drafts: Drafts, feeds: Collection[End]) -> None:
        self._description = description
        self._drafts = drafts
        self._feeds = feeds

    def kinds(self, link: Link) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The kinds of the ends of both sides.

        Raises:
            ValueError: an end is not there, takes no cable, or the two sides do not fit each other.
        """
        found = []
        for near, far in ((link.a, link.z), (link.z, link.a)):
            # A device may have a port and an outlet of one name; what stands opposite says which is meant.
            opposite = self._candidates(far[0])
            found.append(tuple(self._kind(end, opposite) for end in near))
        if len(set(found[0])) > 1 or len(set(found[1])) > 1:
            raise ValueError("ends of one side are of one kind")
        return found[0], found[1]

    def _kind(self, end: End, opposite: tuple[str, ...]) -> str:
        candidates = self._candidates(end)
        fitting = [
            kind for kind in candidates if any(tuple(sorted((kind, other))) in _JOINED for other in opposite)
        ]
        if not fitting:
            raise ValueError(f"{end} is a {_words(candidates)}, which fits no {_words(opposite)}")
        if len(fitting) > 1:
            raise ValueError(f"{end} may be a {_words(tuple(fitting))}: give them different names")
        return fitting[0]

    def _candidates(self, end: End) -> tuple[str, ...]:
        if end in self._feeds:
            return ("power-feed",)
        if (circuit := self._description.circuits.get(end.device)) is not None:
            return _of_circuit(circuit, end)
        if (draft := self._drafts.get(end.device)) is None:
            raise ValueError(f"there is no device, circuit or power panel {end.device}")
        kinds = draft.kinds(end.port)
        if not kinds:
            raise ValueError(f"device {end.device} has no port {end.port}")
        if len(kinds) == 1:
            _free(draft.port(kinds[0], end.port), end)
        return kinds


def _of_circuit(circuit: schema.Circuit, end: End) -> tuple[str, ...]:
    if end.port not in {"A", "Z"}:
        raise ValueError(f"{end}: a circuit ends at A or at Z")
    side = circuit.a if end.port == "A" else circuit.z
    if side.network:
        raise ValueError(f"{end} is in a provider network and takes no cable")
    _free(side, end)
    return ("circuit-termination",)


def _free(port: schema.Entry, end: End) -> None:
    """Refuse a port that takes no cable."""
    if isinstance(port, schema.Interface) and port.type in UNPLUGGABLE:
        raise ValueError(f"{end} is a {port.type} interface and takes no cable")
    if isinstance(port, schema.Interface) and port.channel_id:
        raise ValueError(f"{end} is a channel of {port.parent}, which takes the cable")
    if getattr(port, "mark_connected", False):
        raise ValueError(f"{end} is marked as connected to something that is not described")


def _words(kinds: tuple[str, ...]) -> str:
    return " or ".join(kind.replace("-", " ") for kind in kinds)
