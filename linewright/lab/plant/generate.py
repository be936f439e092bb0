"""Scenes of a cable plant: each profile in both directions, panels, trunks in trunks, splits, and cabling by chance."""

from linewright.lab.plant.chaos import chaos
from linewright.lab.plant.drawing import Drawing
from linewright.model.objects import CableEnd, PortMapping
from linewright.model.snapshot import Snapshot
from linewright.trace.profiles import PROFILES, Shape, shapes


def generate(number: int, *, by_chance: int = 60) -> Snapshot:
    """The plant of this number. `by_chance` cables are laid without a plan; NetBox refuses some of them."""
    drawing = Drawing(number)
    for profile in PROFILES:
        _profile(drawing, profile)
        _profile_through_panels(drawing, profile)
    for width in (1, 4, 12, 24):
        _trunk(drawing, width)
    _duplex(drawing)
    _nested(drawing)
    _splits(drawing)
    _circuits(drawing)
    _power(drawing)
    _console(drawing)
    _wireless(drawing)
    _marked(drawing)
    chaos(drawing, by_chance)
    return drawing.snapshot()


def _profile(drawing: Drawing, profile: str) -> None:
    """Interfaces on both sides, now all connectors taken and now some, now channelised and now not."""
    near, far = shapes(profile)
    drawing.cable(_side(drawing, near), _side(drawing, far), profile, status=_status(drawing))


def _side(drawing: Drawing, shape: Shape) -> list[CableEnd]:
    chance = drawing.random
    count = chance.choice((shape.connectors, chance.randint(1, shape.connectors)))
    ends = []
    for _ in range(count):
        if shape.positions > 1 and chance.random() < 0.5:
            children = [n for n in range(1, shape.positions + 1) if chance.random() < 0.8]
            ends.append(drawing.channelised(shape.positions, children))
        else:
            ends += drawing.interfaces(1, "end")
    return ends


def _profile_through_panels(drawing: Drawing, profile: str) -> None:
    """The profile between panels: each connector a rear port, its strands patched in front, mostly."""
    near, far = shapes(profile)
    fronts = []
    backs = []
    for shape in (near, far):
        before, behind = drawing.panel(
            [1] * (shape.connectors * shape.positions), [shape.positions] * shape.connectors
        )
        fronts.append(before)
        backs.append(behind)
    drawing.cable(backs[0], backs[1], profile)
    for before in fronts:
        for end in before[:6]:
            if drawing.random.random() < 0.6:
                kind = drawing.random.choice(("", "single-1c1p"))
                drawing.cable(drawing.interfaces(1, "patched"), [end], kind)


def _trunk(drawing: Drawing, width: int) -> None:
    """Interface, panel, trunk, panel, patch, panel, trunk, panel, interface; strands changed by chance."""
    one, two, three, four = (drawing.panel([1] * width, [width]) for _ in range(4))
    drawing.turned(one[1], two[1])
    drawing.turned(three[1], four[1])
    for index in range(min(width, 5)):
        drawing.turned(drawing.interfaces(1, "left"), [one[0][index]])
        drawing.turned([two[0][index]], [three[0][-1 - index]], status=_status(drawing))
        if index != 1:
            drawing.turned([four[0][index]], drawing.interfaces(1, "right"))


def _duplex(drawing: Drawing) -> None:
    """Two strands together: in one port of two positions, in two ports, and over rear ports of their own."""
    for fronts, rears in (([2, 2], [4]), ([2, 2], [1, 1, 1, 1]), ([4], [2, 2])):
        left, right = (drawing.panel(fronts, rears, straight=True) for _ in range(2))
        for one, two in zip(left[1], right[1], strict=True):
            drawing.turned([one], [two])
        for side in (left, right):
            for end in side[0]:
                drawing.cable(
                    drawing.interfaces(1, "duplex"), [end], "single-1c2p" if fronts[0] == 2 else "single-1c4p"
                )
    left, right = (drawing.panel([1, 1, 1, 1], [4], straight=True) for _ in range(2))
    drawing.turned(left[1], right[1])
    for side in (left, right):
        drawing.turned(drawing.interfaces(1, "pair"), side[0][:2])
        drawing.turned(drawing.interfaces(1, "pair"), side[0][2:])


def _nested(drawing: Drawing) -> None:
    """A trunk of 4 inside one strand of a trunk of 12, as cassettes are cabled."""
    inner = [drawing.panel([1] * 4, [4], straight=True) for _ in range(2)]
    outer = [drawing.panel([1] * 12, [12]) for _ in range(2)]
    drawing.turned(outer[0][1], outer[1][1])
    rear = {end.name: end for end in outer[0][0]}
    drawing.turned(inner[0][1], [rear["F5"]])
    # The strand comes out where the mapping of the far panel says; every front of it may be the one.
    drawing.turned([outer[1][0][4]], inner[1][1])
    for side in inner:
        for index in (0, 2, 3):
            drawing.turned(drawing.interfaces(1, "inner"), [side[0][index]])
    single = [drawing.panel([1], [1]) for _ in range(2)]
    drawing.turned(single[0][1], single[1][1])
    for side in single:
        drawing.cable(drawing.interfaces(1, "bundle"), side[0], "single-1c4p")


def _splits(drawing: Drawing) -> None:
    """What leads to several: a trunk without a position, one cable to two strands, and one of them to nothing."""
    before, behind = drawing.panel([1] * 4, [4])
    drawing.turned(drawing.interfaces(1, "split"), behind)
    for end in before[:3]:
        drawing.turned(drawing.interfaces(1, "leaf"), [end])
    for ends in (2, 1):
        before, behind = drawing.panel([1, 1], [1, 1], straight=True)
        drawing.turned(drawing.interfaces(1, "fork"), before)
        for end in behind[:ends]:
            drawing.turned([end], drawing.interfaces(1, "prong"))
    drawing.turned(drawing.interfaces(1, "one"), drawing.interfaces(3, "many"))
    drawing.turned(drawing.interfaces(2, "some"), drawing.interfaces(2, "others"))
    before, behind = drawing.panel([1, 1, 1], [3], mapped=1)
    drawing.turned(drawing.interfaces(1, "lost"), [before[2]])
    drawing.turned(drawing.interfaces(1, "found"), [before[0]])
    # A channelised port on a cable without a profile: the channels have no part in it.
    drawing.turned([drawing.channelised(4, range(1, 5))], drawing.interfaces(1, "plain"))


def _circuits(drawing: Drawing) -> None:
    for kind in ("both", "site", "network", "one side", "panel"):
        a, z = drawing.circuit(network=kind == "network", one_sided=kind == "one side")
        drawing.turned(drawing.interfaces(1, "wan"), [a])
        if kind == "both":
            drawing.turned([z], drawing.interfaces(1, "wan"), status=_status(drawing))
        elif kind == "panel":
            before, behind = drawing.panel([1, 1], [2])
            drawing.turned([z], [before[0]])
            drawing.turned(behind, drawing.interfaces(1, "wan"))
    one, two = drawing.circuit(), drawing.circuit()
    drawing.turned(drawing.interfaces(1, "far"), [one[0]])
    drawing.turned([one[1]], [two[0]])
    drawing.turned([two[1]], drawing.interfaces(1, "far"))


def _power(drawing: Drawing) -> None:
    pdu = drawing.name("pdu")
    inlet = drawing.port("power-port", pdu)
    drawing.cable([drawing.feed()], [inlet])
    outlets = [drawing.port("power-outlet", pdu, power_port=inlet.name) for _ in range(4)]
    for outlet in outlets[:3]:
        drawing.cable([drawing.port("power-port", drawing.name("load"))], [outlet], status=_status(drawing))
    drawing.feed()


def _console(drawing: Drawing) -> None:
    server = drawing.name("console")
    for index in range(3):
        line = drawing.port("console-server-port", server)
        port = drawing.port("console-port", drawing.name("managed"))
        if index:
            before, behind = drawing.panel([1], [1])
            drawing.turned([line], before)
            drawing.turned(behind, [port])
        else:
            drawing.turned([line], [port])


def _wireless(drawing: Drawing) -> None:
    drawing.radio(status="planned")
    one, two = drawing.radio()
    for end in (one, two):
        wired = drawing.bridge(end)
        drawing.turned([wired], drawing.interfaces(1, "behind"))


def _marked(drawing: Drawing) -> None:
    drawing.port("interface", drawing.name("marked"), mark_connected=True)
    device = drawing.name("marked")
    rear = drawing.port("rear-port", device, name="R1")
    drawing.port(
        "front-port",
        device,
        name="F1",
        mark_connected=True,
        mappings=(PortMapping(position=1, rear_port=rear.name, rear_position=1),),
    )
    drawing.turned(drawing.interfaces(1, "unsure"), [rear])


def _status(drawing: Drawing) -> str:
    return drawing.random.choice(("connected", "connected", "connected", "planned", "decommissioning"))
