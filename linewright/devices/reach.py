"""Which devices are ours to manage, and where and how each is reached."""

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
        SettingsError: there is no login for its platform.
    """
    rules = platform_for(device)
    if rules is None:
        raise SettingsError(f"device {device.name}: no adapter for platform {device.platform!r}")
    login = _login(device, rules, settings)
    endpoint = settings.endpoints.get(device.name)
    trust = settings.path(settings.trust)
    return Target(
        device=device.name,
        platform=rules.name,
        host=endpoint.host if endpoint else _address(device, settings),
        port=endpoint.port if endpoint else login.port or rules.port,
        username=login.username,
        password=login.password,
        key_file=str(settings.path(login.key_file)) if login.key_file else "",
        known_hosts=str(trust / "known_hosts"),
        tls_pins=str(trust / "tls.json"),
        timeout=settings.timeout,
    )


def _address(device: Device, settings: Settings) -> str:
    if endpoint := settings.endpoints.get(device.name):
        return endpoint.host
    return (device.oob_ip or device.primary_ip4 or device.primary_ip6).partition("/")[0]


def _login(device: Device, rules: PlatformRules, settings: Settings) -> Login:
    login = settings.login.get(rules.name)
    if login is None or not login.username:
        raise SettingsError(
            f"no login for platform {rules.name} (device {device.name})",
            hint=f"set user_defined.linewright.login.{rules.name}.username in nornir.yaml",
        )
    return login
