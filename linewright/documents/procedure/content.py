"""What a method of procedure says: a pure function of the plan, of whom the site names, and of what was done."""

from collections.abc import Iterable, Iterator

from linewright.documents.procedure.blocks import (
    Block,
    Facts,
    Heading,
    Lines,
    Procedure,
    Table,
    Text,
    Ticks,
    clean,
)
from linewright.documents.procedure.done import DeviceDone, Done
from linewright.documents.procedure.times import day, minutes, moment
from linewright.model.objects import Record
from linewright.plan.changeplan import ChangePlan, DevicePlan
from linewright.plan.losses import old_secrets
from linewright.plan.risk import highest

#: What is written where the plan says nothing and somebody has to.
ROOM = ""
_NOT_SAID = "not stated in the plan"


class People(Record, frozen=True):
    """Whom the site names: who is told before and after, and how they are reached ("name", "how")."""

    tell: tuple[str, ...] = ()
    contacts: tuple[tuple[str, str], ...] = ()


def procedure(plan: ChangePlan, people: People = People(), done: Done | None = None) -> Procedure:  # noqa: B008 - frozen, without state
    """The method of procedure of a plan; filled with what happened where `done` is given."""
    blocks = (
        *_what(plan, done),
        *_roles(plan, done),
        *_impact(plan),
        *_tell(people),
        *_before(plan),
        *_steps(plan, done),
        *_lines(plan),
        *_after(plan),
        *_back_out(plan, done),
        *(_closing(plan, done) if done else _close(plan)),
    )
    return Procedure(
        title=clean(plan.ticket or "change without a ticket"),
        marking=clean(plan.marking),
        code=plan.code,
        site=clean(plan.site),
        state=f"carried out as job {clean(done.job)}: {done.closure}" if done else "to be carried out",
        blocks=blocks,
    )


def _what(plan: ChangePlan, done: Done | None) -> Iterator[Block]:
    yield Heading(text="The change")
    rows = [
        ("Plan code", plan.code),
        ("Ticket", clean(plan.ticket) or _NOT_SAID),
        ("Change type", plan.change + (f": {clean(plan.pattern)}" if plan.pattern else "")),
    ]
    if plan.change == "emergency":
        rows.append(("Why it cannot wait", clean(plan.reason)))
    rows += [
        ("Purpose", clean(plan.purpose) or _NOT_SAID),
        ("Risk", _risk(plan)),
        ("Site", clean(plan.site)),
        (
            "Devices",
            f"{len(plan.devices)} of {len(plan.devices) + plan.unchanged} in scope ({clean(plan.scope)})",
        ),
        ("Window", _window(plan)),
        ("Back out by", _back_out_by(plan)),
        ("Expected time", minutes(plan.expected) if plan.expected else _NOT_SAID),
        ("Made by", f"{clean(plan.author)}, {moment(plan.created)}"),
    ]
    if done:
        rows += [
            ("Job", clean(done.job)),
            (
                "Carried out",
                f"{moment(done.begun)} to {moment(done.ended) or 'not ended'} by {clean(done.by)}",
            ),
            ("Closure code", done.closure.upper()),
        ]
    yield Facts(rows=tuple(rows))


def _risk(plan: ChangePlan) -> str:
    risk = highest(part.risk for part in plan.devices)
    why = dict.fromkeys(reason for part in plan.devices if part.risk == risk for reason in part.risks)
    return f"{risk}: {'; '.join(map(clean, why))}" if why else risk


def _window(plan: ChangePlan) -> str:
    if plan.window is None:
        return "any time: the plan names none"
    told = f"{moment(plan.window.start)} to {moment(plan.window.end)}, {day(plan.window.start)}"
    return told + (f" (asked for in {clean(plan.window.zone)})" if plan.window.zone != "UTC" else "")


def _back_out_by(plan: ChangePlan) -> str:
    if plan.window is not None and plan.window.back_out_by:
        return f"{moment(plan.window.back_out_by)}, to end inside the window"
    return _NOT_SAID


def _roles(plan: ChangePlan, done: Done | None) -> Iterator[Block]:
    yield Heading(text="Roles and agreement")
    if done and done.agreed:
        yield Table(
            header=("Person", "Role", "Decision", "How", "Made known"),
            rows=tuple(
                (clean(each.person), clean(each.role), each.decision, clean(each.how), moment(each.when))
                for each in done.agreed
            ),
            widths=(3, 3, 2, 4, 2),
        )
    rows = [("Author of the plan", "1", clean(plan.author), ROOM)]
    rows += [
        (clean(need.role) + (" (key that is touched)" if need.presence else ""), str(need.count), ROOM, ROOM)
        for need in plan.needs
    ]
    rows.append(("Carries it out", "1", clean(done.by) if done else ROOM, ROOM))
    yield Table(header=("Role", "Persons", "Name", "Signature, date"), rows=tuple(rows), widths=(4, 1, 4, 4))
    if not plan.needs:
        yield Text(text="The policy of this site asks nobody to agree to this change.")


def _impact(plan: ChangePlan) -> Iterator[Block]:
    yield Heading(text="Services and sites; expected interruption")
    touched = [each for each in plan.impact if each.sites or each.circuits or each.services]
    if touched:
        yield Table(
            header=("Device", "Sites", "Circuits", "Services"),
            rows=tuple(
                (clean(each.device), *(_list(names) for names in (each.sites, each.circuits, each.services)))
                for each in touched
            ),
            widths=(3, 3, 3, 4),
        )
    cut = [f"{each.device}: {what}" for each in plan.impact for what in each.cut]
    alone = [f"{each.device}: {what}" for each in plan.impact for what in each.unprotected]
    if cut:
        yield Text(text="Interrupted while the device is away:", strong=True)
        yield Ticks(items=tuple(map(clean, cut)))
    if alone:
        yield Text(text="Without a second way while the device is changed:")
        yield Ticks(items=tuple(map(clean, alone)))
    if not cut and not alone:
        told = "none is expected, by the source of truth" if plan.impact else "not computed"
        yield Text(text=f"Interruption: {told}.")
    if plan.may_lose:
        yield Text(text=f"May be gone afterwards, as the author says: {_list(plan.may_lose)}.", strong=True)


def _tell(people: People) -> Iterator[Block]:
    yield Heading(text="Whom to tell; contacts")
    yield Ticks(
        items=tuple(f"{when}: {clean(who)}" for who in people.tell for when in ("before", "after"))
        or ("before: ", "after: ")
    )
    rows = tuple((clean(name), clean(how)) for name, how in people.contacts)
    yield Table(header=("Contact", "Reached by"), rows=rows or ((ROOM, ROOM), (ROOM, ROOM)), widths=(1, 1))


def _before(plan: ChangePlan) -> Iterator[Block]:
    yield Heading(text="Before the change")
    items = [f"The code on this paper is that of the plan file: lw plan show FILE says {plan.code}"]
    if plan.ticket:
        items.append(f"Ticket {clean(plan.ticket)} is open and agreed to")
    if plan.needs:
        items.append("All signatures are given: lw approve --list FILE")
    if plan.window is not None:
        items.append(
            f"It is {moment(plan.window.start)} or later, and it can end before {moment(plan.window.end)}"
        )
    items += [
        "Everybody named above was told",
        "Nobody else works on these devices: lw handover",
        "The way into each device was tried, and a way in that does not pass the network is at hand where there is one",
    ]
    if plan.branch:
        items.append(
            f"Branch {clean(plan.branch)} is to be merged after the change, or the next plan takes it back"
        )
    bare = [part.device for part in plan.devices if not part.timer]
    if bare:
        items.append(f"NO AUTO-ROLLBACK on {_list(bare)}: somebody is at the console")
    own = [part.device for part in plan.devices if part.on_own_path]
    if own:
        items.append(f"OUR OWN WAY IN is changed on {_list(own)}")
    if codes := sum(part.codes for part in plan.devices):
        items.append(f"{codes} one-time codes will be asked for")
    yield Ticks(items=tuple(items))


def _steps(plan: ChangePlan, done: Done | None) -> Iterator[Block]:
    yield Heading(text="Steps")
    yield Text(
        text="Carried out by: lw apply FILE. It reads every device first and writes nothing if one is not as planned; each "
        "change is armed with the device's own timer, read back over a new session, checked, then confirmed."
    )
    shapes = _shapes(plan)
    ended = {each.device: each for each in done.devices} if done else {}
    rows: list[tuple[str, ...]] = []
    number = 0
    for place, batch in enumerate(plan.batches, start=1):
        rows.append((_batch(plan, place),))
        for name in batch:
            number += 1
            rows.append((str(number), *_step(plan.device(name), shapes[name], ended.get(name))))
    yield Table(
        header=("Step", "Device", "Planned", "Expected", "Begun", "Ended", "Result"),
        rows=tuple(rows), widths=(3, 8, 15, 6, 6, 6, 8), boxes=done is None,
    )  # fmt: skip
    if plan.holds:
        yield Text(text="Before the confirmation a person looks, and answers on the screen:")
        yield Ticks(items=tuple(f"{clean(hold.device)}: {clean(hold.question)}" for hold in plan.holds))
    for linked in plan.linked:
        yield Text(
            text=f"Confirmed together or not at all: {_list(linked.devices)} ({clean(linked.why)}).",
            strong=True,
        )


def _batch(plan: ChangePlan, place: int) -> str:
    told = f"Batch {place} of {len(plan.batches)}"
    if place == 1 and len(plan.batches) > 1:
        told += ", canary"
    if plan.rollout.soak and place < len(plan.batches):
        told += f"; then {plan.rollout.soak} s of rest, and everything is looked at again"
    return told


def _step(part: DevicePlan, shape: str, ended: DeviceDone | None) -> tuple[str, ...]:
    planned = f"{len(part.commands)} lines ({shape}), {_net(part)}"
    if part.observe:
        planned += f", watched {part.observe}\u00a0s"
    actual = (moment(ended.begun), moment(ended.ended), ended.result) if ended else (ROOM, ROOM, ROOM)
    return (clean(part.device), planned, minutes(part.expected) if part.expected else ROOM, *actual)


def _after(plan: ChangePlan) -> Iterator[Block]:
    yield Heading(text="Checks")
    checks = dict.fromkeys(check.name for part in plan.devices for check in part.checks)
    items = [f"{clean(name)}: holds on every device before its confirmation" for name in checks]
    items += [
        "lw verify: configurations as intended, neighbours, sessions and cables as documented",
        "The users of the services named above find them as before",
    ]
    yield Ticks(items=tuple(items))


def _back_out(plan: ChangePlan, done: Done | None) -> Iterator[Block]:
    yield Heading(text="Back-out")
    job = clean(done.job) if done else "JOB"
    hours = plan.back_out_within // 3600
    yield Text(
        text=f"lw rollback {job}: agreed to with the plan, for {hours} hours after the job; asks for no new signature, window or "
        "ticket. What is not confirmed goes back by itself when the device's timer is over. By hand, where nothing else is left, the lines below."
    )
    when = [
        "a check fails and the device did not go back by itself",
        f"it is later than {_back_out_by(plan)}"
        if plan.window and plan.window.back_out_by
        else "the time is over",
    ]
    yield Ticks(items=tuple(f"Back out when {each}" for each in when))
    if old := [f"{part.device}: {what}" for part in plan.devices for what in old_secrets(part)]:
        yield Text(
            text=f"Old secrets come from what the job keeps, not from this paper: {_list(old)}.", strong=True
        )
    yield from _back_out_lines(plan)


def _close(plan: ChangePlan) -> Iterator[Block]:
    yield Heading(text="Closing")
    yield Ticks(
        items=(
            "Successful",
            "Successful with deviations",
            "Partly done",
            "Backed out",
            "Not carried out",
        )
    )
    yield Facts(rows=(("Begun", ROOM), ("Ended", ROOM), ("Deviations", ROOM), ("Remarks", ROOM)))
    yield _signatures([need.role for need in plan.needs])


def _closing(plan: ChangePlan, done: Done) -> Iterator[Block]:
    yield Heading(text="Closing: planned against actual")
    planned = minutes(plan.expected) if plan.expected else _NOT_SAID
    yield Facts(
        rows=(
            ("Closure code", done.closure.upper()),
            (
                "Planned",
                f"{len(plan.devices)} devices in {len(plan.batches)} batches, {planned}; {_window(plan)}",
            ),
            ("Actual", _counted(done)),
            ("Deviations", "; ".join(map(clean, done.deviations)) or "none"),
        )
    )
    if notes := [(clean(each.device), clean(note)) for each in done.devices for note in each.notes]:
        yield Table(header=("Device", "Note for the record"), rows=tuple(notes), widths=(1, 3))
    yield _signatures([need.role for need in plan.needs])


def _counted(done: Done) -> str:
    counts: dict[str, int] = {}
    for each in done.devices:
        counts[each.result or "open"] = counts.get(each.result or "open", 0) + 1
    told = ", ".join(f"{number} {result}" for result, number in counts.items())
    return f"{told}; {moment(done.begun)} to {moment(done.ended) or 'not ended'}"


def _signatures(roles: Iterable[str]) -> Table:
    rows = tuple(
        (role, ROOM, ROOM, ROOM)
        for role in ("Carried out by", *map(clean, dict.fromkeys(roles)), "Closed by")
    )
    return Table(header=("Sign-off", "Name", "Signature", "Date, time"), rows=rows, widths=(3, 4, 4, 3))


def _lines(plan: ChangePlan) -> Iterator[Block]:
    yield Heading(text="Exact lines")
    yield Text(text="Secrets stand as tokens: what is sent has the secret itself in that place.")
    for shape, names in _by_shape(plan).items():
        part = plan.device(names[0])
        how = (
            "sent in this order, once"
            if part.order == "sent"
            else "loaded as one candidate, committed at once"
        )
        yield Lines(title=f"Lines {shape}: {_list(names)} ({how})", lines=_pieces(part.commands))


def _back_out_lines(plan: ChangePlan) -> Iterator[Block]:
    for shape, names in _by_shape(plan).items():
        part = plan.device(names[0])
        yield Lines(title=f"Back-out of lines {shape}: {_list(names)}", lines=_pieces(part.back_out))


def _by_shape(plan: ChangePlan) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, shape in _shapes(plan).items():
        found.setdefault(shape, []).append(name)
    return found


def _pieces(lines: Iterable[str]) -> tuple[str, ...]:
    """Lines as they are printed: one entry of several lines (a banner) stays one, its line ends shown."""
    return tuple("\n".join(clean(piece) for piece in line.split("\n")) for line in lines)


def _shapes(plan: ChangePlan) -> dict[str, str]:
    """Which lines each device gets, by a letter: equal lines have equal letters."""
    known: dict[object, str] = {}
    return {
        part.device: known.setdefault((part.platform, part.commands, part.back_out), _letter(len(known)))
        for part in plan.devices
    }


def _letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _net(part: DevicePlan) -> str:
    return f"auto-rollback {part.timer}\u00a0s" if part.timer else "NO auto-rollback"


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(clean, names))
