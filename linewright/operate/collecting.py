"""Reading a network without touching it: what every device says, and what it would not say."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from linewright.devices.asking import MOST, check
from linewright.devices.read import EVERYTHING
from linewright.errors import UsageError
from linewright.files import component, private_folder, write_whole
from linewright.model.observation import Observation, now_text
from linewright.operate.fleet import read_each
from linewright.operate.scope import InScope
from linewright.operate.workplace import Workplace
from linewright.platforms import platform_for
from linewright.reports.collected import SCHEMA, Collected, Seen, summary
from linewright.runner.nornir import Done


def collect(
    place: Workplace,
    matched: InScope,
    done: Done,
    *,
    commands: tuple[str, ...] = (),
    into: Path | None = None,
) -> Collected:
    """Read everything from every device in scope, and keep it in the state folder.

    Args:
        place: the site.
        matched: whom to ask.
        done: told when a device is done.
        commands: show commands to be asked as well.
        into: a folder that gets one JSON file per device read; what an earlier run wrote of one that cannot be read
            now is removed, so that nobody takes it for today's.

    Raises:
        UsageError: a command does not only show, on the platform of a device in scope; no device is asked then.
        FacilityError: a file cannot be written; what was written before stands.
    """
    if len(commands) > MOST:
        raise UsageError(f"{len(commands)} commands are too many at once", hint=f"at most {MOST}")
    asked = tuple(dict.fromkeys(_only_shows(command, matched) for command in commands))
    if into is not None:
        private_folder(into)
    began = time.monotonic()

    def take(observation: Observation) -> Seen:
        if into is not None:
            path = into / f"{component(observation.device)}.json"
            if observation.reached:
                write_whole(path, as_file(observation), mode=0o600)
            else:
                path.unlink(missing_ok=True)
        return summary(observation)

    devices = read_each(place, matched.devices, done, take, facets=EVERYTHING, commands=asked, compared=False)
    return Collected(
        devices=devices,
        seconds=time.monotonic() - began,
        ended=now_text(time.time()),
        folder="" if into is None else str(into),
    )


def document(place: Workplace, collected: Collected) -> Iterator[str]:
    """Everything that was collected as one JSON text, in parts; each device is read back from the state folder."""
    yield f'{{"schema":"{SCHEMA}","devices":['
    for number, (name, seen) in enumerate(collected.devices.items()):
        found = None if seen.error else place.state.seen(name)
        observation = found or Observation(
            device=name,
            platform=seen.platform,
            seen=collected.ended,
            error=seen.error,
            error_hint=seen.error_hint,
            error_code=seen.error_code,
        )
        yield ("," if number else "") + "\n" + msgspec.json.encode(observation, order="sorted").decode()
    yield "\n]}\n"


def as_file(observation: Observation) -> bytes:
    """An observation as a file: JSON with sorted keys, one space of indentation, a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(observation, order="sorted"), indent=1) + b"\n"


def _only_shows(command: str, matched: InScope) -> str:
    platforms = {found.name: found for device in matched.devices.values() if (found := platform_for(device))}
    for name in sorted(platforms):
        command = check(command, platforms[name])
    return command
