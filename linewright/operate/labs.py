"""The lab of a site: routers booted with what the snapshot says, so that everything else can be practised on them."""

import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from linewright.devices.secrets import SecretStore, add_values, make_key
from linewright.devices.trust import Identity, Trust
from linewright.errors import DataError, FacilityError, LinewrightError, SecretError
from linewright.journal.state import Applied
from linewright.lab.frr import lab
from linewright.lab.frr.faults import swap_cables
from linewright.lab.frr.state import Lab, load
from linewright.lab.frr.topology import Link, topology
from linewright.lab.netbox import scenario
from linewright.lab.netbox.lab import Running, status
from linewright.lab.netbox.seed import seed
from linewright.model.observation import now_text
from linewright.model.snapshot import Snapshot
from linewright.operate.planning import render_all
from linewright.operate.workplace import Workplace
from linewright.redact import restore
from linewright.render import Rendered
from linewright.sources.description import load_described

#: Long enough for a lab, short enough for every platform (FRR takes BGP passwords of up to 80 characters).
_MADE_UP_BYTES = 12


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
        _inventive(place), snapshot, {name: snapshot.device(name) for name in names}
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


def swap(place: Workplace, one: str, other: str) -> tuple[Link, Link]:
    """Swap two cables of the lab, each named by any cable of its path ("C-0001").

    Raises:
        DataError: the lab has no such cable.
    """
    built = load(place.lab)
    links = _link(built, one), _link(built, other)
    swap_cables(built, *links)
    return links


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
        SourceError: NetBox refused.
    """
    running = _netbox(place)
    scenario.add_prefix(running.url, running.token)
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

    def __init__(self, key_file: Path, values_file: Path) -> None:
        super().__init__(key_file, values_file)
        self._file = values_file
        self._made: dict[str, str] = {}

    def reveal(self, reference: str) -> str:
        with suppress(SecretError):
            return super().reveal(reference)
        if reference not in self._made:
            self._made[reference] = secrets.token_urlsafe(_MADE_UP_BYTES).replace("-", "x").replace("_", "y")
            add_values(self._file, self._made)
        return self._made[reference]


def _inventive(place: Workplace) -> Workplace:
    store = _MadeUp(_path(place, "key_file"), _path(place, "values_file"))
    return Workplace(settings=place.settings, site=place.site, state=place.state, secrets=store)


def _path(place: Workplace, which: str) -> Path:
    return place.settings.path(getattr(place.settings.secrets, which))
