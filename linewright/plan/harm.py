"""Whom a change can hurt, in words. Pure."""

from collections.abc import Iterator

from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import fitted
from linewright.plan.times import lasts

#: So many sites, circuits or services are told by name.
_NAMED = 3


def harm(plan: ChangePlan) -> Iterator[str]:
    """Who is cut off, or what hangs on the devices; then who has no second way meanwhile, and for how long."""
    yield _impact(plan)
    if alone := _all(plan, "unprotected"):
        yield fitted("Meanwhile ", alone, _how_long(plan), between="; ")


def harm_in_short(plan: ChangePlan) -> Iterator[str]:
    """The same in one line."""
    first, *more = harm(plan)
    if not more:
        yield first
        return
    alone, cut = _all(plan, "unprotected"), _all(plan, "cut")
    if cut:
        yield fitted("Impact    CUT OFF meanwhile: ", cut, f"; no second way: {len(alone)}", between="; ")
    else:
        yield fitted("Meanwhile ", alone, between="; ")


def _impact(plan: ChangePlan) -> str:
    if not plan.impact:
        return "Impact    not known: nothing in the plan says what hangs on its devices"
    if cut := _all(plan, "cut"):
        return fitted("Impact    CUT OFF meanwhile: ", cut, _how_long(plan), between="; ")
    touched = [
        _some(words, names)
        for words, names in (
            ("site", _all(plan, "sites")),
            ("circuit", _all(plan, "circuits")),
            ("service", _all(plan, "services")),
        )
        if names
    ]
    return fitted(
        "Impact    nobody is cut off meanwhile; touched: ", touched or ["nothing by name"], between=", "
    )


def _some(word: str, names: list[str]) -> str:
    shown = f"{word}{'s' * (len(names) != 1)}"
    return f"{shown} {' '.join(names)}" if len(names) <= _NAMED else f"{len(names)} {shown}"


def _all(plan: ChangePlan, field: str) -> list[str]:
    return list(dict.fromkeys(one for touched in plan.impact for one in getattr(touched, field)))


def _how_long(plan: ChangePlan) -> str:
    """The longest that is expected of one device that somebody depends on."""
    at = {touched.device for touched in plan.impact if touched.cut or touched.unprotected}
    longest = max((part.expected for part in plan.devices if part.device in at), default=0)
    return f" (about {lasts(longest)})" if longest else ""
