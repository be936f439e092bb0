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
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, missing

from linewright.redact import marker
from linewright.render.compiler import Generator
from linewright.render.filters import FILTERS, TESTS
from linewright.render.lines import check_lines
from linewright.render.picking import FILTERS as PICKING
from linewright.render.reading import Reading
from linewright.render.values import Lines, Marker, ValueRefused, banner, one_line, text, word

#: What Jinja hands along beside a call's own arguments.
_SCOPES = frozenset({"_loop_vars", "_block_vars", "caller"})
#: Methods of texts that print what they are given.
_PRINTING = frozenset({"format", "format_map"})
_reading: ContextVar[Reading | None] = ContextVar("notes of the rendering under way", default=None)
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


class ReadingContext(Context):
    """Carries the notes of the rendering it belongs to, for the code that reads through them."""

    def __init__(self, environment: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(environment, *args, **kwargs)
        reading = _reading.get()
        self.reading = Reading(environment) if reading is None else reading
        # Whatever a template writes goes through this (compiler.py).
        self.write = partial(word, str(self.parent.get("platform", "")))


class ConfigEnvironment(ImmutableSandboxedEnvironment):
    """Renders configurations. One environment reads each template once, so all its output is of one state of them.

    `sources` holds what was compiled, by template name.
    """

    code_generator_class = Generator
    context_class = ReadingContext

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
        )
        self.sources: dict[str, str] = {}
        self._made: dict[str, Template] = {}
        self._idle: list[Reading] = []
        keep = {"range", "dict", "joiner", "namespace"}  # the rest of Jinja's own is random or of no use here
        self.globals = {name: value for name, value in self.globals.items() if name in keep}
        self.globals |= {"secret": _secret, "refuse": _refuse}
        del self.filters["random"]
        self.filters |= FILTERS | PICKING | {"text": text, "one_line": one_line, "banner": banner}
        self.tests |= TESTS

    @contextmanager
    def recording(self) -> Iterator[tuple[set[str], Reading]]:
        """The names of all templates asked for inside, imported and included ones too; and what they read.

        The notes hold inside only: afterwards they are wiped for the next rendering.
        """
        names: set[str] = set()
        reading = self._idle.pop() if self._idle else Reading(self)
        templates, notes = _used.set(names), _reading.set(reading)
        try:
            yield names, reading
        finally:
            _used.reset(templates)
            _reading.reset(notes)
            reading.wipe()
            self._idle.append(reading)

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
        if globals or not isinstance(name, str):
            return _remembered(super().get_template(name, parent, globals))
        found = self._made.get(name)
        if found is None:
            found = self._made[name] = super().get_template(name, parent)
        return _remembered(found)

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
        """An attribute as a filter asks for it, to look into it; noted by the rendering under way."""
        reading = _reading.get()
        if reading is None:
            return self.plain_getattr(obj, attribute)
        return reading.deep(reading[attribute](obj))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """An item as a filter asks for it, to look into it; noted by the rendering under way."""
        reading = _reading.get()
        if reading is None:
            return self.plain_getitem(obj, argument)
        found = reading[argument](obj) if isinstance(argument, str) else reading.item(obj, argument)
        return found if isinstance(found, str | int) else reading.deep(found)

    def plain_getattr(self, obj: Any, attribute: str) -> Any:
        """`data.key` in free data means the key, also where dictionaries have a method of that name."""
        if isinstance(obj, msgspec.Struct) and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)  # a field is data: nothing for the sandbox to judge
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def plain_getitem(self, obj: Any, argument: Any) -> Any:
        """As the sandbox's."""
        return super().getitem(obj, argument)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - Jinja's own signature
        """As Jinja's; what macros, blocks and loops return is marked as text of the template, what others are given is noted."""
        if isinstance(__obj, Macro | BlockReference | LoopContext):
            result = super().call(__context, __obj, *args, **kwargs)
            return Lines(result) if isinstance(result, str) else result
        reading = _reading.get()
        if reading is not None:
            if __obj is dict or __obj is Namespace:
                args = tuple(reading.each(value) for value in args)
            else:
                printed = getattr(__obj, "__name__", "") in _PRINTING
                note = reading.shown if printed else reading.deep
                args = tuple(note(value) for value in args)
                kwargs = {key: value if key in _SCOPES else note(value) for key, value in kwargs.items()}
        return super().call(__context, __obj, *args, **kwargs)


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
