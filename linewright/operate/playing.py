"""Playbooks on the Linux hosts of a snapshot."""

from linewright.devices.jumps import openssh
from linewright.errors import ExitCode, SettingsError, UsageError, worst
from linewright.hosts.inventory import Host, inventory
from linewright.hosts.playing import Done, HostResult, Job, play
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.operate.scope import InScope, Scope, in_scope
from linewright.operate.workplace import Workplace
from linewright.settings import Settings

#: NetBox platform of the hosts that are worked on by playbooks, and the name of their login in the settings.
PLATFORM = "linux"
#: Seconds for a whole run.
_LONGEST = 3600


class Played(Record, frozen=True):
    """What became of every host in scope."""

    hosts: tuple[HostResult, ...]

    @property
    def code(self) -> ExitCode:
        """What the command exits with."""
        codes = {"failed": ExitCode.STOPPED, "unreachable": ExitCode.NOT_REACHED}
        return worst([codes.get(host.result, ExitCode.DONE) for host in self.hosts])


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
    """How OpenSSH reaches a host.

    Raises:
        SettingsError: nobody says who logs in there.
    """
    endpoint = settings.endpoints.get(device.name)
    address = _address(device, settings)
    login = settings.login.get(PLATFORM)
    found = openssh(settings, device.name, address)
    username = (login.username if login else "") or found.user
    if not username:
        raise SettingsError(
            f"host {device.name}: nobody says who logs in there",
            hint=f"set user_defined.linewright.login.{PLATFORM}.username in nornir.yaml",
        )
    return Host(
        name=device.name,
        address=address,
        port=endpoint.port if endpoint else (login.port if login else 0) or found.port or 22,
        username=username,
        key_file=str(settings.path(login.key_file)) if login and login.key_file else "",
        known_hosts=str(settings.path(settings.trust) / "known_hosts"),
        ssh_config=str(settings.path(settings.ssh.config)) if settings.ssh.config else "",
    )


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
        SettingsError: nobody says who logs in there.
        FacilityError: Ansible is not installed, or could not begin.
    """
    playbook = place.site.find(f"playbooks/{name}.yml")
    made = inventory(
        (host_for(device, place.settings) for device in matched.devices.values()), matched.devices
    )
    made["all"]["vars"] = dict(_variable(text) for text in variables)
    job = Job(playbook=str(playbook), inventory=made, check=check, timeout=_LONGEST)
    return Played(hosts=play(job, done))


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
