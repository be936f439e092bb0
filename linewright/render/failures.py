"""Whatever goes wrong in a template, as one RenderError: template, line, device and what is missing."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any

import msgspec
from jinja2 import Template, TemplateNotFound, TemplateSyntaxError, nodes
from jinja2.utils import missing

from linewright.errors import RenderError
from linewright.model.objects import Device
from linewright.render.environment import ConfigEnvironment, MissingField
from linewright.render.values import ValueRefused

_IDENTITY = ("name", "address", "prefix", "seq", "slug", "vid", "asn")
_LONGEST = 300


def explained(env: ConfigEnvironment, device: Device, error: Exception) -> RenderError:
    """The error a person can act on: "templates/config/frr/bgp.j2:14: device hq-wan1 has no bgp.router_id"."""
    if isinstance(error, TemplateSyntaxError):
        where = _where(error.name, error.lineno)
        return RenderError(f"{where}{error.message}", hint=_reads(env, error.name, error.lineno))
    name, line = _place(error)
    where = _where(name, line)
    hint = _reads(env, name, line)
    if isinstance(error, TemplateNotFound):
        return RenderError(
            f"{where}device {device.name}: there is no template {_shown(error)}",
            hint="put the file below templates/ of the site",
        )
    if isinstance(error, MissingField) and error.obj is missing:
        return RenderError(
            f"{where}device {device.name}: there is nothing named {error.name} here", hint=hint
        )
    if isinstance(error, MissingField):
        return RenderError(
            f"{where}device {device.name} has no {_missing(env, error, name, line)}", hint=hint
        )
    if isinstance(error, ValueRefused):
        return RenderError(f"{where}device {device.name}: {error}", hint=hint)
    return RenderError(f"{where}device {device.name}: {type(error).__name__}: {_shown(error)}", hint=hint)


def _where(name: str | None, line: int) -> str:
    return f"templates/{name}:{line}: " if name else ""


def _shown(error: Exception) -> str:
    text = ascii(str(error))[1:-1]
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _reads(env: ConfigEnvironment, name: str | None, line: int) -> str:
    lines = env.sources.get(name or "", "").splitlines()
    return f"the line reads: {lines[line - 1].strip()}" if 0 < line <= len(lines) else ""


def _place(error: Exception) -> tuple[str | None, int]:
    """Template and line that were at work: the innermost frame that Jinja compiled from a template."""
    found: tuple[str | None, int] = (None, 0)
    for trace in _frames(error.__traceback__):
        template: Template | None = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            found = (template.name, template.get_corresponding_lineno(trace.tb_lineno))
    return found


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _missing(env: ConfigEnvironment, error: MissingField, name: str | None, line: int) -> str:
    path = _path(env, error.name, name, line) or str(error.name)
    whose = _whose(error.obj)
    return f"{path}{f' ({whose})' if whose else ''}"


def _whose(obj: Any) -> str:
    """The object that lacks something, as far as it has a name: "BgpNeighbor 192.0.2.1"."""
    if not isinstance(obj, msgspec.Struct):
        return ""
    identity = next((str(getattr(obj, key)) for key in _IDENTITY if hasattr(obj, key)), "")
    return f"{type(obj).__name__} {ascii(identity)[1:-1]}".strip()


def _path(env: ConfigEnvironment, field: str | None, name: str | None, line: int) -> str:
    """The dotted name that ends in `field`, as the template writes it on that line or closest before."""
    if field is None or name not in env.sources:
        return ""
    tree = env.parse(env.sources[name], name)
    found = [
        (node.lineno, dotted)
        for node in tree.find_all((nodes.Name, nodes.Getattr, nodes.Getitem))
        if node.lineno <= line and (dotted := _dotted(node)).rpartition(".")[2] == field
    ]
    return max(found, default=(0, ""))[1]


def _dotted(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_dotted(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=key)):
            return f"{_dotted(node.node)}.{key}"
    return "..."
