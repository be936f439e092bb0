"""The small map of a plan as SVG: what changes, what stands beside it, which paths lose their second way. Pure.

What counts is told by form and words: thick and thin edges, broken and whole lines, labels. It reads the same in grey.
"""

from collections import Counter
from collections.abc import Iterator

from linewright.model.objects import Record
from linewright.model.printable import printable
from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import columns
from linewright.plan.pages.markup import Html, lines, tag
from linewright.plan.pages.placing import HIGH, ROOM, WIDE, Box, Frame, placed
from linewright.plan.pages.routing import Way, label_at, ways
from linewright.plan.rollout.records import Line
from linewright.plan.what import several

#: So many boxes can be read on a sheet of A4; a larger map shows sites.
MOST = 40
#: Characters that fit into a box: of its name, and of the smaller lines below.
_NAME, _SMALL = 16, 21
#: Paths that are told in words below the map.
_TOLD = 30


class _Drawn(Record, frozen=True):
    box: Box
    words: tuple[str, ...]
    changes: bool


def site_map(plan: ChangePlan) -> Html:
    """The map as an SVG element, with its key; empty where the plan names no places."""
    drawn, joined = _by_site(plan) if by_site(plan) else _by_device(plan)
    if not drawn:
        return Html()
    corners, frames, high = placed(each.box for each in drawn)
    shown = [line for line in joined if line.a in corners and line.z in corners and line.a != line.z]
    found = list(zip(shown, ways([(line.a, line.z) for line in shown], corners), strict=True))
    # What nothing stands in for is drawn last, over the others.
    found.sort(key=lambda pair: pair[0].alone)
    edge = high + 30
    return tag(
        "svg",
        lines([
            tag("title", f"Map of plan {plan.code}"),
            tag("desc", "; ".join(in_words(plan)) or "no path loses its second way"),
            *(_frame(frame) for frame in frames if frame.name),
            *(_line(line, way) for line, way in found),
            *(_box(each, corners[each.box.name]) for each in drawn),
            *_labels(found, corners),
            *_key(edge),
        ]),
        viewBox=f"-4 -4 {ROOM + 8} {edge + 24}",
        role="img",
        class_="map",
    )  # fmt: skip


def by_site(plan: ChangePlan) -> bool:
    """Whether there are too many devices for a box each."""
    return len(plan.places) > MOST


def in_words(plan: ChangePlan) -> Iterator[str]:
    """What the map tells by its lines; also what it leaves out."""
    if by_site(plan):
        sites = len({place.site for place in plan.places})
        left = f"; {sites - MOST} sites are not drawn" if sites > MOST else ""
        yield f"{len(plan.places)} devices are too many for one sheet: each box is a site{left}"
    alone = [line for line in plan.lines if line.alone]
    for line in alone[:_TOLD]:
        yield f"{line.a} to {line.z}: nothing stands in for it while the change is made"
    if len(alone) > _TOLD:
        yield f"and {len(alone) - _TOLD} more paths that nothing stands in for"


def _by_device(plan: ChangePlan) -> tuple[list[_Drawn], list[Line]]:
    batches = {name: number for number, batch in enumerate(plan.batches, start=1) for name in batch}
    return [
        _Drawn(
            box=Box(name=place.device, frame=place.site or "no site", tier=place.tier),
            words=(
                several(place.role, 1) if place.role else "",
                f"CHANGES, batch {batches[place.device]}" if place.device in batches else "CHANGES" if place.changes else "",
            ),
            changes=place.changes,
        )
        for place in {place.device: place for place in plan.places}.values()
    ], list(plan.lines)  # fmt: skip


def _by_site(plan: ChangePlan) -> tuple[list[_Drawn], list[Line]]:
    devices = Counter(place.site for place in plan.places)
    changing = Counter(place.site for place in plan.places if place.changes)
    tiers: dict[str, int] = {}
    for place in plan.places:
        tiers[place.site] = min(place.tier, tiers.get(place.site, place.tier))
    home = {place.device: place.site for place in plan.places}
    inside: Counter[str] = Counter()
    between: dict[tuple[str, str], tuple[int, bool]] = {}
    for line in plan.lines:
        if line.a not in home or line.z not in home:
            continue
        a, z = sorted((home[line.a], home[line.z]))
        if a == z:
            inside[a] += line.alone
        else:
            count, alone = between.get((a, z), (0, False))
            between[a, z] = count + line.count, alone or line.alone
    kept = sorted(devices, key=lambda site: (-changing[site], site))[:MOST]
    return [
        _Drawn(
            box=Box(name=site, frame="", tier=tiers[site]),
            words=(
                f"{devices[site]} {several('device', devices[site])}" + (f", {inside[site]} alone" if inside[site] else ""),
                f"{changing[site]} CHANGE" if changing[site] else "",
            ),
            changes=bool(changing[site]),
        )
        for site in kept
    ], [Line(a=a, z=z, count=count, alone=alone) for (a, z), (count, alone) in sorted(between.items())]  # fmt: skip


def _frame(frame: Frame) -> Html:
    return tag(
        "g",
        tag("rect", x=frame.x, y=frame.y, width=frame.wide, height=frame.high, rx=5, class_="frame"),
        tag(
            "text", _short(frame.name, max(6, frame.wide // 8)), x=frame.x + 8, y=frame.y + 15, class_="site"
        ),
    )


def _box(drawn: _Drawn, corner: tuple[int, int]) -> Html:
    x, y = corner
    words = [word for word in drawn.words if word]
    return tag(
        "g",
        tag("title", f"{drawn.box.name}: {', '.join(words)}"),
        tag("rect", x=x, y=y, width=WIDE, height=HIGH, rx=3, class_="changes" if drawn.changes else "beside"),
        tag("text", _short(drawn.box.name, _NAME), x=x + WIDE // 2, y=y + 17, class_="name"),
        *(
            tag("text", _short(word, _SMALL), x=x + WIDE // 2, y=y + 31 + 13 * number, class_="strong" if number else "small")
            for number, word in enumerate(drawn.words)
        ),
    )  # fmt: skip


def _line(line: Line, way: Way) -> Html:
    return tag(
        "path", d="M" + " L".join(f"{x} {y}" for x, y in way), class_="alone" if line.alone else "joined"
    )


def _labels(found: list[tuple[Line, Way]], corners: dict[str, tuple[int, int]]) -> Iterator[Html]:
    """What a line says; no label covers a box or another label where there is room. The gravest choose first."""
    taken = [(x, y, WIDE, HIGH) for x, y in corners.values()]
    for line, way in reversed(found):
        words = " ".join(
            word for word, so in (("ALONE", line.alone), (f"{line.count}x", line.count > 1)) if so
        )
        if not words:
            continue
        wide, high = 7 * len(words) + 6, 14
        x, y = label_at(way, wide, high, taken)
        taken.append((x - wide // 2, y - high // 2, wide, high))
        yield tag(
            "g",
            tag("rect", x=x - wide // 2, y=y - high // 2, width=wide, height=high, rx=2, class_="plate"),
            tag("text", words, x=x, y=y + 4, class_="strong" if line.alone else "small"),
        )


def _key(y: int) -> Iterator[Html]:
    yield tag("rect", x=2, y=y - 9, width=24, height=14, rx=2, class_="changes")
    yield tag("text", "changes", x=32, y=y + 2, class_="key")
    yield tag("rect", x=92, y=y - 9, width=24, height=14, rx=2, class_="beside")
    yield tag("text", "beside", x=122, y=y + 2, class_="key")
    yield tag("path", d=f"M176 {y - 2} L212 {y - 2}", class_="joined")
    yield tag("text", "connection (2x: two of them)", x=218, y=y + 2, class_="key")
    yield tag("path", d=f"M398 {y - 2} L434 {y - 2}", class_="alone")
    yield tag("text", "ALONE: nothing stands in for it meanwhile", x=440, y=y + 2, class_="key")


def _short(text: str, most: int) -> str:
    """A name that is too long keeps its beginning and its end: names differ there."""
    whole = printable(text)
    shown, kept = whole, min(len(whole), most)
    while columns(shown) > most and kept > 1:
        shown = f"{whole[: kept // 2]}\u2026{whole[len(whole) - (kept - kept // 2 - 1) :]}"
        kept -= 1
    return shown
