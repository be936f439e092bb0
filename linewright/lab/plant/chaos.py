"""Cables by chance between ports by chance: what nobody would plan, and what a source of truth may hold."""

from linewright.lab.plant.drawing import Drawing
from linewright.model.objects import CableEnd
from linewright.trace.profiles import PROFILES, shapes

#: How often a side of a cable has an end on another device as well.
_SCATTERED = 0.15
_WIDTHS = (1, 1, 1, 2, 4)
_JOINS = {
    "interface": ("interface", "front-port", "rear-port", "circuit-termination"),
    "front-port": ("interface", "front-port", "rear-port", "circuit-termination"),
    "rear-port": ("interface", "front-port", "rear-port", "circuit-termination"),
    "circuit-termination": ("interface", "front-port", "rear-port"),
}


class _Free:
    """Ports without a cable, in groups that belong together: those of one panel, of one circuit, of one device."""

    def __init__(self, drawing: Drawing, cables: int) -> None:
        self._random = drawing.random
        self._groups: list[list[CableEnd]] = []
        for _ in range(max(4, cables // 4)):
            device = drawing.name("chaos")
            self._groups.append(
                [drawing.port("interface", device) for _ in range(self._random.randint(2, 4))]
            )
        for _ in range(max(4, cables // 5)):
            fronts = [self._random.choice(_WIDTHS) for _ in range(self._random.randint(1, 5))]
            rears = [self._random.choice(_WIDTHS) for _ in range(self._random.randint(1, 4))]
            mapped = self._random.choice((None, None, 3))
            self._groups += drawing.panel(fronts, rears, mapped=mapped)
        for _ in range(max(2, cables // 12)):
            count = self._random.choice((2, 4))
            children = [n for n in range(1, count + 1) if self._random.random() < 0.8]
            self._groups.append([drawing.channelised(count, children)])
            self._groups.append(list(drawing.circuit()))

    def take(self, most: int, kinds: tuple[str, ...]) -> list[CableEnd]:
        """Up to this many ends of one group."""
        fitting = [group for group in self._groups if group and group[0].kind in kinds]
        if not fitting:
            return []
        group = self._random.choice(fitting)
        count = min(len(group), self._random.choice((1, 1, self._random.randint(1, most))))
        taken = self._random.sample(group, count)
        for end in taken:
            group.remove(end)
        # Ends of one side on several devices: NetBox takes them at the end of a path and refuses them within.
        if len(taken) < most and self._random.random() < _SCATTERED:
            others = [other for other in fitting if other and other[0].kind == taken[0].kind]
            if others:
                taken.append(self._random.choice(others).pop())
        return taken


def chaos(drawing: Drawing, cables: int) -> None:
    """Lay this many cables, or as many as there are ports for."""
    free = _Free(drawing, cables)
    small = [name for name in PROFILES if sum(shape.positions for shape in shapes(name)) <= 8]
    for _ in range(cables):
        profile = drawing.random.choice(small) if drawing.random.random() < 0.35 else ""
        near, far = shapes(profile) if profile else (None, None)
        a = free.take(near.connectors if near else 2, tuple(_JOINS))
        b = free.take(far.connectors if far else 2, _JOINS[a[0].kind]) if a else []
        if not a or not b:
            continue
        drawing.cable(a, b, profile)
