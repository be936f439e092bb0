"""Cables of a description: labels, kinds of ports, positions of profiles."""

from linewright.model.objects import Cable, CableEnd
from linewright.sources.described.addressing import Drafts
from linewright.sources.described.notation import End, color, length, link, profile
from linewright.sources.described.parsing import Description
from linewright.sources.described.reading import Document, Place
from linewright.sources.described.schema import Cables


def lay_cables(document: Document, description: Description, drafts: Drafts) -> tuple[Cable, ...]:
    """All cables; problems are noted in the document."""
    cables: dict[str, Cable] = {}
    taken: dict[End, str] = {}
    for index, group in enumerate(description.cables):
        for label, text in group.links.items():
            place: Place = ("cables", index, "links", label)
            if label in cables:
                document.problem(place, "another cable has that label")
                continue
            try:
                cable = _cable(description, drafts, group, label, text)
            except ValueError as error:
                document.problem(place, str(error))
                continue
            for end in (*cable.a, *cable.b):
                at = End(end.device, end.name)
                if at in taken:
                    document.problem(place, f"{at} is taken by {taken[at]}")
                taken[at] = label
            cables[label] = cable
    return tuple(cables.values())


def _cable(description: Description, drafts: Drafts, group: Cables, label: str, text: str) -> Cable:
    written = link(text)
    if not written.both_ways:
        raise ValueError(f"{text!r}: a cable is written with --")
    size, unit = length(written.length)
    sides = profile(group.profile) if group.profile else ((0, 0), (0, 0))
    return Cable(
        key=label,
        label=label,
        a=_side(description, drafts, written.a, sides[0]),
        b=_side(description, drafts, written.z, sides[1]),
        type=group.type,
        status=group.status,
        profile=group.profile,
        color=color(group.color),
        length=size,
        length_unit=unit,
        description=group.description,
        tags=group.tags,
        custom=group.custom,
    )


def _side(
    description: Description, drafts: Drafts, ends: tuple[End, ...], profiled: tuple[int, int]
) -> tuple[CableEnd, ...]:
    connectors, positions = profiled
    if connectors and len(ends) > connectors:
        raise ValueError(f"{len(ends)} ends on one side; its profile has {connectors}")
    return tuple(
        CableEnd(
            kind=_kind(description, drafts, end),
            device=end.device,
            name=end.port,
            connector=number if connectors else 0,
            positions=tuple(range(1, positions + 1)) if connectors else (),
        )
        for number, end in enumerate(ends, start=1)
    )


def _kind(description: Description, drafts: Drafts, end: End) -> str:
    if end.device in description.circuits:
        if end.port not in {"A", "Z"}:
            raise ValueError(f"{end}: a circuit ends at A or at Z")
        return "circuit-termination"
    if end.device not in drafts:
        raise ValueError(f"there is no device or circuit {end.device}")
    draft = drafts[end.device]
    kind = draft.kind(end.port)
    if not kind:
        raise ValueError(f"device {end.device} has no port {end.port}")
    if kind == "interface" and draft.interfaces[end.port].type in {"virtual", "bridge", "lag"}:
        raise ValueError(f"{end} is a {draft.interfaces[end.port].type} interface and takes no cable")
    return kind
