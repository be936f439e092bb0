"""What `lw approve` says: who agreed to a plan, who is still missing, what does not count. Yields lines."""

from collections.abc import Iterator

from linewright.model.printable import printable
from linewright.operate.agreed import given_text, needs_text
from linewright.plan.agreement.judging import Standing
from linewright.plan.agreement.records import Statement
from linewright.plan.changeplan import ChangePlan


def standing_lines(plan: ChangePlan, standing: Standing, notes: tuple[str, ...]) -> Iterator[str]:
    """How far a plan is agreed to; `notes` are told as they are."""
    if standing.needs:
        yield f"Needed    {needs_text(standing.needs)}; not the author ({plan.author})"
    else:
        yield "Needed    nobody"
    if standing.signed:
        yield f"Author    {plan.author}: signed"
    for one in standing.given:
        yield f"Agreed    {given_text(one)}, until {one.not_after}"
    for denial in standing.denials:
        by = f", recorded by {denial.recorder}" if denial.recorder else ""
        yield f"DENIED    {denial.person}{by}: {denial.reason or 'no reason given'}"
    for text in standing.refusals:
        yield f"Not one   {text}"
    for text in notes:
        yield f"Note      {text}"
    if standing.denials:
        yield "Denied: it is not applied."
    elif standing.missing:
        yield f"Missing   {needs_text(standing.missing)}"
    elif standing.needs:
        yield f"{progress(standing)}. Ready."


def progress(standing: Standing) -> str:
    """How many of how many agreed: "1 of 2"."""
    return f"{len(standing.given)} of {sum(need.count for need in standing.needs)}"


def question(plan: ChangePlan, said: Statement) -> Iterator[str]:
    """What somebody is about to sign, in one or two sentences, before they type the plan code."""
    what = f"plan {plan.code}" + (f" for {plan.ticket}" if plan.ticket else "")
    told = said.recorded
    who = f"You record that {told.by}" if told else "You"
    s = "s" if told else ""
    by = f" ({told.medium}, {told.reference})" if told else ""
    if said.decision == "approve":
        hours = plan.back_out_within // 3600
        yield (
            f"{who} approve{s} {what} as {said.role}{by}, to be applied until {said.not_after}, "
            f"and its back-out for {hours} hours after the job."
        )
        if plan.window is not None and said.not_after < plan.window.end:
            yield f"That is before its window is over ({plan.window.end}): it may have to be agreed to again."
    elif said.decision == "deny":
        yield (f"{who} den{'ies' if told else 'y'} {what}{by}: {said.reason}")
    elif said.decision == "revoke":
        yield f"You take back what you said of {what}."
    else:
        yield f"You sign that you made {what}."


def done_line(said: Statement, standing: Standing | None) -> str:
    """What was signed, or written down, and how far the plan is agreed to now."""
    told = said.recorded
    if said.decision == "approve":
        by = f"Recorded by {said.person}: {told.by}" if told else f"Signed: {said.person}"
        text = f"{by}, {said.role}."
    elif said.decision == "deny":
        text = f"Denied by {told.by}, recorded by {said.person}." if told else f"Denied by {said.person}."
    elif said.decision == "revoke":
        text = f"Taken back by {said.person}."
    else:
        text = f"Signed by its author: {said.person}."
    if standing is None or not standing.needs or said.decision == "deny":
        return printable(text)
    ready = " Ready." if not standing.missing and not standing.denials else ""
    return printable(f"{text} {progress(standing)}.{ready}")
