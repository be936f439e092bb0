"""What a real NetBox answers about paths, in our words."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from linewright.lab.netbox import down, up_seeded
from linewright.lab.plant import generate, up_plant
from linewright.model.snapshot import Snapshot
from linewright.sources.description import load_described
from linewright.trace import Route, paths, route, routes
from linewright.trace.plant import Plant, Port

#: Parts of an object's URL, and our kind of it.
_KINDS = {
    "interfaces": "interface",
    "front-ports": "front-port",
    "rear-ports": "rear-port",
    "console-ports": "console-port",
    "console-server-ports": "console-server-port",
    "power-ports": "power-port",
    "power-outlets": "power-outlet",
    "power-feeds": "power-feed",
    "circuit-terminations": "circuit-termination",
}
_TRACED = ("interface", "console-port", "console-server-port", "power-port", "power-outlet", "power-feed")
_PASSED = ("front-port", "rear-port", "circuit-termination")


class Oracle:
    """One NetBox. Ports are told by id, as its answers do."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self.ids: dict[Port, int] = {}
        self._ports: dict[tuple[str, int], Port] = {}
        self._cables = {row["id"]: row["label"] for row in self._all("dcim/cables")}
        self._radios = {
            row["id"]: " ~ ".join(
                sorted(
                    f"{row[side]['device']['name']} {row[side]['name']}"
                    for side in ("interface_a", "interface_b")
                )
            )
            for row in self._all("wireless/wireless-links")
        }
        circuits = {
            row["id"]: f"{row['provider']['slug']}/{row['cid']}" for row in self._all("circuits/circuits")
        }
        panels = {row["id"]: f"{row['site']['slug']}/{row['name']}" for row in self._all("dcim/power-panels")}
        for part, kind in _KINDS.items():
            for row in self._all(f"{'circuits' if part.startswith('circuit') else 'dcim'}/{part}"):
                if kind == "circuit-termination":
                    port = Port(kind, circuits[row["circuit"]["id"]], row["term_side"])
                elif kind == "power-feed":
                    port = Port(kind, panels[row["power_panel"]["id"]], row["name"])
                else:
                    port = Port(kind, row["device"]["name"], row["name"])
                self.ids[port] = row["id"]
                self._ports[kind, row["id"]] = port

    def traces(self) -> dict[Port, list[tuple[Any, ...]]]:
        """What `/trace/` answers for everything that has one: near ends, link, far ends, again and again."""
        return self._each(_TRACED, "trace", lambda answer: [tuple(map(self.nodes, part)) for part in answer])

    def passing(self) -> dict[Port, list[tuple[Any, ...]]]:
        """What `/paths/` answers for everything that is only passed: complete, split, active, then node by node."""
        return self._each(
            _PASSED,
            "paths",
            lambda answer: sorted(
                (row["is_complete"], row["is_split"], row["is_active"], *map(self.nodes, row["path"]))
                for row in answer
            ),
        )

    def _each(self, kinds: tuple[str, ...], what: str, read: Any) -> dict[Port, Any]:
        wanted = {port: number for port, number in self.ids.items() if port.kind in kinds}

        def ask(item: tuple[Port, int]) -> tuple[Port, Any]:
            port, number = item
            app = "circuits" if port.kind == "circuit-termination" else "dcim"
            return port, read(self._get(f"/api/{app}/{port.kind}s/{number}/{what}/"))

        with ThreadPoolExecutor(max_workers=2) as pool:
            return dict(pool.map(ask, wanted.items()))

    def nodes(self, found: Any) -> tuple[Port, ...]:
        """Ends, or one link, of an answer; in an order of ours, for NetBox gives none."""
        rows = found if isinstance(found, list) else [found] if found else []
        return tuple(sorted(self._node(row) for row in rows))

    def _node(self, row: dict[str, Any]) -> Port:
        part, number = row["url"].rstrip("/").split("/")[-2:]
        if part == "cables":
            # NetBox tells a radio link as if it were a cable; only a cable has a label here.
            name = self._cables[int(number)] if row.get("label") else self._radios[int(number)]
            return Port("cable" if row.get("label") else "wireless-link", "", name)
        if part == "wireless-links":
            return Port("wireless-link", "", self._radios[int(number)])
        if part == "provider-networks":
            return Port("provider-network", "", row["name"])
        if part == "sites":
            return Port("site", "", row["slug"])
        return self._ports[_KINDS[part], int(number)]

    def _get(self, path: str) -> Any:
        reply = self._session.get(self.url + path, timeout=120)
        assert reply.ok, f"{path}: {reply.status_code} {reply.text[:300]}"
        return reply.json()

    def _all(self, endpoint: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            page = self._get(f"/api/{endpoint}/?limit=500&offset={len(rows)}&ordering=id")
            rows += page["results"]
            if len(rows) >= page["count"]:
                return rows


def _told(nodes):
    """As NetBox tells them: a set, and a provider's network without its circuit."""
    return tuple(
        sorted(node._replace(device="") if node.kind == "provider-network" else node for node in nodes)
    )


def _same_trace(ours, theirs):
    segments = ours.segments if ours is not None else ()
    if len(segments) != len(theirs):
        return False
    for segment, (near, link, far) in zip(segments, theirs, strict=True):
        # Of several cables side by side NetBox tells one.
        links = _told(segment.links)
        if (_told(segment.near), _told(segment.far)) != (near, far) or not set(link) <= set(links):
            return False
        if bool(link) != bool(links):
            return False
    return True


def _steps(found):
    steps = [
        _told(nodes) for segment in found.segments for nodes in (segment.near, segment.links, segment.far)
    ]
    return (found.complete, found.split, found.active, *(nodes for nodes in steps if nodes))


def _is_hollow(found):
    """NetBox tells no nodes at all of a path that ends at a cable with nothing opposite."""
    last = found.segments[-1]
    return bool(last.links) and not last.far and last.links[0].kind == "cable"


def different(snapshot: Snapshot, oracle: Oracle) -> list[Port]:
    """The ports that NetBox traces otherwise than `route` and `routes` do."""
    plant = Plant(snapshot)
    wrong = [port for port, theirs in oracle.traces().items() if not _same_trace(route(plant, *port), theirs)]
    known = routes(plant)
    for port, theirs in oracle.passing().items():
        mine = [found for found in known if found.passes(port)]
        flags = sorted((found.complete, found.split, found.active) for found in mine)
        whole = {_steps(found) for found in mine}
        hollow = sum(map(_is_hollow, mine))
        empty = [found for found in theirs if len(found) == 3]
        if (
            flags != sorted(found[:3] for found in theirs)
            or not whole.issuperset(found for found in theirs if len(found) > 3)
            or len(empty) > hollow
        ):
            wrong.append(port)
    return wrong


def unknown(snapshot: Snapshot) -> list[Route]:
    """The routes of single strands whose far ends `paths` does not know."""
    missing = []
    known = {}
    for path in paths(snapshot):
        for near, far in ((path.a, path.z), (path.z, path.a)):
            known.setdefault((near.kind, *near.key), set()).add((far.kind, *far.key))
    for found in routes(snapshot):
        # Several strands at once share one stack in NetBox: see docs/trace.md.
        if all(len(segment.near) == len(segment.links) == 1 for segment in found.segments):
            ends = {tuple(end) for end in found.destinations}
            if not ends <= known.get(tuple(*found.origins), set()):
                missing.append(found)
    return missing


@pytest.fixture
def compared() -> Callable[[Snapshot, Oracle], tuple[list[Port], list[Route]]]:
    """Both comparisons of a site."""
    return lambda snapshot, oracle: (different(snapshot, oracle), unknown(snapshot))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Iterator[tuple[Snapshot, Oracle]]:
    described = load_described(checkout / "inventory" / "site.yaml")
    folder = tmp_path_factory.mktemp("reference") / "lab"
    running = up_seeded(folder, described)
    try:
        yield described.snapshot, Oracle(running.url, running.token)
    finally:
        down(folder)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Snapshot, Oracle]]:
    folder = tmp_path_factory.mktemp("generated") / "lab"
    running, snapshot, refused = up_plant(folder, generate(1))
    try:
        assert len(refused) <= len(snapshot.tables.cables) // 20
        yield snapshot, Oracle(running.url, running.token)
    finally:
        down(folder)
