"""Whom a change can hurt, in words. Pure."""

from collections.abc import Iterator

from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import spread
from linewright.plan.times import lasts

#: So many sites, circuits or services are told by name.
_NAMED = 3


def harm(plan: ChangePlan, room: int) -> Iterator[str]:
    """Who is cut off, or what hangs on the devices; then who has no second way meanwhile, and for how long.

    Each within so many lines; where there is room for one alone, the graver of both, and how many the other are.
    """
    alone, cut = _all(plan, "unprotected"), _all(plan, "cut")
    also = f"; no second way: {len(alone)}" if alone and room == 1 else ""
    if cut:
        yield from spread(
            "Impact    CUT OFF meanwhile: ", cut, also or _how_long(plan), between="; ", most=room
        )
    elif not also:
        yield from _touched(plan, room)
    if alone and not (cut and also):
        yield from spread("Meanwhile ", alone, _how_long(plan), between="; ", most=room)


def _touched(plan: ChangePlan, room: int) -> list[str]:
    if not plan.impact:
        return ["Impact    not known: nothing in the plan says what hangs on its devices"]
    fields = (("site", "sites"), ("circuit", "circuits"), ("service", "services"))
    told = [_some(word, names) for word, field in fields if (names := _all(plan, field))]
    before = "Impact    nobody is cut off meanwhile; touched: "
    return spread(before, told or ["nothing that has a name"], between="; ", most=room)


def _some(word: str, names: list[str]) -> str:
    shown = f"{word}{'s' * (len(names) != 1)}"
    return f"{shown} {', '.join(names)}" if len(names) <= _NAMED else f"{len(names)} {shown}"


def _all(plan: ChangePlan, field: str) -> list[str]:
    return list(dict.fromkeys(one for touched in plan.impact for one in getattr(touched, field)))


def _how_long(plan: ChangePlan) -> str:
    """The longest that is expected of one device that somebody depends on."""
    at = {touched.device for touched in plan.impact if touched.cut or touched.unprotected}
    longest = max((part.expected for part in plan.devices if part.device in at), default=0)
    return f" (about {lasts(longest)})" if longest else ""
