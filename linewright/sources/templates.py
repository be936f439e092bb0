"""Configuration templates that are kept in the source of truth: which one a device has, and its rendering apart."""

import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress

import msgspec

from linewright import children
from linewright.errors import RenderError
from linewright.model.objects import ConfigTemplate, Device
from linewright.model.snapshot import Snapshot
from linewright.model.tables import identity_text
from linewright.render.foreign import LONGEST, OPTIONS, Answer, Job
from linewright.render.readtext import members, step

_SIZE = struct.Struct(">I")
#: Seconds beyond a job's own limits: the child's start, and its own watch over the fork.
_GRACE = 15


def template_of(snapshot: Snapshot, device: Device) -> ConfigTemplate | None:
    """The template NetBox would render for a device: its own, else its role's, else its platform's.

    Raises:
        RenderError: the one that is named is not in the snapshot.
    """
    roles = {role.slug: role.config_template for role in snapshot.tables.roles}
    platforms = {platform.slug: platform.config_template for platform in snapshot.tables.platforms}
    name = device.config_template or roles.get(device.role) or platforms.get(device.platform)
    if not name:
        return None
    found = next((t for t in snapshot.tables.config_templates if t.name == name), None)
    if found is None:
        raise RenderError(
            f"device {device.name}: its config template {name!r} is not in snapshot {snapshot.code}",
            hint="the token may lack the permission to view config templates: lw doctor",
        )
    return found


def choosing_reads(device: Device) -> tuple[str, ...]:
    """What `template_of` reads of the snapshot, as in render.readset."""
    name = step(device.name)
    if device.config_template:
        return (f"devices {name}: config_template",)
    found = [f"devices {name}: config_template, platform, role"]
    found += [
        f"{table} with slug {step(slug)}: config_template, which there are"
        for table, slug in (("platforms", device.platform), ("roles", device.role))
        if slug
    ]
    return tuple(found)


def job_reads(snapshot: Snapshot, device: Device, used: Iterable[str]) -> tuple[str, ...]:
    """What a template of the source of truth may have read, as in render.readset.

    It runs apart and nobody notes what it asks for, so all that it was given counts: the device and its site with
    everything in them. Of the templates those that were `used`, and which there are, as it may ask for any.
    """
    names = sorted(f"name {name}" for name in used)
    return tuple(
        sorted(
            {
                *choosing_reads(device),
                f"devices {step(device.name)}: all",
                f"sites {step(identity_text('sites', snapshot.sites[device.site]))}: all",
                "config_templates with name *: which there are",
                *([f"config_templates {members(names)}: all"] if names else []),
            }
        )
    )


def job(snapshot: Snapshot, device: Device, template: ConfigTemplate, *, seconds: int, megabytes: int) -> Job:
    """What the child is given: the device as plain data, its config context at the top as NetBox gives it.

    Raises:
        RenderError: the template sets what may not be set here.
    """
    if refused := sorted(
        key for key, value in template.environment.items() if not isinstance(value, OPTIONS.get(key, ()))
    ):
        raise RenderError(
            f"config template {template.name!r}: the environment parameter {refused[0]!r} is not for use here",
            hint=f"{', '.join(OPTIONS)} are, as true or false",
        )
    plain = _plain(device)
    return Job(
        name=template.name,
        templates={t.name: t.code for t in snapshot.tables.config_templates},
        options=template.environment,
        data={
            **device.context,
            "device": plain,
            "hostname": device.name,
            "interfaces": plain["interfaces"],
            "site": _plain(snapshot.sites[device.site]),
        },
        seconds=seconds,
        megabytes=megabytes,
    )


class Renderer:
    """A child process that renders, and the next one where one ended; use it by `renderer()`."""

    def __init__(self, start: Callable[[], "subprocess.Popen[bytes]"]) -> None:
        self._start = start
        self._process = start()

    def render(self, job: Job, device: str) -> Answer:
        """The text of one template.

        Raises:
            RenderError: the template is wrong, too slow or too big, or its output carries what only our own may.
        """
        deadline = time.monotonic() + job.seconds * 2 + _GRACE
        answer = self._answered(msgspec.json.encode(job), deadline, device)
        if answer.error:
            raise RenderError(
                f"device {device}: {answer.error}", hint="the template lies in the source of truth"
            )
        return answer

    def close(self) -> None:
        """End the child."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not sent any more is of no interest
                    pipe.close()

    def _answered(self, data: bytes, deadline: float, device: str) -> Answer:
        try:
            self._send(data)
            size = _SIZE.unpack(self._read(_SIZE.size, deadline))[0]
            return msgspec.json.decode(self._read(size, deadline), type=Answer)
        except (OSError, EOFError, msgspec.MsgspecError):
            # Whatever is wrong with this one, the next device gets a child that is sound.
            self._anew()
            raise RenderError(
                f"device {device}: the process that renders the templates of the source of truth ended without an answer"
            ) from None

    def _send(self, data: bytes) -> None:
        """Hand over a job; a child that ended before it had the whole of it did not end by it."""
        try:
            self._write(data)
        except OSError:
            self._anew()
            self._write(data)

    def _write(self, data: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        self._process.stdin.write(_SIZE.pack(len(data)) + data)
        self._process.stdin.flush()

    def _anew(self) -> None:
        self.close()
        self._process = self._start()

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - as above
        if size > 2 * LONGEST:
            raise EOFError
        found = b""
        while len(found) < size:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise EOFError
            if not (part := os.read(self._process.stdout.fileno(), size - len(found))):
                raise EOFError
            found += part
        return found


@contextmanager
def renderer() -> Iterator[Renderer]:
    """A child without our environment, files and keys; ended with the block."""
    with closing(Renderer(_child)) as found:
        yield found


def _child() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", "-m", "linewright.render.foreign"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=children.bare(PYTHONHASHSEED="0"),
        start_new_session=True,
    )


def _plain(record: msgspec.Struct) -> dict[str, object]:
    # Every field, defaults too: a template reads `device.serial` also where there is none.
    return {name: _value(getattr(record, name)) for name in record.__struct_fields__}


def _value(value: object) -> object:
    match value:
        case msgspec.Struct():
            return _plain(value)
        case tuple():
            return [_value(item) for item in value]
    return value
