"""What every job works with: the site's settings, files, state and secrets."""

from functools import partial
from pathlib import Path

import msgspec

from linewright import settings as settings_of
from linewright.devices.credentials.asking import Ask, nobody
from linewright.devices.secrets import SecretStore, secret_store
from linewright.errors import DataError
from linewright.files import private_folder
from linewright.journal.opening import Keeping
from linewright.journal.state import State
from linewright.model.snapshot import Snapshot
from linewright.settings import Settings
from linewright.site import Site
from linewright.sources import recorded


class Workplace(msgspec.Struct, frozen=True):
    """A site opened for work."""

    settings: Settings
    site: Site
    state: State
    secrets: SecretStore

    @property
    def lab(self) -> Path:
        """The folder of this site's lab, if one is up."""
        return self.state.folder / "lab"

    @property
    def netbox_lab(self) -> Path:
        """The folder of this site's disposable NetBox, if one is up."""
        return self.state.folder / "netbox"

    def snapshot(self, code: str = "") -> Snapshot:
        """The snapshot of that code, or the newest.

        Raises:
            DataError: there is none, or its file is damaged.
        """
        path = self.state.snapshot_path(code) if code else self.state.latest()
        if not path.is_file():
            raise DataError(
                f"there is no snapshot {path.stem} in {path.parent}", hint="take one: lw snapshot"
            )
        return recorded.load(path)

    def keep(self, snapshot: Snapshot, *, newest: bool = True) -> Path:
        """Save a snapshot in the state folder, as the newest one or beside it."""
        path = self.state.snapshot_path(snapshot.code)
        private_folder(path.parent)
        recorded.save(snapshot, path)
        if newest:
            self.state.note_latest(snapshot.code)
        return path


def workplace(folder: Path, settings: Settings | None = None, ask: Ask = nobody) -> Workplace:
    """The workplace of the site in `folder`; `ask` is how a person is asked for a secret.

    Raises:
        SettingsError: its nornir.yaml is not what it should be.
    """
    found = settings or settings_of.load(folder)
    secrets = secret_store(found, ask)
    return Workplace(
        settings=found,
        site=Site(folder),
        state=State(found.path(found.state), _keeping(found, secrets)),
        secrets=secrets,
    )


def _keeping(settings: Settings, secrets: SecretStore) -> Keeping:
    told = settings.journal
    return Keeping(
        url=told.url,
        password=partial(secrets.credential, told.password) if told.password else None,
        heads=tuple(settings.path(place) for place in told.heads),
        key=settings.path(told.key) if told.key else None,
        signers=settings.path(told.signers) if told.signers else None,
    )
