"""Jinja's `map`, `select`, `reject`, `selectattr` and `rejectattr`, noting of each item what they look at (reading.py).

They behave as Jinja 3.1's do, and look up the filter or test that they are told by name once, not for every item.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import TemplateRuntimeError, Undefined, pass_context
from jinja2.exceptions import FilterArgumentError

from linewright.render.compiler import COMPARISONS, asks_addresses, filter_mark, test_mark
from linewright.render.reading import Reading

_Made = Callable[[Any], Any]


@pass_context
def mapped(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`map`: an attribute of each item, or what a filter makes of each.

    Raises:
        FilterArgumentError: neither is named, or something else is.
    """
    if not value:
        return
    if not args and "attribute" in kwargs:
        made = _getter(context.reading, kwargs.pop("attribute"), kwargs.pop("default", None))
        if kwargs:
            raise FilterArgumentError(f"Unexpected keyword argument {next(iter(kwargs))!r}")
    elif args:
        made = _by_name(context, "filter", args, kwargs)
    else:
        raise FilterArgumentError("map requires a filter argument")
    for item in value:
        yield made(item)


@pass_context
def selected(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`select`: the items that hold, or pass a test."""
    return _picked(value, lambda: _judged(context, args, kwargs), wanted=True)


@pass_context
def rejected(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`reject`: the items that do not hold, or fail a test."""
    return _picked(value, lambda: _judged(context, args, kwargs), wanted=False)


@pass_context
def selected_by(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`selectattr`: the items whose attribute holds, or passes a test.

    Raises:
        FilterArgumentError: no attribute is named.
    """
    return _picked(value, lambda: _judged_by(context, args, kwargs), wanted=True)


@pass_context
def rejected_by(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`rejectattr`: the items whose attribute does not hold, or fails a test.

    Raises:
        FilterArgumentError: no attribute is named.
    """
    return _picked(value, lambda: _judged_by(context, args, kwargs), wanted=False)


def _picked(value: Iterable[Any], judge: Callable[[], _Made], *, wanted: bool) -> Iterator[Any]:
    if not value:
        return
    holds = judge()
    for item in value:
        if bool(holds(item)) is wanted:
            yield item


def _judged(context: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Made:
    return _by_name(context, "test", args, kwargs) if args else bool


def _judged_by(context: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Made:
    if not args:
        raise FilterArgumentError("Missing parameter for attribute name")
    get = _getter(context.reading, args[0], None)
    if len(args) == 1:
        return get
    passes = _by_name(context, "test", args[1:], kwargs)
    return lambda item: passes(get(item))


def _by_name(context: Any, what: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Made:
    """A filter or test, its arguments given; what it looks into is noted."""
    env, reading, name = context.environment, context.reading, args[0]
    function = (env.filters if what == "filter" else env.tests).get(name)
    if function is None:
        raise TemplateRuntimeError(f"No {what} named {name!r}.")
    mark = (filter_mark if what == "filter" else test_mark)(name)
    if asks_addresses(name):
        reading.addresses()
    if what == "test" and name in COMPARISONS and all(isinstance(one, str | int) for one in args[1:]):
        mark = ""
    note: _Made | None = getattr(reading, mark) if mark else None
    told = tuple(map(reading.deep, args[1:]))
    named = {key: reading.deep(argument) for key, argument in kwargs.items()} if kwargs else {}
    if hasattr(function, "jinja_pass_arg"):  # one that wants the context or the like
        call = env.call_filter if what == "filter" else env.call_test
        return lambda item: call(name, item if note is None else note(item), told, named, context)
    if note is None:
        return (lambda item: function(item, *told, **named)) if told or named else function
    if len(told) == 1 and not named:
        return lambda item: function(note(item), told[0])
    return lambda item: function(note(item), *told, **named)


def _getter(reading: Reading, attribute: Any, default: Any) -> _Made:
    """What follows a dotted name, numbers in it as places in a list."""
    if isinstance(attribute, str) and attribute.isidentifier() and default is None:
        return reading[attribute]
    parts = (
        [int(part) if part.isdigit() else part for part in attribute.split(".")]
        if isinstance(attribute, str)
        else [attribute]
    )

    def get(item: Any) -> Any:
        for part in parts:
            item = reading.item(item, part)
            if default is not None and isinstance(item, Undefined):
                item = default
        return item

    return get


FILTERS: dict[str, Callable[..., Any]] = {
    "map": mapped,
    "select": selected,
    "reject": rejected,
    "selectattr": selected_by,
    "rejectattr": rejected_by,
}
