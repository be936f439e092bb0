"""A plan as one page of HTML: nothing from elsewhere, no script, and the same plan gives the same bytes everywhere. Pure.

The page is for reading, printing and sending. What is agreed to is the plan: whoever has both can compare them.
"""

import re
from base64 import b64encode
from hashlib import sha256

from linewright.model.printable import printable
from linewright.plan.changeplan import ChangePlan
from linewright.plan.columns import clipped
from linewright.plan.pages.markup import Html, lines, tag
from linewright.plan.pages.sections import SECTIONS
from linewright.plan.pages.style import style
from linewright.seal.canonical import code

#: The form of the page: another number makes other bytes of the same plan.
FORM = "linewright.plan-page/1"


def page_of(plan: ChangePlan) -> bytes:
    """The whole page (UTF-8)."""
    sheet = style(plan)
    # Only this very style sheet is taken (CSP Level 3, 2.3.1); nothing else is loaded, run or sent.
    allowed = f"default-src 'none'; style-src 'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        lines([
            "",
            tag("meta", charset="utf-8"),
            tag("meta", http_equiv="Content-Security-Policy", content=allowed),
            tag("meta", name="viewport", content="width=device-width"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("meta", name="generator", content=FORM),
            tag("meta", name="linewright-plan", content=plan.digest),
            tag("title", f"Plan {plan.ticket} {plan.code}".replace("  ", " ")),
            tag("style", Html(sheet)),
            "",
        ]),
    )  # fmt: skip
    marking = tag("div", plan.marking, class_="marking")
    parts = [part for section in SECTIONS if (part := lines(section(plan)))]
    body = tag("body", lines(["", marking, tag("main", lines(["", *parts, ""])), marking, ""]))
    return f'<!DOCTYPE html>\n<html lang="en">\n{head}\n{body}\n</html>\n'.encode()


def differs(plan: ChangePlan, page: bytes) -> str:
    """Why these bytes are not the page of the plan, for people; "" when they are."""
    wanted = page_of(plan)
    if page == wanted:
        return ""
    text = page.decode("utf-8", "replace")
    form = re.search(r'<meta name="generator" content="([^"]*)">', text)
    other = re.search(r'<meta name="linewright-plan" content="([0-9a-f]{64})">', text)
    if form is None or other is None:
        return "it is no page of a plan, or its head was changed"
    if other[1] != plan.digest:
        return f"it says that it is the page of another plan, {code(other[1])}"
    if form[1] != FORM:
        return f"another version of linewright made it ({clipped(form[1], 40)})"
    return _first_difference(wanted.decode().splitlines(), text.splitlines())


def _first_difference(wanted: list[str], found: list[str]) -> str:
    for number, (ours, theirs) in enumerate(zip(wanted, found, strict=False), start=1):
        if ours != theirs:
            at = next(
                (i for i, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b),
                min(len(ours), len(theirs)),
            )
            start = max(0, at - 20)
            return f'altered: line {number} has "{printable(theirs[start : at + 40])}" for "{ours[start : at + 40]}"'
    if len(wanted) != len(found):
        return f"altered: it has {len(found)} lines for {len(wanted)}"
    return "altered: the ends of its lines, or marks that no line shows"
