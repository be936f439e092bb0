"""The parts of the page of a plan, from its first screen to what is sealed in it. Pure."""

import re
from collections.abc import Hashable, Iterator

from linewright.plan.changeplan import ChangePlan, CheckRef, DevicePlan
from linewright.plan.pages.markup import Html, lines, listed, shown, table, tag
from linewright.plan.pages.site_map import in_words, site_map
from linewright.plan.risk import highest
from linewright.plan.rollout_screen import batch_rules, checks, order_of
from linewright.plan.screen import summary
from linewright.plan.show import by_diff, grouped, reached, remarks, sent_alike
from linewright.plan.times import lasts, span
from linewright.plan.what import what

#: What stands before the words of a line of the first screen.
_LABEL = 10
#: Lines of the first screen by which somebody may say no.
_GRAVE = re.compile(
    r"  OWN PATH|Why now|Mode      REPLACE|Guard|Proof|Risk      HIGH|Impact    CUT|Meanwhile|Safety .*NO auto"
)


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
            f"{span(window)} ({window.start} to {window.end}), asked for in {window.zone}"
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
        held = f"All must hold for {lasts(part.observe)} before it is confirmed, by its own timers."
        yield listed([
            *(_check("Right before its batch, on the network itself", check) for check in part.live),
            *(_check("Before it is confirmed", check) for check in part.checks),
            *([held] if part.observe else []),
        ])  # fmt: skip


def _check(moment: str, check: CheckRef) -> Html:
    given = (f"{key}: {', '.join(names)}" for key, names in sorted(check.input.items()) if names)
    return lines([shown(f"{moment}: {check.name}"), listed(given)])


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


#: The parts of the page, in their order; one that has nothing to say is left out.
SECTIONS = (
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
