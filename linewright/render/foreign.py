"""Templates that nobody of the site wrote: rendered in a process of their own (sources.templates starts it).

The process is given plain data and the templates of the source of truth, nothing else: no environment, no files of the
site, no key, no secret. It forks for each device, and the fork is held to memory and processor time by the kernel. The
sandbox is Jinja's; the process is there for the day it has a hole, and against templates that never end.
"""

import os
import resource
import select
import signal
import struct
import sys
import time
from hashlib import sha256
from typing import BinaryIO

import msgspec
from jinja2 import DictLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from linewright.model.record import FreeData, Record

#: What NetBox's "environment parameters" may set here; its others name Python objects.
OPTIONS = {"trim_blocks": bool, "lstrip_blocks": bool, "keep_trailing_newline": bool}
#: Bytes; a configuration is far below, and what a child says is not believed to end.
LONGEST = 4 * 1024**2
_TOO_LONG = "its text is longer than 4 MiB"
_LONGEST_ERROR = 1000
_SIZE = struct.Struct(">I")


class Job(Record, frozen=True):
    """One rendering: template `name` of `templates` (code by name) over plain `data`. Seconds and MiB are limits."""

    name: str
    templates: dict[str, str]
    options: dict[str, bool] = {}  # noqa: RUF012 - msgspec copies it per instance
    data: FreeData = {}  # noqa: RUF012 - as above
    seconds: int = 5
    megabytes: int = 256


class Answer(Record, frozen=True):
    """`text`, or in `error` why there is none; `used` are the templates that were read, with their SHA-256."""

    text: str = ""
    error: str = ""
    used: dict[str, str] = {}  # noqa: RUF012 - as above


def rendered(job: Job) -> Answer:
    """Fill in the template; pure. Whatever it does wrong is told in `error`, with template and line."""
    env = _environment(job)
    try:
        text = env.get_template(job.name).render(job.data)
        text.encode()
    except UnicodeEncodeError as error:
        half = f"U+{ord(error.object[error.start]):04X}"
        return Answer(
            error=f"{_quoted(job.name)}: its text holds {half}, half of a character, which is no text"
        )
    except Exception as error:  # noqa: BLE001 - a template can raise whatever Python can
        return Answer(error=_sayable(_explained(job, error)))
    used = {name: sha256(code.encode()).hexdigest() for name, code in sorted(env.loader.asked.items())}
    return Answer(text=text, used=used)


def _explained(job: Job, error: Exception) -> str:
    quoted = _quoted(job.name)
    match error:
        case TemplateSyntaxError():
            return f"{_quoted(error.name or job.name)} line {error.lineno}: {error.message}"
        case TemplateNotFound():
            return f"there is no config template {error.name!r} in the snapshot"
        case SecurityError():
            return f"{quoted}: not allowed: {error}"
        case MemoryError():
            return f"{quoted} needs more than {job.megabytes} MiB"
        case RecursionError():
            return f"{quoted} calls itself without end"
    return f"{quoted}: {type(error).__name__}: {str(error)[:200]}"


def _sayable(text: str) -> str:
    """What a template raised, with an end, and with escapes in the place of halves of characters."""
    return text[:_LONGEST_ERROR].encode(errors="backslashreplace").decode()


class _Recording(DictLoader):
    """The templates of the source of truth, and which of them were asked for."""

    def __init__(self, templates: dict[str, str]) -> None:
        super().__init__(templates)
        self.asked: dict[str, str] = {}

    def get_source(self, environment, template):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - Jinja's own signature
        source = super().get_source(environment, template)
        self.asked[template] = source[0]
        return source


class _Environment(ImmutableSandboxedEnvironment):
    loader: _Recording


def _environment(job: Job) -> _Environment:
    env = _Environment(loader=_Recording(job.templates), undefined=StrictUndefined, **job.options)
    keep = {"range", "dict", "joiner", "namespace", "cycler"}  # the rest of Jinja's own is random
    env.globals = {name: value for name, value in env.globals.items() if name in keep}
    del env.filters["random"]
    return env


def _quoted(name: str) -> str:
    return f"config template {name!r}"


def main() -> None:
    """Answer jobs from standard input until it ends. Each message is four bytes of length and JSON."""
    while (data := _message(sys.stdin.buffer)) is not None:
        answer = _in_fork(msgspec.json.decode(data, type=Job))
        sys.stdout.buffer.write(_SIZE.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def _message(stream: BinaryIO) -> bytes | None:
    head = stream.read(_SIZE.size)
    return stream.read(_SIZE.unpack(head)[0]) if len(head) == _SIZE.size else None


def _in_fork(job: Job) -> bytes:
    """The encoded answer of a fork that has this job alone, so that no device's template meets another's."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _leave_all_but(writing)
            _limit(job)
            data = msgspec.json.encode(rendered(job))
            with os.fdopen(writing, "wb") as stream:
                stream.write(data if len(data) <= LONGEST else _encoded(_TOO_LONG))
        finally:
            os._exit(0)  # never back into the loop, whatever the template did
    os.close(writing)
    data, late = _drained(reading, time.monotonic() + job.seconds * 2 + 1)
    if late or len(data) > LONGEST:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if len(data) > LONGEST:
        return _encoded(_TOO_LONG)
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)):
        return _encoded(f"{_quoted(job.name)} took longer than {job.seconds} s")
    return data or _encoded(f"{_quoted(job.name)} ended its process (more than {job.megabytes} MiB?)")


def _drained(pipe: int, deadline: float) -> tuple[bytes, bool]:
    """What the pipe gives until it ends or is too long, and whether the deadline came first."""
    parts: list[bytes] = []
    size = 0
    with os.fdopen(pipe, "rb", buffering=0) as stream:
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([stream], [], [], left)[0]:
                break
            if not (part := stream.read(1 << 16)):
                return b"".join(parts), False
            parts.append(part)
            if (size := size + len(part)) > LONGEST:
                return b"".join(parts), False
    return b"", True


def _leave_all_but(kept: int) -> None:
    """Close everything else: the next device's job comes by standard input, the answers go by standard output."""
    os.closerange(0, kept)
    os.closerange(kept + 1, os.sysconf("SC_OPEN_MAX"))


def _limit(job: Job) -> None:
    bytes_allowed = job.megabytes * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (bytes_allowed, bytes_allowed))
    resource.setrlimit(resource.RLIMIT_CPU, (job.seconds, job.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _encoded(error: str) -> bytes:
    return msgspec.json.encode(Answer(error=error))


if __name__ == "__main__":
    main()
