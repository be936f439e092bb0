"""The lab of a site: routers booted with what the snapshot says, so that everything else can be practised on them."""

import json
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from linewright.devices.frr.hearing import lldp_neighbors
from linewright.devices.secrets import SecretStore, add_values, make_key, own_references
from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, FacilityError, LinewrightError, Refused, SecretError, SourceError
from linewright.journal.state import Applied
from linewright.lab.frr import lab
from linewright.lab.frr.faults import swap_cables
from linewright.lab.frr.state import Lab, load
from linewright.lab.frr.topology import Link, topology
from linewright.lab.frr.waiting import look, wait
from linewright.lab.netbox import scenario
from linewright.lab.netbox.lab import Running, status
from linewright.lab.netbox.seed import seed
from linewright.model.objects import Record
from linewright.model.observation import now_text
from linewright.model.snapshot import Snapshot
from linewright.operate.rendering import render_all
from linewright.operate.workplace import Workplace
from linewright.redact import restore
from linewright.render import Rendered
from linewright.sources.description import load_described

#: Long enough for a lab, short enough for every platform (FRR takes BGP passwords of up to 80 characters).
_MADE_UP_BYTES = 12
#: Seconds in which LLDP shows where a moved cable leads; the routers of a lab tell it every second.
_LLDP_SECONDS = 10
_PAUSE = 0.25


def lab_up(place: Workplace, snapshot: Snapshot, progress: Callable[[str, int, int], None]) -> Lab:
    """Boot the lab of a snapshot and note its configurations as last applied, its host keys as enrolled.

    A secret that a template asks for and nobody gave a value is made up and put into the site's values file: these
    routers are ours, and nobody else's password belongs on them.

    Raises:
        LinewrightError: the first device that could not be rendered, or why the lab cannot be built.
    """
    ready_secrets(place)
    names = [spec.name for spec in topology(snapshot).routers]
    rendered, problems = render_all(
        inventive(place), snapshot, {name: snapshot.device(name) for name in names}
    )
    if problems:
        raise LinewrightError(problems[0].message, hint=problems[0].hint)
    texts = with_secrets(place, rendered)
    built = lab.up(snapshot, texts, place.lab, progress)
    Trust(place.settings.path(place.settings.trust)).accept(
        *(Identity(device=r.name, kind="ssh", key=r.host_key) for r in built.routers.values())
    )
    note_booted(place, snapshot, rendered)
    return built


class Swapped(Record, frozen=True):
    """Two cables, as planned, whose far ends were exchanged; `missing` is what LLDP did not show in time, in words."""

    first: Link
    second: Link
    missing: tuple[str, ...] = ()


def swap(place: Workplace, one: str, other: str) -> Swapped:
    """Swap two cables of the lab, each named by any cable of its path ("C-0001"), and wait until LLDP shows it.

    Raises:
        DataError: the lab has no such cable.
    """
    built = load(place.lab)
    first, second = _link(built, one), _link(built, other)
    # An earlier swap may have moved these ends: what each of them hears now, the other hears afterwards.
    before = _lying(built, first), _lying(built, second)
    swap_cables(built, first, second)
    links = (
        replace(before[1], z=first.z, z_port=first.z_port),
        replace(before[0], z=second.z, z_port=second.z_port),
    )
    missing = wait(built, links=links, seconds=_LLDP_SECONDS).neighbors
    return Swapped(first=first, second=second, missing=missing or _not_forgotten(built, links))


def _lying(built: Lab, link: Link) -> Link:
    """The cable that is plugged in where this one's far end should be, by LLDP; as planned if nothing is heard."""
    heard = look(built.router(link.z)).neighbors.get(link.z_port, (link.a, link.a_port))
    return replace(link, a=heard[0], a_port=heard[1])


def _not_forgotten(built: Lab, links: tuple[Link, ...]) -> tuple[str, ...]:
    """Wait until no port of these cables hears its old neighbour beside the new one; the ports that still do."""
    deadline = time.monotonic() + _LLDP_SECONDS
    while True:
        ports = [port for link in links for port in ((link.a, link.a_port), (link.z, link.z_port))]
        late = tuple(
            f"{name} {port} hears its new neighbour only"
            for name, port in ports
            if _heard(built, name, port) > 1
        )
        if not late or time.monotonic() > deadline:
            return late
        time.sleep(_PAUSE)


def _heard(built: Lab, name: str, port: str) -> int:
    done = built.router(name).run(["lldpcli", "-f", "json0", "show", "neighbors", "details"], timeout=10)
    return len(lldp_neighbors(json.loads(done.stdout)).get(port, ())) if not done.returncode else 0


def _link(built: Lab, cable: str) -> Link:
    for link in built.topology.links:
        if cable in link.path.split(" + "):
            return link
    known = ", ".join(link.path for link in built.topology.links)
    raise DataError(f"the lab has no cable {cable!r}", hint=f"it has {known}")


def lab_down(place: Workplace, progress: Callable[[str, int, int], None]) -> None:
    """Remove the lab; snapshots, journal and enrolled keys stay."""
    lab.down(place.lab, progress)


def seed_netbox(place: Workplace, source: Path, progress: Callable[[str], None]) -> str:
    """Fill the site's disposable NetBox from a description; its URL.

    Raises:
        FacilityError: it is not up.
        DataError: the description has mistakes.
        SourceError: NetBox refused an object.
    """
    running = _netbox(place)
    seed(running.url, running.token, load_described(source), progress)
    return running.url


def edit_netbox(place: Workplace) -> tuple[str, ...]:
    """Add a prefix and a BGP neighbour in the site's disposable NetBox; what was done, in words.

    Raises:
        FacilityError: it is not up.
        Refused: it was done already.
        SourceError: NetBox refused.
    """
    running = _netbox(place)
    try:
        scenario.add_prefix(running.url, running.token)
    except SourceError as error:
        if "Duplicate prefix" not in error.message:
            raise
        raise Refused(
            "this NetBox was edited already: it has the prefix of the story",
            hint="begin again with lw lab netbox down, up and seed",
        ) from None
    scenario.add_neighbor(running.url, running.token)
    return (
        f"Added prefix {scenario.PREFIX} to site hq, to be announced.",
        f"Added BGP neighbour {scenario.NEIGHBOR['address']} ({scenario.NEIGHBOR['description']}) to hq-wan2.",
    )


def _netbox(place: Workplace) -> Running:
    if (running := status(place.netbox_lab)) is None:
        raise FacilityError("this site's disposable NetBox is not up", hint="start it: lw lab netbox up")
    return running


def ready_secrets(place: Workplace) -> None:
    """A key and a values file for a site that has none yet."""
    make_key(place.settings.path(place.settings.secrets.key_file))
    if not (values := place.settings.path(place.settings.secrets.values_file)).exists():
        add_values(values, {})


def with_secrets(place: Workplace, rendered: Mapping[str, Rendered]) -> dict[str, str]:
    """Rendered texts with the values put in: for booting devices of a lab, and nothing else."""
    store = SecretStore(_path(place, "key_file"), _path(place, "values_file"))
    return {name: restore(one.text, one.slots, store.key, store.reveal) for name, one in rendered.items()}


def note_booted(place: Workplace, snapshot: Snapshot, rendered: Mapping[str, Rendered]) -> None:
    """Remember boot configurations as last applied: the base of the first change."""
    for name, one in rendered.items():
        place.state.note_applied(
            Applied(
                device=name,
                intended=one.text,
                snapshot=snapshot.digest,
                change="lab",
                when=now_text(time.time()),
            )
        )


class _MadeUp(SecretStore):
    """A store that makes up what nobody gave."""

    def __init__(self, key_file: Path, values_file: Path, own: Mapping[str, str], folder: Path) -> None:
        super().__init__(key_file, values_file, own=own, folder=folder)
        self._file = values_file
        self._made: dict[str, str] = {}

    def reveal(self, reference: str) -> str:
        self.check_named_by_data(reference)  # or a value made up here would overwrite one of our own
        with suppress(SecretError):
            return super().reveal(reference)
        if reference not in self._made:
            self._made[reference] = secrets.token_urlsafe(_MADE_UP_BYTES).replace("-", "x").replace("_", "y")
            add_values(self._file, self._made)
        return self._made[reference]


def inventive(place: Workplace) -> Workplace:
    """The same, where a secret that nobody gave a value is made up and put into the site's values file."""
    store = _MadeUp(
        _path(place, "key_file"),
        _path(place, "values_file"),
        own_references(place.settings),
        place.settings.path(""),
    )
    return Workplace(settings=place.settings, site=place.site, state=place.state, secrets=store)


def _path(place: Workplace, which: str) -> Path:
    return place.settings.path(getattr(place.settings.secrets, which))
