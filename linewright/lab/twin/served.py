"""A site in a folder whose devices are twins: stock commands work on it while the twins are served.

What the folder gets: nornir.yaml with the twins' ports, their certificates enrolled, a site key and made-up secrets,
the snapshot kept as the newest one, and the configurations the twins booted noted as last applied.
"""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from linewright.devices.secrets import SecretStore, add_values, make_key
from linewright.devices.trust import Identity, Trust
from linewright.errors import FacilityError
from linewright.files import private_folder, write_whole
from linewright.journal.state import Applied, State
from linewright.lab.twin.box import Credentials
from linewright.lab.twin.described import fleet_of
from linewright.lab.twin.fleet import Fleet, Reach
from linewright.lab.twin.generated import drift, generated_site
from linewright.model.observation import now_text
from linewright.model.snapshot import Snapshot
from linewright.redact import restore
from linewright.render import Rendered, environment, render_device
from linewright.site import Site
from linewright.sources import recorded

_USER, _LOGIN = "netops", "login/eos"
_SECRETS = ".linewright/secrets"


@contextmanager
def served(
    folder: Path, boxes: int, drifted: int, *, workers: int = 20, recipients: tuple[str, ...] = ()
) -> Iterator[Fleet]:
    """A generated site of `boxes` switches in a folder, `drifted` of them changed by hand; served inside the block.

    Args:
        folder: empty or not there yet; it stays.
        boxes: how many switches.
        drifted: how many of them somebody changed by hand.
        workers: `num_workers` of the site's Nornir runner.
        recipients: who can open the site's backups; without at least two it makes none.

    Raises:
        UsageError: the numbers make no sense.
        FacilityError: the folder is in use, or this machine has no port or file left.
    """
    snapshot = generated_site(boxes)
    if folder.is_dir() and any(folder.iterdir()):
        raise FacilityError(f"{folder} is not empty", hint="name a folder that is, or a new one")
    private_folder(folder)
    store = made_store(folder)
    texts = rendered(snapshot, store)
    credentials = Credentials(_USER, store.credential(_LOGIN))
    configs = {name: restore(one.text, one.slots, store.key, store.reveal) for name, one in texts.items()}
    with _listening(snapshot, configs, credentials) as fleet:
        write_site(folder, fleet.reach, workers, recipients)
        note_applied(folder, snapshot, texts)
        drift(fleet, drifted)
        yield fleet


@contextmanager
def _listening(snapshot: Snapshot, configs: dict[str, str], credentials: Credentials) -> Iterator[Fleet]:
    try:
        fleet = fleet_of(snapshot, configs, credentials=credentials)
    except OSError as error:
        raise FacilityError(
            f"{len(configs)} twins cannot be served here: {error.strerror or error}",
            hint="each needs a port and an open file: ulimit -n",
        ) from None
    with fleet:
        yield fleet


def made_store(folder: Path) -> SecretStore:
    """The secrets of a new site: a key and made-up values."""
    key, values = folder / _SECRETS / "site.key", folder / _SECRETS / "values.yaml"
    make_key(key)
    add_values(values, {name: secrets.token_hex(12) for name in (_LOGIN, "local/rescue")})
    return SecretStore(key, values, environment={})


def rendered(snapshot: Snapshot, store: SecretStore) -> dict[str, Rendered]:
    """What the shipped templates make of each device.

    Raises:
        LinewrightError: a device cannot be rendered.
    """
    env = environment(Site().template_loader())
    return {
        name: render_device(env, snapshot, device, key=store.key, reveal=store.reveal)
        for name, device in snapshot.devices.items()
    }


def write_site(
    folder: Path, reach: Mapping[str, Reach], workers: int = 20, recipients: tuple[str, ...] = ()
) -> None:
    """The settings of a site whose devices answer there, and their certificates, enrolled."""
    ours: dict[str, Any] = {
        "site_id": "generated",
        "trust": ".linewright/trust",
        "secrets": {"key_file": f"{_SECRETS}/site.key", "values_file": f"{_SECRETS}/values.yaml"},
        "login": {"eos": {"username": _USER, "password": _LOGIN}},
        "endpoints": {name: {"host": at.host, "port": at.port} for name, at in reach.items()},
    }
    if recipients:
        ours["backup"] = {"recipients": list(recipients)}
    document = {
        "inventory": {"plugin": "linewright_site"},
        "runner": {"plugin": "threaded", "options": {"num_workers": workers}},
        "user_defined": {"linewright": ours},
    }
    write_whole(folder / "nornir.yaml", yaml.safe_dump(document, sort_keys=False).encode())
    Trust(folder / ".linewright" / "trust").accept(
        *(Identity(device=name, kind="tls", key=at.pin) for name, at in reach.items())
    )


def note_applied(folder: Path, snapshot: Snapshot, texts: Mapping[str, Rendered]) -> None:
    """Keep the snapshot as the newest one, and note what it makes of each device as last applied."""
    state = State(folder / ".linewright")
    path = state.snapshot_path(snapshot.code)
    private_folder(path.parent)
    recorded.save(snapshot, path)
    state.note_latest(snapshot.code)
    now = now_text(time.time())
    for name, one in texts.items():
        state.note_applied(
            Applied(device=name, intended=one.text, snapshot=snapshot.digest, change="lab", when=now)
        )
