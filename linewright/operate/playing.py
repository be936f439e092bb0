"""Playbooks on the Linux hosts of a snapshot."""

from collections.abc import Iterable
from typing import Any

from linewright.devices.jumps import endpoint as joined
from linewright.devices.jumps import in_data, openssh, way
from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.trust import Trust
from linewright.errors import DataError, ExitCode, SettingsError, UsageError, worst
from linewright.hosts.events import HostResult, Job
from linewright.hosts.inventory import Host, inventory, unsafe
from linewright.hosts.playing import Done, play
from linewright.hosts.reaching import Server
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.workplace import Workplace
from linewright.settings import Login, Settings

#: NetBox platform of the hosts that are worked on by playbooks, and the name of their login in the settings.
PLATFORM = "linux"
#: Seconds for a whole run.
_LONGEST = 3600
_CODES = {
    "failed": ExitCode.STOPPED,
    "stopped": ExitCode.STOPPED,
    "not begun": ExitCode.STOPPED,
    "unknown": ExitCode.UNKNOWN,
    "unreachable": ExitCode.NOT_REACHED,
    "not reached by any play": ExitCode.FINDING,
}


class Played(Record, frozen=True):
    """What became of every host in scope, and why the run ended early (empty: it did not)."""

    hosts: tuple[HostResult, ...]
    why: str = ""

    @property
    def none_worked_on(self) -> bool:
        """Whether no play of the playbook was for any host in scope."""
        return all(host.result == "not reached by any play" for host in self.hosts)

    @property
    def code(self) -> ExitCode:
        """What the command exits with."""
        if self.none_worked_on:
            return ExitCode.USAGE
        return worst([_CODES.get(host.result, ExitCode.DONE) for host in self.hosts])


def hosts_in_scope(snapshot: Snapshot, scope: Scope, settings: Settings) -> InScope:
    """The Linux hosts a scope matches.

    Raises:
        UsageError, DataError: as `in_scope`.
    """
    return in_scope(snapshot, scope, settings, why_not=why_not_a_host)


def why_not_a_host(device: Device, settings: Settings) -> str:
    """Why playbooks leave a device alone; empty when it is a host."""
    if device.status != "active":
        return f"its status is {device.status}"
    if device.platform != PLATFORM:
        return f"its platform is {device.platform or 'not said'}, not {PLATFORM}"
    return "" if _address(device, settings) else "it has no management address"


def host_for(device: Device, settings: Settings) -> Host:
    """How OpenSSH reaches a host: by the same way, with the same keys, as a device of another platform is reached.

    Raises:
        SettingsError: nobody says who logs in there, or the settings want what a playbook cannot do.
        DataError: its config context names a way that is none, or its name cannot stand in the OpenSSH configuration.
    """
    try:
        return _host_for(device, settings)
    except SettingsError as error:
        raise SettingsError(f"host {device.name}: {error.message}", hint=error.hint) from None


def _host_for(device: Device, settings: Settings) -> Host:
    endpoint = settings.endpoints.get(device.name)
    address = _address(device, settings)
    login = settings.login.get(PLATFORM, Login())
    found = openssh(settings, device.name, address)
    known_hosts = str(settings.path(settings.trust) / "known_hosts")
    if not (username := login.username or found.user):
        raise SettingsError(
            "nobody says who logs in there",
            hint=f"set user_defined.linewright.login.{PLATFORM}.username in nornir.yaml",
        )
    if login.session != "fresh":
        raise SettingsError(
            f"a playbook cannot keep a single login (login.{PLATFORM}.session)", hint="see docs/playbooks.md"
        )
    server = Endpoint(
        name=device.name,
        host=endpoint.host if endpoint else found.host or address,
        port=endpoint.port if endpoint else login.port or found.port or 22,
        username=username,
        password=login.password,
        codes=login.codes,
        key_file=login.key_file,
        known_hosts=known_hosts,
    )
    jump = (endpoint.jump if endpoint else "") or in_data(device) or login.jump or found.jump
    return Host(
        name=device.name,
        **_by_key(joined(settings, found, server)),
        jumps=tuple(Server(**_by_key(one)) for one in way(jump, settings, known_hosts)),
    )


def _by_key(server: Endpoint) -> dict[str, Any]:
    """What OpenSSH is told of a server; it logs in by key or not at all, since nobody is there to type."""
    what = f"jump host {server.name}" if server.jump else f"login.{PLATFORM}"
    if server.codes or server.password:
        wanted = "one-time codes" if server.codes else "a password"
        raise SettingsError(
            f"{what}: a playbook cannot log in with {wanted}", hint="by key only: see docs/playbooks.md"
        )
    keys = tuple(key for key in (server.key_file, *server.more_keys) if key)
    if not keys and not server.agent:
        raise SettingsError(
            f"{what}: there is no key to log in with", hint="set its key_file, or ssh.agent: true"
        )
    return {
        "address": server.host,
        "port": server.port,
        "username": server.username,
        "known_hosts": server.known_hosts,
        "alias": server.enrolled_as,
        "keys": keys,
        "certificate": server.certificate,
        "agent": server.agent,
        "only_named": server.only_named,
        "proxy_command": server.proxy_command,
        "connect_timeout": server.connect_timeout,
        "keepalive": server.keepalive,
    }


def play_on(
    place: Workplace,
    matched: InScope,
    name: str,
    done: Done,
    *,
    check: bool,
    variables: tuple[str, ...] = (),
) -> Played:
    """Run playbooks/NAME.yml on the hosts in scope.

    Args:
        place: the site.
        matched: the hosts.
        name: of the playbook, without folder and ending.
        done: told when a task is done on a host.
        check: change nothing, say what would be.
        variables: "NAME=VALUE", for the playbook.

    Raises:
        UsageError: there is no such playbook, or a variable is not NAME=VALUE.
        SettingsError: nobody says who logs in there, or the settings want what a playbook cannot do.
        DataError: something of the snapshot cannot be handed to Ansible; it names the host.
        FacilityError: Ansible is not installed, or could not begin.
        KeyboardInterrupt: before the first task.
    """
    playbook = place.site.find(f"playbooks/{name}.yml")
    _check_letters(matched.devices, place.settings)
    made = inventory(
        (host_for(device, place.settings) for device in matched.devices.values()), matched.devices
    )
    given = (_variable(text) for text in variables)
    made["all"]["vars"] = {name: unsafe(value) for name, value in given}
    job = Job(
        playbook=str(playbook),
        inventory=made,
        check=check,
        timeout=_LONGEST,
        agent=place.settings.ssh.agent,
    )
    run = play(job, done)
    return Played(hosts=run.hosts, why=run.why)


def _check_letters(names: Iterable[str], settings: Settings) -> None:
    """Refuse a host that has no key of its own but, to OpenSSH, that of another one: it compares in small letters.

    Raises:
        DataError: naming both; or the file of host keys has lines for more than one name.
    """
    keys = [one for one in Trust(settings.path(settings.trust)).enrolled() if one.kind == "ssh"]
    own = {one.device for one in keys}
    small = {one.device.lower(): one.device for one in keys}
    for name in names:
        if name not in own and (other := small.get(name.lower())):
            raise DataError(
                f"host {name}: no host key is enrolled for it, and OpenSSH would take that of {other}",
                hint="give one of them another name",
            )


def _variable(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name.isidentifier() or name.startswith(("ansible_", "linewright_")):
        raise UsageError(
            f"--set {text!r} is not understood", hint="write NAME=VALUE, a variable of the playbook's own"
        )
    return name, value


def _address(device: Device, settings: Settings) -> str:
    if endpoint := settings.endpoints.get(device.name):
        return endpoint.host
    return (device.oob_ip or device.primary_ip4 or device.primary_ip6).partition("/")[0]
