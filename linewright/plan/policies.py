"""The settings that decide how a change is made, as digests of their groups. Pure."""

from collections.abc import Iterable

import msgspec

from linewright.seal.canonical import digest
from linewright.settings import Login, Settings


def policies(settings: Settings, platforms: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each group of settings by its name, for a plan that changes devices of these platforms.

    Where each device is, by which way and how often it is logged into stands in the plan itself, device by device: a
    setting for another device or platform changes nothing here.
    """
    groups: dict[str, object] = {
        "apply": settings.apply,
        "markings": {"marking": settings.marking, "markings": settings.markings},
        "source_templates": settings.source_templates,
        "ssh": {"ssh": settings.ssh, "timeout": settings.timeout},
    }
    groups |= {f"login.{name}": settings.login.get(name, Login()) for name in sorted(set(platforms))}
    return {name: digest(msgspec.to_builtins(group)) for name, group in groups.items()}
