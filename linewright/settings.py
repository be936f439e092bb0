"""The settings of a site: nornir.yaml with Nornir's own keys, ours under user_defined.linewright.

A LINEWRIGHT_ variable overrides a setting of the same path: LINEWRIGHT_NETBOX_URL for netbox.url. Secrets are never
settings: they are named by reference and read from a file of mode 0600 or from the environment when they are needed.
Relative paths count from the folder of nornir.yaml.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import yaml

from linewright.errors import SettingsError

FILE = "nornir.yaml"
_PREFIX = "LINEWRIGHT_"


#: A TCP port; 0 is the usual one.
_Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
#: Seconds that somebody still waits for.
_Seconds = Annotated[int, msgspec.Meta(ge=1, le=3600)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class NetBox(_Section, frozen=True):
    """The source of truth. `token` is a secret reference, `journal` whether journal entries are read. Timeouts in seconds."""

    url: str = ""
    token: str = "netbox/token"  # noqa: S105 - a reference, not a token
    ca_file: str = ""
    timeout: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 30
    parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    journal: bool = True


class Secrets(_Section, frozen=True):
    """Where the site's key and secret values lie; both files must be readable by their owner alone.

    `allowed` are the beginnings of references with a source ("vault:net/") that templates and NetBox may name.
    """

    key_file: str = "inventory/secrets/site.key"
    values_file: str = "inventory/secrets/values.yaml"
    allowed: tuple[str, ...] = ()


class Vault(_Section, frozen=True):
    """A HashiCorp Vault. `token`, `role_id` and `secret_id` are secret references; `timeout` in seconds."""

    address: str = ""
    ca_file: str = ""
    namespace: str = ""
    mount: str = "secret"
    version: Literal[1, 2] = 2
    method: Literal["token", "approle"] = "token"
    token: str = "env:VAULT_TOKEN"  # noqa: S105 - a reference, not a token
    role_id: str = ""
    secret_id: str = ""
    approle_mount: str = "approle"
    timeout: Annotated[float, msgspec.Meta(gt=0, le=300)] = 10


#: Whether a login needs a one-time code: none, one that the server asks for, one typed behind the password.
Codes = bool | Literal["appended"]


class Login(_Section, frozen=True):
    """How devices of a platform are logged into. `password` is a secret reference; `port` 0 is the platform's own.

    `jump` are the jump hosts on the way, in the order they are passed ("edge,core"). `session`: "fresh" logs in anew
    for each look at a device, "single-login" once for all a change does there.
    """

    username: str = ""
    password: str = ""
    key_file: str = ""
    port: _Port = 0
    jump: str = ""
    codes: Codes = False
    session: Literal["fresh", "single-login"] = "fresh"


class Jump(_Section, frozen=True):
    """A jump host. What is left out comes from the OpenSSH configuration; `password` is a secret reference."""

    host: str = ""
    port: _Port = 0
    username: str = ""
    password: str = ""
    key_file: str = ""
    codes: Codes = False


class SSH(_Section, frozen=True):
    """How SSH is used. `config` is an OpenSSH client configuration; `keepalive` in seconds."""

    config: str = ""
    agent: bool = False
    proxy_command: bool = False
    keepalive: Annotated[int, msgspec.Meta(ge=1, le=600)] = 15


class Endpoint(_Section, frozen=True):
    """Where one device is reached when it is not at its own address: a lab, a simulator, a port forward.

    `jump` as for a login; "none" goes straight there.
    """

    host: str
    port: _Port
    jump: str = ""


class Apply(_Section, frozen=True):
    """How changes are made. Times in seconds.

    `settle` is how long all must hold before a change is confirmed, `checks` are files of the site's own that judge it
    then, `neighbours` whether those beside the changed device are looked at. `back_out_hours` is how long after a job
    its back-out may start without being agreed to again. `canary`, `batch` ("5" devices, "25%"), `soak` (seconds),
    `failures` ("0", "2", "5%") and `on_breach` say in which batches and how a job goes on (linewright.plan.rollout).
    """

    timer: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 120
    settle: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 0
    back_out_hours: Annotated[int, msgspec.Meta(ge=1, le=8760)] = 24
    checks: tuple[str, ...] = ()
    neighbours: bool = True
    canary: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    batch: Annotated[str, msgspec.Meta(pattern=r"^(?:[1-9]\d{0,3}|[1-9]\d?%|100%)$")] = "1"
    soak: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 0
    failures: Annotated[str, msgspec.Meta(pattern=r"^(?:\d{1,4}|\d{1,2}%)$")] = "0"
    on_breach: Literal["halt", "back out batch", "back out all"] = "halt"


class Approvals(_Section, frozen=True):
    """Who agrees to changes. `folder` holds signers, policy and freeze and is written by no author of plans; "" is none.

    `person` is who works here, as the folder names them, `key` the OpenSSH key (or its public half, for an agent) or the
    certificate they sign with.
    """

    folder: str = ""
    person: str = ""
    key: str = ""


class Journal(_Section, frozen=True):
    """Where the journal is kept and how its end is proved.

    `url` is empty for a file in the state folder, else postgresql://USER@HOST/DATABASE; `password` is a secret
    reference. `heads` are folders elsewhere that get a signed note of how far it goes; `key` is the OpenSSH private key
    that signs it, `signers` names the public keys of others who share the journal (allowed_signers, ssh-keygen(1)).
    """

    url: str = ""
    password: str = ""
    heads: tuple[str, ...] = ()
    key: str = ""
    signers: str = ""


class Collect(_Section, frozen=True):
    """How fast devices are read. 0 is no limit of its own; `parallel` 0 is what Nornir's runner says.

    `per_second` bounds new sessions per second, `per_site` devices of one site read at once (a thin line, a small
    AAA server).
    """

    parallel: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0
    per_second: Annotated[float, msgspec.Meta(ge=0, le=1000)] = 0
    per_site: Annotated[int, msgspec.Meta(ge=0)] = 0


class Backup(_Section, frozen=True):
    """Where backups go and who can open them: age recipients, SSH public keys, or PEM files of certificates.

    `identity` is the file of a key that opens them, for the test of `lw doctor`; most sites keep none here.
    """

    recipients: tuple[str, ...] = ()
    folder: str = "backups"
    git: bool = True
    identity: str = ""


class Log(_Section, frozen=True):
    """The log file, counted from the state folder; `size` in bytes of one file, `keep` older ones beside it."""

    file: str = "log/linewright.log"
    level: Literal["debug", "info", "warning", "error", "off"] = "info"
    size: Annotated[int, msgspec.Meta(ge=10_000)] = 1_000_000
    keep: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5


class SourceTemplates(_Section, frozen=True):
    """Configuration templates kept in the source of truth; limits for one device's rendering."""

    use: bool = False
    seconds: Annotated[int, msgspec.Meta(ge=1, le=60)] = 5
    megabytes: Annotated[int, msgspec.Meta(ge=128, le=4096)] = 256


class _Nornir(_Section, frozen=True):
    """Nornir's own keys, as its documentation names them; only checked here, and given to Nornir as they are."""

    class Inventory(_Section, frozen=True):
        plugin: str = ""
        options: dict[str, Any] = {}
        transform_function: str = ""
        transform_function_options: dict[str, Any] = {}

    class SSHConfig(_Section, frozen=True):
        config_file: str = ""

    class Logging(_Section, frozen=True):
        enabled: bool = True
        level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
        log_file: str = ""
        format: str = ""
        to_console: bool = False
        loggers: tuple[str, ...] = ()

    class Runner(_Section, frozen=True):
        class Options(msgspec.Struct, frozen=True):
            """Those of other runner plugins than Nornir's are theirs to check."""

            num_workers: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1

        plugin: str = ""
        options: Options | None = None

    class Core(_Section, frozen=True):
        raise_on_error: bool = False

    inventory: Inventory | None = None
    ssh: SSHConfig | None = None
    logging: Logging | None = None
    runner: Runner | None = None
    core: Core | None = None


class Settings(_Section, frozen=True):
    """All settings of a site."""

    site_id: str = "site"
    marking: str = "UNCLASSIFIED"
    markings: tuple[str, ...] = ("UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET", "TOP SECRET")
    state: str = ".linewright"
    trust: str = "inventory/trust"
    description: str = ""
    netbox: NetBox = NetBox()
    secrets: Secrets = Secrets()
    vault: Vault = Vault()
    ssh: SSH = SSH()
    jumps: dict[str, Jump] = {}
    login: dict[str, Login] = {}
    endpoints: dict[str, Endpoint] = {}
    apply: Apply = Apply()
    approvals: Approvals = Approvals()
    source_templates: SourceTemplates = SourceTemplates()
    journal: Journal = Journal()
    log: Log = Log()
    collect: Collect = Collect()
    backup: Backup = Backup()
    timeout: _Seconds = 30
    root: str = ""
    nornir: dict[str, Any] = {}

    def path(self, relative: str) -> Path:
        """A path of the settings as an absolute one."""
        return (Path(self.root) / Path(relative).expanduser()).absolute()


def load(folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the site in `folder`; a folder without nornir.yaml has the defaults.

    Raises:
        SettingsError: the file is not what it should be; the message names file and key.
    """
    path = folder / FILE
    document = _read(path)
    user_defined = document.pop("user_defined", None) or {}
    ours = user_defined.get("linewright") or {} if isinstance(user_defined, dict) else None
    if not isinstance(ours, dict):
        raise SettingsError(f"{path}: user_defined.linewright must be a mapping")
    if reserved := {"root", "nornir"} & set(ours):
        raise SettingsError(f"{path}: {', '.join(sorted(reserved))} cannot be set")
    merged = _overridden(ours, environment)
    # What stands there empty is left to Nornir's defaults, as if it did not stand there.
    document = {key: value for key, value in document.items() if value is not None}
    merged |= {"root": str(folder.absolute()), "nornir": document}
    try:
        msgspec.convert(document, _Nornir)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {error}", hint="docs/settings.md names Nornir's own keys") from None
    try:
        return msgspec.convert(merged, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(
            f"{path}: user_defined.linewright: {error}", hint="docs/settings.md lists every key"
        ) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        # ValueError: not UTF-8, a date that is none, a number of ten thousand digits
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: must be a mapping of settings")
    return document


def _overridden(ours: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """The mapping with LINEWRIGHT_ variables laid over it, for all keys that hold plain values."""
    merged = dict(ours)
    for field in msgspec.structs.fields(Settings):
        name = f"{_PREFIX}{field.name.upper()}"
        if isinstance(field.type, type) and issubclass(field.type, _Section):
            told = merged.get(field.name) or {}
            if not isinstance(told, dict):
                continue  # refused with the rest, by its name
            section = dict(told)
            for inner in msgspec.structs.fields(field.type):
                if (value := environment.get(f"{name}_{inner.name.upper()}")) is not None:
                    section[inner.name] = value
            if section:
                merged[field.name] = section
        elif (
            field.type in (str, int, float)
            and (value := environment.get(name)) is not None
            and field.name != "root"
        ):
            merged[field.name] = value
    return merged
