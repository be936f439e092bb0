"""A plan as one page of HTML: nothing from elsewhere, no script, and the same plan gives the same bytes everywhere. Pure.

The page is for reading, printing and sending. What is agreed to is the plan: whoever has both can compare them.
"""

import re
from base64 import b64encode
from collections.abc import Hashable, Iterator
from hashlib import sha256

from linewright.model.printable import printable
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.columns import clipped
from linewright.plan.pages.markup import Html, lines, listed, shown, table, tag
from linewright.plan.pages.site_map import in_words, site_map
from linewright.plan.pages.style import style
from linewright.plan.risk import highest
from linewright.plan.rollout_screen import batch_rules, checks, order_of
from linewright.plan.screen import summary
from linewright.plan.show import by_diff, grouped, reached, remarks, sent_alike
from linewright.plan.times import lasts
from linewright.plan.what import what
from linewright.seal.canonical import code

#: The form of the page: another number makes other bytes of the same plan.
FORM = "linewright.plan-page/1"
#: What stands before the words of a line of the first screen.
_LABEL = 10
#: Lines of the first screen by which somebody may say no.
_GRAVE = re.compile(
    r"  OWN PATH|Why now|Mode      REPLACE|Guard|Proof|Risk      HIGH|Impact    CUT|Meanwhile|Safety .*NO auto"
)


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
    parts = [part for section in _SECTIONS if (part := lines(section(plan)))]
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


def _header(plan: ChangePlan) -> Iterator[Html]:
    risk = highest(part.risk for part in plan.devices)
    kind = plan.change.upper() if plan.change == "emergency" else plan.change
    facts = f"{kind} change \u00b7 risk {risk.upper() if risk != 'low' else risk} \u00b7 site {plan.site} \u00b7 made {plan.created} by {plan.author}"
    yield tag(
        "header",
        tag("div", tag("h1", f"Plan {plan.ticket}".rstrip()), tag("p", facts)),
        tag("div", tag("small", "plan code"), plan.code, class_="code"),
    )
    yield tag(
        "p",
        "This page is made from the plan and from nothing else. What is agreed to and carried out is the plan: "
        "whoever decides by a page that somebody sent compares it first: ",
        tag("span", "lw plan show PLAN --check PAGE", class_="names"),
        class_="note",
    )


def _first_screen(plan: ChangePlan) -> Iterator[Html]:
    """The lines of the first screen, word for word: what is shown to whoever signs."""
    rows: list[tuple[str, list[str], bool]] = []
    for line in list(summary(plan))[1:]:
        label = "OWN PATH" if line.startswith("  OWN PATH") else line[:_LABEL].strip()
        words = line[12:] if label == "OWN PATH" else line[_LABEL:]
        if label or not rows:
            rows.append((label, [words], _GRAVE.match(line) is not None))
        else:
            rows[-1][1].append(words)
    body = [
        tag(
            "tr",
            tag("th", f"! {label}" if grave else label, scope="row"),
            tag("td", Html(tag("br").join(map(shown, words)))),
            class_="grave" if grave else "",
        )
        for label, words, grave in rows
    ]
    yield tag("table", tag("tbody", lines(body)), class_="first")


def _map(plan: ChangePlan) -> Iterator[Html]:
    if drawing := site_map(plan):
        yield tag("h2", "Where")
        yield drawing
        yield listed(in_words(plan)) or tag("p", "No path loses its second way while the change is made.")


def _words(plan: ChangePlan) -> Iterator[Html]:
    if plan.purpose or plan.reason or plan.pattern:
        yield tag("h2", "Why")
        if plan.purpose:
            yield tag("p", tag("b", "Purpose, in the words of its author: "), plan.purpose)
        if plan.reason:
            yield tag("p", tag("b", "Why it cannot wait: "), plan.reason)
        if plan.pattern:
            yield tag("p", tag("b", "Standard change, agreed to beforehand as: "), plan.pattern)


def _diffs(plan: ChangePlan) -> Iterator[Html]:
    groups = by_diff(plan)
    yield tag("h2", f"What changes: {len(groups)} different diff{'s' * (len(groups) != 1)}")
    yield listed(what(plan))
    for names, part in groups:
        yield tag("h3", f"{len(names)} device{'s' * (len(names) != 1)} ({part.platform})")
        yield tag("p", ", ".join(names), class_="names")
        yield tag("ul", lines(_diff(part)), class_="lines")


def _diff(part: DevicePlan) -> Iterator[Html]:
    kinds = {"+": "comes", "-": "goes"}
    for entry in part.diff:
        # A banner is one entry of many lines; each is told as its first is.
        for line in entry.split("\n"):
            yield tag("li", line, class_=kinds.get(entry[:1], "around"))


def _order(plan: ChangePlan) -> Iterator[Html]:
    yield tag("h2", "Order")
    parts = {part.device: part for part in plan.devices}
    yield table(
        ("Batch", "Devices", "Expected"),
        (
            (
                f"{number}{' (canary)' if canary else ''}",
                ", ".join(batch),
                lasts(longest)
                if (longest := max(parts[name].expected for name in batch))
                else "not estimated",
            )
            for number, canary, batch in order_of(plan)
        ),
        class_="narrow",
    )
    yield listed(batch_rules(plan))
    if plan.linked:
        yield tag(
            "h3", "Linked: all are armed, committed and checked; then confirmed, the farthest first, or none"
        )
        yield listed(f"{', '.join(linked.devices)}: {linked.why}" for linked in plan.linked)
    if plan.apart:
        yield tag("h3", "Stand in for each other, so never in one batch")
        yield listed(f"{pair.a} and {pair.z}: {pair.why}" for pair in plan.apart)
    if plan.holds:
        yield tag("h3", "A person looks before the confirmation; unanswered, the device is taken back")
        yield listed(f"{hold.device}: {hold.question}" for hold in plan.holds)
    if (window := plan.window) is not None:
        yield tag("h3", "Window")
        yield tag(
            "p",
            f"{window.start} to {window.end}, asked for in {window.zone}"
            + (f"; back-out has to begin by {window.back_out_by}" if window.back_out_by else ""),
        )


def _impact(plan: ChangePlan) -> Iterator[Html]:
    if not plan.impact:
        return
    yield tag("h2", "While a device is away, or if its change goes wrong")
    yield table(
        ("Device", "Cut off", "No second way", "Sites", "Circuits", "Services"),
        (
            (
                touched.device,
                *(
                    ", ".join(names) or "none"
                    for names in (
                        touched.cut,
                        touched.unprotected,
                        touched.sites,
                        touched.circuits,
                        touched.services,
                    )
                ),
            )
            for touched in plan.impact
        ),
    )


def _looked_at(plan: ChangePlan) -> Iterator[Html]:
    yield tag("h2", "What is looked at")
    for names, part in grouped(plan, _proofs):
        yield tag("h3", ", ".join(names))
        yield listed([
            *(f"right before its batch, on the network itself: {check}" for check in checks(part.live)),
            *(f"before it is confirmed: {check}" for check in checks(part.checks)),
            *([f"all must hold for {lasts(part.observe)} before it is confirmed, by its own timers"] if part.observe else []),
        ])  # fmt: skip


def _proofs(part: DevicePlan) -> Hashable:
    return tuple(checks(part.live)), tuple(checks(part.checks)), part.observe


def _sent(plan: ChangePlan) -> Iterator[Html]:
    yield tag("h2", "Lines as they are sent, and the way back")
    for names, part in grouped(plan, sent_alike):
        sent = part.order == "sent"
        yield tag("h3", ", ".join(names))
        yield tag(
            "p",
            f"{len(part.commands)} lines, "
            + (
                "sent in this order, once"
                if sent
                else "loaded as one candidate, committed at once; what others change right before the commit is overwritten"
            ),
            class_="note",
        )
        yield tag(
            "div",
            *(
                tag("div", tag("p", tag("b", words), class_="note"), _numbered(sent_lines))
                for words, sent_lines in (("Sent", part.commands), ("Back-out", part.back_out))
            ),
            class_="pair",
        )
        for title, told in remarks(part):
            yield tag("p", f"{title[:1].upper()}{title[1:]}", class_="note")
            yield tag("ul", lines(tag("li", line) for line in told), class_="lines")


def _numbered(commands: tuple[str, ...]) -> Html:
    return tag("ol", lines(tag("li", line) for line in commands), class_="lines")


def _reached(plan: ChangePlan) -> Iterator[Html]:
    yield tag("h2", "Where the devices are, and who they must be")
    yield table(
        ("Device", "Reached at, with this identity"),
        ((part.device, "; ".join(reached(part))) for part in plan.devices),
    )


def _sealed(plan: ChangePlan) -> Iterator[Html]:
    yield tag("h2", "What is sealed in the plan")
    whole = {"plan": plan.digest, "snapshot": plan.snapshot}
    groups = {
        "template": plan.templates,
        "policy": plan.policies,
        "version of": plan.versions,
        "content of": plan.contents,
    }
    rows = [
        *whole.items(),
        *(
            (f"{kind} {name}", value)
            for kind, found in groups.items()
            for name, value in sorted(found.items())
        ),
    ]
    yield table(("What", "SHA-256, or version"), rows, class_="hex")
    yield tag(
        "p",
        f"Scope {plan.scope}; mode {plan.mode}; changes from {plan.base}; source of truth at {plan.position or 'no position'}",
        class_="note",
    )


_SECTIONS = (
    _header,
    _first_screen,
    _map,
    _words,
    _diffs,
    _order,
    _impact,
    _looked_at,
    _sent,
    _reached,
    _sealed,
)
