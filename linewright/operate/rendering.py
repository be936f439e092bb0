"""The intended configurations of many devices: by the site's templates, or by those of the source of truth."""

from collections.abc import Iterable, Mapping

import msgspec

from linewright.errors import LinewrightError
from linewright.model.objects import Device, Record
from linewright.model.snapshot import Snapshot
from linewright.operate.workplace import Workplace
from linewright.render import Rendered, environment, from_source
from linewright.render import render_all as render_texts
from linewright.sources.templates import Renderer, choosing_reads, job, job_reads, renderer, template_of


class Problem(Record, frozen=True):
    """Why a command could not do its work for one device."""

    device: str
    message: str
    hint: str
    code: int


def problem(device: str, error: LinewrightError) -> Problem:
    """An error about one device, to be told with those of the others."""
    return Problem(device=device, message=error.message, hint=error.hint, code=int(error.code))


def render_all(
    place: Workplace, snapshot: Snapshot, devices: Mapping[str, Device]
) -> tuple[dict[str, Rendered], list[Problem]]:
    """The intended configuration of each device, tokens for secrets; one that fails takes no other down.

    With the setting source_templates.use, a device for which the source of truth names a config template is rendered
    by that one, in a process apart.
    """
    rendered: dict[str, Rendered] = {}
    problems: list[Problem] = []
    own = dict(devices)
    if place.settings.source_templates.use:
        foreign = _with_template(snapshot, devices.values(), problems)
        own = {name: device for name, device in devices.items() if name not in foreign}
        with renderer() as child:
            for name, device in foreign.items():
                try:
                    rendered[name] = _from_source(place, snapshot, device, child)
                except LinewrightError as error:
                    problems.append(problem(name, error))
        own = {name: device for name, device in own.items() if name not in {p.device for p in problems}}
    done = render_texts(
        environment(place.site.template_loader()),
        snapshot,
        own.values(),
        key=place.secrets.key,
        reveal=place.secrets.reveal,
    )
    problems += [problem(name, error) for name, error in done.errors.items()]
    found = rendered | done.rendered
    if place.settings.source_templates.use:
        # That no template of the source of truth was named for them was read, too.
        for name, text in done.rendered.items():
            reads = tuple(sorted({*text.reads, *choosing_reads(devices[name])}))
            found[name] = msgspec.structs.replace(text, reads=reads)
    return {name: found[name] for name in devices if name in found}, problems


def _with_template(
    snapshot: Snapshot, devices: Iterable[Device], problems: list[Problem]
) -> dict[str, Device]:
    """Devices for which the source of truth names a template; a name that leads nowhere becomes a problem."""
    found = {}
    for device in devices:
        try:
            if template_of(snapshot, device) is not None:
                found[device.name] = device
        except LinewrightError as error:
            problems.append(problem(device.name, error))
    return found


def _from_source(place: Workplace, snapshot: Snapshot, device: Device, child: Renderer) -> Rendered:
    template = template_of(snapshot, device)
    assert template is not None  # noqa: S101 - only devices with one come here
    limits = place.settings.source_templates
    wanted = job(snapshot, device, template, seconds=limits.seconds, megabytes=limits.megabytes)
    answer = child.render(wanted, device.name)
    used = {f"netbox:{name}": digest for name, digest in answer.used.items()}
    reads = job_reads(snapshot, device, answer.used)
    return from_source(device, answer.text, used, place.secrets.key, reads=reads)
