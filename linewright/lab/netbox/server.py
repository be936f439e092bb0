"""NetBox itself: its files in the runtime folder, its database made ready, gunicorn in front of it."""

import json
import secrets
import string
import subprocess
from pathlib import Path

import requests

from linewright.errors import FacilityError
from linewright.files import write_whole
from linewright.lab.netbox import branching
from linewright.lab.netbox.facilities import Facilities
from linewright.lab.netbox.processes import run, start, tail, wait_until
from linewright.lab.netbox.state import LOGS, PASSWORD, TOKEN, URL, State

_INSIDE = Path(__file__).parent / "inside"
_LETTERS = string.ascii_letters + string.digits
_MIGRATE_SECONDS = 3600
_START_SECONDS = 300


class Server:
    """A lab's NetBox."""

    def __init__(self, folder: Path, state: State, facilities: Facilities) -> None:
        self._folder = folder
        self._state = state
        self._bin = facilities.environment / "bin"
        self._root = Path(state.runtime) / "netbox"
        self._log = folder / LOGS / "netbox.log"
        self._variables = {"NETBOX_ROOT": str(self._root), "PYTHONDONTWRITEBYTECODE": "1"}
        if state.branching:
            self._variables["LINEWRIGHT_NETBOX_BRANCHING"] = str(branching.folder(facilities))

    def prepare(self) -> None:
        """Write NetBox's configuration and new secrets."""
        self._root.mkdir(mode=0o700)
        (self._root / "conf").mkdir()
        for name in ("media", "reports", "scripts"):
            (self._root / name).mkdir()
        shipped = (_INSIDE / "configuration.py").read_bytes()
        write_whole(self._root / "conf" / "configuration.py", shipped, mode=0o600)
        values = {
            "key": _random(64),
            "pepper": _random(64),
            "password": _random(24),
            "token_key": _random(12),
            "token": _random(40),
        }
        write_whole(self._root / "secrets.json", json.dumps(values).encode(), mode=0o600)
        write_whole(self._folder / PASSWORD, values["password"].encode(), mode=0o600)
        write_whole(self._folder / TOKEN, f"nbt_{values['token_key']}.{values['token']}".encode(), mode=0o600)

    def migrate(self, app: str = "") -> None:
        """Bring the database to this release: all of it (minutes of work, see `database`), or one app's part.

        Raises:
            FacilityError: a migration failed.
        """
        run(
            self._state,
            [self._bin / "netbox", "migrate", "--no-input", *([app] if app else [])],
            log=self._folder / LOGS / "migrate.log",
            what="migrating NetBox's database",
            extra=self._variables,
            seconds=_MIGRATE_SECONDS,
        )

    def start(self) -> str:
        """Start NetBox; its URL once it answers with a status.

        Raises:
            FacilityError: it ended or did not answer in time; the message ends with the last lines of its log.
        """
        process = start(
            self._state,
            [self._bin / "gunicorn", "--config", _INSIDE / "gunicorn_settings.py"],
            log=self._log,
            extra=self._variables,
        )
        wait_until(
            lambda: self._answers(process), process, what="NetBox", log=self._log, seconds=_START_SECONDS
        )
        url = self._url()
        write_whole(self._folder / URL, url.encode())
        return url

    def start_worker(self) -> None:
        """Start what does NetBox's background jobs, such as making a branch; it is not waited for: jobs are queued."""
        start(
            self._state,
            [self._bin / "netbox", "rqworker", "high", "default", "low"],
            log=self._folder / LOGS / "rqworker.log",
            extra=self._variables,
        )

    def _url(self) -> str:
        try:
            return (self._root / "url").read_text(encoding="ascii")
        except OSError:
            return ""

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        url = self._url()
        if not url or process.poll() is not None:
            return False
        token = (self._folder / TOKEN).read_text(encoding="ascii")
        try:
            found = version(url, token)
        except requests.RequestException:
            return False
        if found != self._state.version:
            raise FacilityError(
                f"NetBox {found or 'of an unknown release'} answers at {url}{tail(self._log)}"
            )
        return True


def version(url: str, token: str, seconds: float = 60) -> str:
    """The release that answers /api/status/.

    Raises:
        requests.RequestException: nothing answers, or not with a status.
    """
    session = requests.Session()
    session.trust_env = False  # a proxy of the environment has no business on loopback
    with session:
        reply = session.get(
            f"{url}/api/status/", headers={"Authorization": f"Bearer {token}"}, timeout=seconds
        )
        reply.raise_for_status()
        return str(reply.json().get("netbox-version", ""))


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
