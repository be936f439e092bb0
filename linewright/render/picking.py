"""Jinja's `map`, `selectattr` and `rejectattr`, noting of each item the named attribute and no more (reading.py).

They behave as Jinja 3.1's do; a filter or test they are given by name is called through the environment.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.exceptions import FilterArgumentError

from linewright.render.reading import Reading


@pass_context
def mapped(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """`map`: an attribute of each item, or what a filter makes of each.

    Raises:
        FilterArgumentError: neither is named, or something else is.
    """
    if not value:
        return
    if not args and "attribute" in kwargs:
        get = _getter(context.reading, kwargs.pop("attribute"), kwargs.pop("default", None))
        if kwargs:
            raise FilterArgumentError(f"Unexpected keyword argument {next(iter(kwargs))!r}")
        for item in value:
            yield get(item)
        return
    if not args:
        raise FilterArgumentError("map requires a filter argument")
    for item in value:
        yield context.environment.call_filter(args[0], item, args[1:], kwargs, context=context)


@pass_context
def selectattr(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """The items whose attribute holds, or passes a test.

    Raises:
        FilterArgumentError: no attribute is named.
    """
    return _picked(context, value, args, kwargs, wanted=True)


@pass_context
def rejectattr(context: Any, value: Iterable[Any], *args: Any, **kwargs: Any) -> Iterator[Any]:
    """The items whose attribute does not hold, or fails a test.

    Raises:
        FilterArgumentError: no attribute is named.
    """
    return _picked(context, value, args, kwargs, wanted=False)


def _picked(
    context: Any, value: Iterable[Any], args: tuple[Any, ...], kwargs: dict[str, Any], *, wanted: bool
) -> Iterator[Any]:
    if not value:
        return
    if not args:
        raise FilterArgumentError("Missing parameter for attribute name")
    get = _getter(context.reading, args[0], None)
    call_test = context.environment.call_test
    for item in value:
        found = get(item)
        holds = call_test(args[1], found, args[2:], kwargs, context) if len(args) > 1 else found
        if bool(holds) is wanted:
            yield item


def _getter(reading: Reading, attribute: Any, default: Any) -> Callable[[Any], Any]:
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


FILTERS: dict[str, Callable[..., Any]] = {"map": mapped, "selectattr": selectattr, "rejectattr": rejectattr}
