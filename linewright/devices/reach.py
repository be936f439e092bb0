"""Which devices are ours to manage, and where and how each is reached."""

import msgspec

from linewright.devices.jumps import endpoint as joined
from linewright.devices.jumps import in_data, openssh, way
from linewright.devices.ssh.endpoint import Endpoint
from linewright.devices.ssh.openssh import HostOptions
from linewright.devices.target import Target
from linewright.errors import SettingsError
from linewright.model.objects import Device
from linewright.platforms import PlatformRules, platform_for
from linewright.settings import Login, Settings

#: A device in another life-cycle state is documented, not configured.
_MANAGED_STATUS = "active"


def why_not_managed(device: Device, settings: Settings) -> str:
    """Why a device is left alone (passive, no platform we know, no address); empty when it is managed."""
    if device.status != _MANAGED_STATUS:
        return f"its status is {device.status}"
    if not device.platform:
        return "it has no platform"
    if platform_for(device) is None:
        return f"no adapter for platform {device.platform}"
    if not _address(device, settings):
        return "it has no management address"
    return ""


def target_for(device: Device, settings: Settings) -> Target:
    """How a managed device is reached: out of band first, else its primary address.

    Raises:
        SettingsError: there is no login for its platform, or its way cannot be used.
        DataError: its config context names a way that is none.
    """
    rules = platform_for(device)
    if rules is None:
        raise SettingsError(f"device {device.name}: no adapter for platform {device.platform!r}")
    by_ssh = rules.transport == "ssh"
    endpoint = settings.endpoints.get(device.name)
    address = endpoint.host if endpoint else _address(device, settings)
    found = openssh(settings, device.name, address) if by_ssh else HostOptions()
    login = _login(device, rules, settings, found)
    trust = settings.path(settings.trust)
    target = Target(
        device=device.name,
        platform=rules.name,
        host=endpoint.host if endpoint else found.host or address,
        port=endpoint.port if endpoint else login.port or found.port or rules.port,
        username=login.username or found.user,
        password=login.password,
        key_file=str(settings.path(login.key_file)) if login.key_file else "",
        known_hosts=str(trust / "known_hosts"),
        tls_pins=str(trust / "tls.json"),
        timeout=settings.timeout,
        single_login=login.session == "single-login",
    )
    jump = (endpoint.jump if endpoint else "") or in_data(device) or login.jump
    if not by_ssh:
        _check_plain(device, rules, login, jump)
        return target
    return msgspec.structs.replace(target, ssh=_ssh(target, login, jump, settings, found))


def jump_host(name: str, settings: Settings) -> Endpoint:
    """A jump host by its name, with the way to it.

    Raises:
        SettingsError: nobody says who logs in there, or its way cannot be used.
    """
    *before, last = way(name, settings, str(settings.path(settings.trust) / "known_hosts"))
    return msgspec.structs.replace(last, jumps=tuple(before))


def _ssh(target: Target, login: Login, jump: str, settings: Settings, found: HostOptions) -> Endpoint:
    try:
        jumps = way(jump or found.jump, settings, target.known_hosts)
    except SettingsError as error:
        raise SettingsError(f"device {target.device}: {error.message}", hint=error.hint) from None
    server = Endpoint(
        name=target.device,
        host=target.host,
        port=target.port,
        username=target.username,
        password=login.password,
        codes=login.codes,
        key_file=login.key_file,
        known_hosts=target.known_hosts,
        jumps=jumps,
    )
    return joined(settings, found, server)


def _check_plain(device: Device, rules: PlatformRules, login: Login, jump: str) -> None:
    """Refuse what a platform that is not reached by SSH cannot do: better no session than one by another way."""
    what = {
        "go through a jump host": bool(jump) and jump != "none",
        "take one-time codes": bool(login.codes),
        "keep a single login": login.session != "fresh",
    }
    if wrong := [name for name, asked in what.items() if asked]:
        raise SettingsError(
            f"device {device.name}: {rules.title} is reached by HTTPS, which cannot {wrong[0]} here",
            hint=f"look at login.{rules.name} in nornir.yaml and docs/limits.md",
        )


def _address(device: Device, settings: Settings) -> str:
    if endpoint := settings.endpoints.get(device.name):
        return endpoint.host
    return (device.oob_ip or device.primary_ip4 or device.primary_ip6).partition("/")[0]


def _login(device: Device, rules: PlatformRules, settings: Settings, found: HostOptions) -> Login:
    login = settings.login.get(rules.name, Login())
    if not login.username and not found.user:
        raise SettingsError(
            f"no login for platform {rules.name} (device {device.name})",
            hint=f"set user_defined.linewright.login.{rules.name}.username in nornir.yaml",
        )
    return login
