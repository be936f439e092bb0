"""What people have said of a plan: their signed statements, from beside the plan's file into the state folder and the journal.

What was heard once stays: a denial that was believed stands in the journal, whatever becomes of its file or of its key.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from linewright.errors import LinewrightError, Refused
from linewright.files import private_folder
from linewright.journal.journal import Entry, Journal
from linewright.model.objects import Record
from linewright.operate.policy_folder import PolicyFolder
from linewright.operate.workplace import Workplace
from linewright.plan.agreement.faults import Case, Heard, not_believed, person_of, subject
from linewright.plan.agreement.records import Decision, Signed
from linewright.plan.agreement.shown import shown_digest
from linewright.plan.agreement.signers import who
from linewright.plan.agreement.statements import folder_of, load_folder, statement_digest, write
from linewright.plan.changeplan import ChangePlan

#: The event of the journal for each decision.
EVENTS: Mapping[Decision, str] = {
    "author": "author signed",
    "approve": "approved",
    "deny": "denied",
    "present": "present",
    "countersign": "countersigned",
    "revoke": "taken back",
}
#: Of earlier denials, so many are told.
_TOLD = 5


class TakenIn(Record, frozen=True):
    """What came of the files beside a plan: how many are new here, and what is said of those that were not taken."""

    new: int = 0
    notes: tuple[str, ...] = ()


def kept_in(place: Workplace, digest: str) -> Path:
    """Where the statements about a plan (or pattern) of that digest are kept here."""
    return place.state.folder / "approvals" / digest


def take_in(
    place: Workplace, plan: ChangePlan, file: Path, folder: PolicyFolder, journal: Journal, *, now: datetime
) -> TakenIn:
    """Keep the statements that lie beside a plan's file; those that are new and believed are written into the journal.

    Raises:
        DataError, Refused: the folder beside the plan cannot be read, or holds too much.
        FacilityError: they cannot be kept.
    """
    found, bad = load_folder(folder_of(file))
    kept = kept_in(place, plan.digest)
    here = {
        statement_digest(one.statement)
        for one in load_folder(kept)[0]
        # A statement under which somebody has put a wrong signature must not keep the right one out.
        if not listened(one, folder, now).refused
    }
    notes = [error.message for error in bad]
    new = 0
    for signed in found:
        if signed.statement.plan != plan.digest:
            said = signed.statement
            notes.append(f"{said.person}: {said.decision}: it is about another plan")
        elif statement_digest(signed.statement) not in here:
            keep(place, signed)
            new += 1
    note_all(place, plan, folder, journal, now)
    return TakenIn(new=new, notes=tuple(notes))


def keep(place: Workplace, signed: Signed) -> None:
    """Keep one signed statement in the state folder.

    Raises:
        FacilityError: it cannot be written.
    """
    kept = kept_in(place, signed.statement.plan)
    private_folder(kept)
    write(kept, signed)


def note_all(
    place: Workplace, plan: ChangePlan, folder: PolicyFolder, journal: Journal, now: datetime
) -> None:
    """Write every statement that is kept here, is believed and is not in the journal yet into the journal."""
    noted = {
        str(entry.detail.get("statement")) for entry in journal.entries() if entry.event in EVENTS.values()
    }
    case = case_of(plan, folder, now)
    for one in heard(place, plan.digest, folder, now)[0]:
        if one.id in noted or not_believed(one, case):
            continue
        said = one.statement
        journal.append(
            "",
            EVENTS[said.decision],
            statement=one.id,
            plan=plan.digest,
            code=plan.code,
            ticket=plan.ticket,
            devices=[part.device for part in plan.devices],
            person=person_of(one),
            signer=one.person,
            role=said.role,
            reason=said.reason,
            recorder=one.person if said.recorded else "",
            revokes=said.revokes,
            about=said.about,
            not_after=said.not_after,
        )


def heard(
    place: Workplace, digest: str, folder: PolicyFolder, now: datetime
) -> tuple[tuple[Heard, ...], tuple[str, ...]]:
    """The statements about a plan that are kept here, each with what its signature proves now; what is said of damaged ones.

    Raises:
        DataError, Refused: they cannot be read at all.
    """
    found, bad = load_folder(kept_in(place, digest))
    return tuple(listened(one, folder, now) for one in found), tuple(error.message for error in bad)


def listened(signed: Signed, folder: PolicyFolder, now: datetime) -> Heard:
    """One signed statement and what its signature proves."""
    said = signed.statement
    digest = statement_digest(said)
    try:
        by = who(signed, folder.signers, folder.certificates, now)
    except LinewrightError as error:
        return Heard(statement=said, id=digest, person=said.person, refused=error.message)
    return Heard(statement=said, id=digest, person=by.person, key=by.key, presence=by.presence)


def case_of(plan: ChangePlan, folder: PolicyFolder, now: datetime) -> Case:
    """A plan as it is judged here now, for approvals."""
    return Case(
        of=subject(plan),
        policy=folder.policy,
        revoked=folder.revoked,
        now=now,
        shown=shown_digest(plan),
        needs=plan.needs,
        longest=folder.policy.longest_hours,
    )


def denials(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The denials of the journal that who signed them has not taken back, oldest first."""
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.event == EVENTS["deny"]:
            found[str(entry.detail.get("statement"))] = entry
        elif entry.event == EVENTS["revoke"]:
            of = found.get(str(entry.detail.get("revokes")))
            if of is not None and of.detail.get("signer") == entry.detail.get("signer"):
                del found[str(entry.detail.get("revokes"))]
    return tuple(found.values())


def denied_before(entries: Iterable[Entry], plan: ChangePlan) -> tuple[str, ...]:
    """Denials of other plans for the same ticket or the same devices, the newest first, as lines for people."""
    devices = {part.device for part in plan.devices}
    lines: list[str] = []
    for entry in reversed(denials(entries)):
        detail = entry.detail
        same = [name for name in detail.get("devices") or () if name in devices]
        why = "the same ticket" if plan.ticket and detail.get("ticket") == plan.ticket else ""
        if detail.get("plan") == plan.digest or not (why or same):
            continue
        where = why or f"also {', '.join(same[:2])}" + f" and {len(same) - 2} more" * (len(same) > 2)
        lines.append(f"plan {detail.get('code')} ({where}) by {_said(entry)}, {entry.time}")
    return (*lines[:_TOLD], *([f"and {len(lines) - _TOLD} more"] if len(lines) > _TOLD else []))


def _said(entry: Entry) -> str:
    recorder = entry.detail.get("recorder")
    by = f"{entry.detail.get('person')}{f' (recorded by {recorder})' if recorder else ''}"
    return f"{by}: {entry.detail.get('reason') or 'no reason given'}"


def denied_before_here(place: Workplace, plan: ChangePlan) -> tuple[str, ...]:
    """The same by this site's journal; none where no approvals folder is set.

    Raises:
        FacilityError: the journal cannot be read.
    """
    if not place.settings.approvals.folder:
        return ()
    journal = place.state.journal()
    try:
        return denied_before(journal.entries(), plan)
    finally:
        journal.close()


def refuse_denied(entries: Iterable[Entry], plan: ChangePlan) -> None:
    """A plan that somebody has said no to is not applied.

    Raises:
        Refused: somebody has.
    """
    if found := [_said(entry) for entry in denials(entries) if entry.detail.get("plan") == plan.digest]:
        raise Refused(
            f"plan {plan.code} was denied by {'; '.join(found)}",
            hint="make another plan, or have who denied it take that back: lw approve --revoke",
        )
