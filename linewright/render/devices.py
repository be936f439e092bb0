"""The intended configuration of a device: its templates filled in, secrets as tokens."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from linewright.errors import LinewrightError, RenderError
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.platforms import PlatformRules, names, platform_for
from linewright.redact import Slot, fill, hide
from linewright.redact.token import TOKEN
from linewright.render.booking import booked
from linewright.render.consulted import KEYS, note, tables
from linewright.render.context import context
from linewright.render.environment import ConfigEnvironment
from linewright.render.failures import explained
from linewright.render.reading import Reading

#: Gives the value of a secret reference; lives in memory only.
Reveal = Callable[[str], str]

# In bytes. FRR 8.4.4: `vtysh -f` and `vtysh -b` never end on a line of 5,000 (4,100 pass); nobody needs half of it.
_LONGEST_LINE = 1024
_MARKER = re.compile("\x02[^\x02\x03]*\x03")
_NOT_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Rendered(Record, frozen=True):
    """An intended configuration.

    `text` carries tokens for secrets, `slots` says what each token stands for. `templates` are all that were used,
    by name, with the SHA-256 of their content. `reads` is what was read of the snapshot (readset.py).
    """

    device: str
    platform: str
    text: str
    slots: tuple[Slot, ...] = ()
    templates: dict[str, str] = {}  # noqa: RUF012 - msgspec copies mutable defaults per instance
    reads: tuple[str, ...] = ()


class RenderedAll(msgspec.Struct, frozen=True):
    """What became of many devices, by name: a configuration or the error that prevented it."""

    rendered: dict[str, Rendered]
    errors: dict[str, LinewrightError]


def render_device(
    env: ConfigEnvironment, snapshot: Snapshot, device: Device, *, key: bytes, reveal: Reveal
) -> Rendered:
    """Fill in config/PLATFORM/main.j2 for one device.

    Raises:
        RenderError: no template, a mistake in one, a field that is missing, a value that may not stand there.
        DataError: the device's data contradict themselves or name what is not there.
        SecretError: a secret is missing or stands where the platform knows none.
    """
    rules = platform_for(device)
    if rules is None:
        raise RenderError(
            f"device {device.name}: no configuration is known for its platform {device.platform!r}",
            hint=f"linewright configures: {', '.join(names())}",
        )
    values = context(snapshot, device, rules.name)
    with env.recording() as (used, reading):
        try:
            template = env.get_template(f"config/{rules.name}/main.j2")
            text = "".join(template.root_render_func(template.new_context(values)))
        except LinewrightError:
            raise
        except Exception as error:  # a template can raise whatever Python can
            raise explained(env, device, error) from error
        reads = _reads(reading, snapshot, device, values)
    _check_lines(text, rules, device)
    filled, slots = fill(text, rules, key, device.name, reveal)
    return Rendered(
        device=device.name,
        platform=rules.name,
        text=filled,
        slots=slots,
        templates={name: env.digest(name) for name in sorted(used)},
        reads=reads,
    )


def _reads(
    reading: Reading, snapshot: Snapshot, device: Device, values: Mapping[str, Any]
) -> tuple[str, ...]:
    note(reading)
    bgp = values["bgp"]
    asked = tables(device, values["vlans"], announces=bgp is not None and bgp.announce_site)
    return tuple(sorted((*booked(reading, snapshot, device, values["vlans"], KEYS), *asked)))


def from_source(
    device: Device, text: str, templates: dict[str, str], key: bytes, *, reads: tuple[str, ...] = ()
) -> Rendered:
    """What a template of the source of truth gave, as an intended configuration; secrets have no place in it.

    `reads` is what it may have read (sources.templates.job_reads).

    Raises:
        RenderError: no configuration is known for the platform; a line is too long; a control character, or text that
            only our own templates may make: the place of a secret, or a token.
        SecretError: a secret stands in clear.
    """
    rules = platform_for(device)
    if rules is None:
        raise RenderError(
            f"device {device.name}: no configuration is known for its platform {device.platform!r}"
        )
    text = text.replace("\r\n", "\n")
    for number, line in enumerate(text.split("\n"), 1):
        if (bad := _NOT_TEXT.search(line)) is not None:
            raise RenderError(
                f"device {device.name}: line {number} of its config template's text holds the character {bad[0]!a}",
                hint="a template of the source of truth can name no secret, and writes plain lines only",
            )
        if TOKEN.search(line) is not None:
            raise RenderError(
                f"device {device.name}: line {number} of its config template's text holds a secret's token",
                hint="a template of the source of truth can name no secret: use templates/config of the site for it",
            )
    _check_lines(text, rules, device)
    filled, _ = fill(text, rules, key, device.name, _no_secret)
    return Rendered(device=device.name, platform=rules.name, text=filled, templates=templates, reads=reads)


def _no_secret(ref: str) -> str:
    raise RenderError(f"a template of the source of truth asked for the secret {ref!r}")


def render_all(
    env: ConfigEnvironment, snapshot: Snapshot, devices: Iterable[Device], *, key: bytes, reveal: Reveal
) -> RenderedAll:
    """Render many; a device that fails takes no other down."""
    done = RenderedAll(rendered={}, errors={})
    for device in devices:
        try:
            done.rendered[device.name] = render_device(env, snapshot, device, key=key, reveal=reveal)
        except LinewrightError as error:
            done.errors[device.name] = error
    return done


def _check_lines(text: str, rules: PlatformRules, device: Device) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if (size := len(line.encode())) > _LONGEST_LINE:
            shown = ascii(hide(_MARKER.sub("*", line), rules)[:40])[1:-1]
            raise RenderError(
                f"device {device.name}: line {number} ({shown}...) has {size} bytes; {_LONGEST_LINE} at most",
                hint="shorten the value in the source of truth",
            )
