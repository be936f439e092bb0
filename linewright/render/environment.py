"""The one Jinja environment: strict, sandboxed, the same output for the same input, every value checked."""

from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from hashlib import sha256
from types import CodeType
from typing import Any, Literal, NoReturn, cast, overload

import msgspec
from jinja2 import BaseLoader, StrictUndefined, Template, TemplateRuntimeError, UndefinedError, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import BlockReference, Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from linewright.redact import marker
from linewright.render.filters import FILTERS, TESTS
from linewright.render.lines import check_lines
from linewright.render.values import Lines, Marker, ValueRefused, banner, finalize, one_line, text

_used: ContextVar[set[str] | None] = ContextVar("templates used by the rendering under way", default=None)


class MissingField(UndefinedError):  # noqa: N818 - reads as the screen says it
    """A template asked for something that is not there: `name` of `obj` (of the context itself: `missing`)."""

    def __init__(self, message: str | None = None, *, obj: Any = missing, name: str | None = None) -> None:
        super().__init__(message)
        self.obj = obj
        self.name = name


class _Missing(StrictUndefined):
    """Says what is missing of what, in an exception that still knows both."""

    __slots__ = ()

    def __init__(
        self,
        hint: str | None = None,
        obj: Any = missing,
        name: str | None = None,
        exc: type[TemplateRuntimeError] = UndefinedError,
    ) -> None:
        if exc is UndefinedError:
            # Jinja only ever calls it with the message.
            exc = cast("type[TemplateRuntimeError]", partial(MissingField, obj=obj, name=name))
        super().__init__(hint, obj, name, exc)


class _Generator(CodeGenerator):
    """Imports always see the context of the device: without it Jinja keeps the first device's answer for all."""

    def visit_Import(self, node: nodes.Import, frame: Frame) -> None:  # noqa: N802 - Jinja finds it by this name
        node.with_context = True
        super().visit_Import(node, frame)

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802 - as above
        node.with_context = True
        super().visit_FromImport(node, frame)


class ConfigEnvironment(ImmutableSandboxedEnvironment):
    """Renders configurations. One environment reads each template once, so all its output is of one state of them.

    `sources` holds what was compiled, by template name.
    """

    code_generator_class = _Generator

    def __init__(self, loader: BaseLoader) -> None:
        super().__init__(
            loader=loader,
            undefined=_Missing,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
            auto_reload=False,
            cache_size=-1,  # a template that fell out would be read again
            finalize=finalize,
        )
        self.sources: dict[str, str] = {}
        keep = {"range", "dict", "joiner", "namespace"}  # the rest of Jinja's own is random or of no use here
        self.globals = {name: value for name, value in self.globals.items() if name in keep}
        self.globals |= {"secret": _secret, "refuse": _refuse}
        del self.filters["random"]
        self.filters |= FILTERS | {"text": text, "one_line": one_line, "banner": banner}
        self.tests |= TESTS

    @contextmanager
    def recording(self) -> Iterator[set[str]]:
        """The names of all templates asked for inside, imported and included ones too."""
        names: set[str] = set()
        reset = _used.set(names)
        try:
            yield names
        finally:
            _used.reset(reset)

    def digest(self, name: str) -> str:
        """SHA-256 of a template that was compiled, over its UTF-8 bytes."""
        return sha256(self.sources[name].encode()).hexdigest()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own signature
    ) -> Template:
        """As Jinja's, and it is remembered which template was asked for."""
        return _remembered(super().get_template(name, parent, globals))

    def select_template(
        self,
        names: Iterable[str | Template],
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's own signature
    ) -> Template:
        """As Jinja's, and it is remembered which template was found."""
        return _remembered(super().select_template(names, parent, globals))

    @overload
    def compile(
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        raw: Literal[False] = False,
        defer_init: bool = False,
    ) -> CodeType: ...
    @overload
    def compile(
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        raw: Literal[True] = ...,
        defer_init: bool = False,
    ) -> str: ...
    def compile(
        self,
        source: str | nodes.Template,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        defer_init: bool = False,
    ) -> str | CodeType:
        """As Jinja's, after the template was held to the rules of lines.py."""
        if isinstance(source, str):
            check_lines(self, source, name, filename)
            if name is not None:
                self.sources[name] = source
        compiled: str | CodeType = super().compile(source, name, filename, raw, defer_init)  # type: ignore[call-overload]  # raw is a plain bool here
        return compiled

    def getattr(self, obj: Any, attribute: str) -> Any:
        """`data.key` in free data means the key, also where dictionaries have a method of that name."""
        if isinstance(obj, msgspec.Struct) and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)  # a field is data: nothing for the sandbox to judge
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - Jinja's own signature
        """As Jinja's; what macros and blocks return is marked as text of the template."""
        result = super().call(__context, __obj, *args, **kwargs)
        if isinstance(__obj, Macro | BlockReference) and isinstance(result, str):
            return Lines(result)
        return result


def environment(loader: BaseLoader) -> ConfigEnvironment:
    """An environment over a loader whose names are those below templates/ ("config/frr/main.j2")."""
    return ConfigEnvironment(loader)


def _remembered(template: Template) -> Template:
    names = _used.get()
    if names is not None and template.name is not None:
        names.add(template.name)
    return template


def _secret(ref: str) -> Marker:
    return Marker(marker(str(ref)))


def _refuse(why: str) -> NoReturn:
    raise ValueRefused(str(why))
