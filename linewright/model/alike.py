"""The same trouble on many devices, told once."""

import re
from collections.abc import Mapping

from linewright.model.natural import natural_key
from linewright.model.record import Record

#: What differs from device to device in one and the same trouble: addresses, ports, fingerprints.
_OWN = re.compile(
    r"SHA256:[A-Za-z0-9+/=]{20,}|\b[0-9a-f]{32,64}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?"
    r"|\[?[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){3,7}\]?(?::\d+)?|\bport \d+\b|\bline \d+\b"
)
_WAS = re.compile(r"^\.\.\.(?: \([^()]*\))?(?:: | )")


class Alike(Record, frozen=True):
    """`message` holds for every one of `devices`; of several it leaves out what is each one's own."""

    message: str
    devices: tuple[str, ...]

    @property
    def line(self) -> str:
        """The trouble and how many have it, in one line."""
        if len(self.devices) == 1:
            return self.message
        told = _WAS.sub("", self.message)
        many = f"{len(self.devices)} devices"
        return f"{many} were {told.removeprefix('was ')}" if told.startswith("was ") else f"{many}: {told}"


def alike(messages: Mapping[str, str]) -> tuple[Alike, ...]:
    """Messages by device, those that say the same together; the most frequent first, then by device.

    They say the same when nothing but the device's own name, addresses, port numbers and fingerprints differs.
    """
    groups: dict[str, list[str]] = {}
    for device in sorted(messages, key=natural_key):
        groups.setdefault(_general(device, messages[device]), []).append(device)
    found = [
        Alike(message=general if len(devices) > 1 else messages[devices[0]], devices=tuple(devices))
        for general, devices in groups.items()
    ]
    return tuple(sorted(found, key=lambda group: (-len(group.devices), natural_key(group.devices[0]))))


def next_step(group: Alike, hints: Mapping[str, str]) -> str:
    """What to do about a group; where its devices' hints differ in what is each one's own, that is left out."""
    own = {device: hints.get(device, "") for device in group.devices}
    if len(set(own.values())) == 1:
        return next(iter(own.values()))
    general = {_general(device, hint) for device, hint in own.items()}
    return general.pop() if len(general) == 1 else next(hint for hint in own.values() if hint)


def _general(device: str, message: str) -> str:
    return _OWN.sub("...", re.sub(rf"(?<![\w.-]){re.escape(device)}(?![\w-])", "...", message))
