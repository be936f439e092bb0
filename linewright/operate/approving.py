"""What a person says of a plan: made into a statement, signed with their own key, kept and written down."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from linewright.errors import DataError, LinewrightError, Refused, SettingsError, UsageError
from linewright.files import read_bounded, write_whole
from linewright.model.objects import Record
from linewright.model.observation import now_text
from linewright.operate.agreed import (
    refuse_not_as_asked,
    refuse_other_policy,
    standing_of,
)
from linewright.operate.hearing import case_of, heard, keep, listened, note_all
from linewright.operate.policy_folder import PolicyFolder, policy_folder
from linewright.operate.proving import prove_plan
from linewright.operate.workplace import Workplace
from linewright.plan.agreement.faults import does_not_hold, not_believed, not_counted
from linewright.plan.agreement.records import Decision, Need, Recorded, Signed, Statement
from linewright.plan.agreement.shown import shown_digest
from linewright.plan.agreement.standard import pattern, pattern_digest, signed_of
from linewright.plan.agreement.statements import folder_of, namespace, statement_bytes, write
from linewright.plan.changeplan import ChangePlan
from linewright.seal import openssl_cms, ssh_keygen
from linewright.seal.canonical import canonical, code

_LARGEST_KEY = 64 * 1024
#: Hours that a statement holds where no policy is here that says how long it may.
_HOURS = 168


class Said(Record, frozen=True):
    """What somebody wants to say. `hours` 0 is as long as the policy allows; `role` "" is chosen."""

    decision: Decision
    role: str = ""
    hours: int = 0
    reason: str = ""
    recorded: Recorded | None = None
    revokes: str = ""


def worker(place: Workplace) -> str:
    """Who works here.

    Raises:
        SettingsError: the settings do not say.
    """
    if not (told := place.settings.approvals).person:
        raise SettingsError(
            "the settings do not say who works here", hint="set approvals.person and approvals.key"
        )
    return told.person


def unproved(place: Workplace, plan: ChangePlan) -> str:
    """Make the plan again here and compare; why that cannot be done here, in words, "" where it was done.

    Raises:
        Refused, Moved: it can be done here, and the plan is not what comes of it.
    """
    try:
        place.snapshot(code(plan.snapshot))
    except LinewrightError as error:
        return f"the snapshot it was made from is not here ({error.message})"
    try:
        _ = place.secrets.key
    except LinewrightError:
        return "the site's key is not here"
    prove_plan(place, plan)
    return ""


def statement_of(
    place: Workplace,
    plan: ChangePlan,
    folder: PolicyFolder | None,
    said: Said,
    *,
    now: datetime | None = None,
) -> Statement:
    """The statement that says this of a plan, ready to be signed by who works here.

    Raises:
        Refused: the policy here would not count it: it is another policy than the plan's, no ticket, the author's own
            approval, a role that the person does not have or that nobody asks for, no right to record.
        SettingsError: the settings do not say who works here.
        UsageError: it is to hold longer than the policy allows.
    """
    at = now or datetime.fromtimestamp(time.time(), UTC)
    person = worker(place)
    if folder is not None and said.decision == "approve":
        refuse_other_policy(plan, folder)
        refuse_not_as_asked(plan, folder.policy)
    longest = folder.policy.longest_hours if folder else _HOURS
    if said.hours > longest:
        raise UsageError(
            f"{said.hours} hours: the policy lets none hold for over {longest}", hint=f"--hours {longest}"
        )
    of = said.recorded.by if said.recorded else person
    made = Statement(
        kind="linewright-statement/1",
        plan=plan.digest,
        site=plan.site,
        ticket=plan.ticket,
        decision=said.decision,
        person=person,
        role=said.role or (_role(place, plan, folder, of, at) if said.decision == "approve" else ""),
        not_after=now_text((at + timedelta(hours=said.hours or longest)).timestamp())
        if said.decision == "approve"
        else "",
        shown=shown_digest(plan),
        made=now_text(at.timestamp()),
        reason=said.reason,
        recorded=said.recorded,
        revokes=said.revokes,
    )
    statement_bytes(made)
    return made


def signed_by_key(place: Workplace, statement: Statement) -> Signed:
    """A statement, signed with the key of the settings: stock ssh-keygen or openssl asks on the terminal what it needs.

    Raises:
        SettingsError: no key is set.
        SecretError, FacilityError: it could not be signed.
        DataError: the key is none.
    """
    if not place.settings.approvals.key:
        raise SettingsError(
            f"the settings do not say with which key {statement.person} signs", hint="set approvals.key"
        )
    key = place.settings.path(place.settings.approvals.key)
    try:
        form: Literal["ssh", "cms"] = (
            "cms" if b"-----BEGIN CERTIFICATE-----" in read_bounded(key, _LARGEST_KEY) else "ssh"
        )
    except FileNotFoundError:
        raise DataError(
            f"{key}: there is no such key", hint="approvals.key names the key you sign with"
        ) from None
    message = statement_bytes(statement)
    signature = (
        openssl_cms.sign(message, key)
        if form == "cms"
        else ssh_keygen.sign(message, key, namespace(statement.decision))
    )
    return Signed(statement=statement, form=form, signature=signature.decode("ascii"))


def taken(
    place: Workplace, plan: ChangePlan, file: Path, folder: PolicyFolder | None, signed: Signed
) -> Path:
    """Keep what was signed: beside the plan and, with a record in the journal, here. The file beside the plan.

    Raises:
        Refused: it would not count: the key is not the person's, or anything else that `apply` would refuse; nothing is kept.
        FacilityError: it cannot be written.
    """
    now = datetime.fromtimestamp(time.time(), UTC)
    if folder is not None:
        one = listened(signed, folder, now)
        case = case_of(plan, folder, now)
        fault = not_believed(one, case)
        if not fault and signed.statement.decision == "approve":
            fault = does_not_hold(one, case) or not_counted(one, case)
        if fault:
            raise Refused(
                f"what {signed.statement.person} signed would not count: {fault}", hint="nothing was kept"
            )
    path = write(folder_of(file), signed)
    keep(place, signed)
    if folder is not None:
        journal = place.state.journal()
        try:
            note_all(place, plan, folder, journal, now)
        finally:
            journal.close()
    return path


def sign_as_author(place: Workplace, plan: ChangePlan, file: Path) -> Path | None:
    """Sign a plan as who made it, where the settings say who works here and with which key; the file beside the plan.

    Raises:
        SecretError, FacilityError, DataError: it cannot be signed.
        Refused: the signature would not count here, or the plan lacks the ticket or author that the policy asks for.
    """
    told = place.settings.approvals
    if (folder := policy_folder(place)) is not None:
        refuse_not_as_asked(plan, folder.policy)  # told as the plan is made: later it costs others their time
    if not (told.person and told.key and plan.author == told.person):
        return None
    statement = statement_of(place, plan, folder, Said(decision="author"))
    return taken(place, plan, file, folder, signed_by_key(place, statement))


def own_statements(
    place: Workplace, plan: ChangePlan, folder: PolicyFolder, person: str
) -> tuple[tuple[str, Statement], ...]:
    """What a person has signed of a plan and not taken back, the newest first, each with its SHA-256."""
    now = datetime.fromtimestamp(time.time(), UTC)
    found = heard(place, plan.digest, folder, now)[0]
    back = {one.statement.revokes for one in found if one.statement.person == person}
    mine = [
        (one.id, one.statement)
        for one in found
        if one.statement.person == person and one.statement.decision != "revoke" and one.id not in back
    ]
    return tuple(sorted(mine, key=lambda pair: pair[1].made, reverse=True))


def sign_pattern(place: Workplace, file: Path, role: str, hours: int) -> Path:
    """Sign the pattern of a standard change; the signature is added to NAME.signed beside it, which is returned.

    Raises:
        DataError: the file is no pattern.
        SettingsError, SecretError, FacilityError: it cannot be signed or written.
    """
    try:
        data = read_bounded(file, _LARGEST_KEY)
    except FileNotFoundError:
        raise DataError(f"{file}: there is no such file") from None
    pattern(data, str(file))
    digest = pattern_digest(data)
    at = datetime.fromtimestamp(time.time(), UTC)
    statement = Statement(
        kind="linewright-statement/1", plan=digest, site=place.settings.site_id, ticket="", decision="approve",
        person=worker(place), role=role, not_after=now_text((at + timedelta(hours=hours)).timestamp()), shown=digest,
        made=now_text(at.timestamp()),
    )  # fmt: skip
    signed = signed_by_key(place, statement)
    beside = file.with_suffix(".signed")
    try:
        former = signed_of(read_bounded(beside, 1 << 20), str(beside))
    except FileNotFoundError:
        former = ()
    kept = [
        one for one in former if one.statement.plan == digest and one.statement.person != statement.person
    ]
    write_whole(beside, canonical([*kept, signed]))
    return beside


def _role(place: Workplace, plan: ChangePlan, folder: PolicyFolder | None, person: str, now: datetime) -> str:
    """The role in which a person agrees: one that is still missing, else one that is asked for."""
    missing: tuple[Need, ...] = plan.needs
    if folder is not None:
        missing = standing_of(place, plan, folder, now)[0].missing
        for need in (*missing, *plan.needs):
            if folder.policy.has(person, need.role):
                return need.role
        raise Refused(
            f"plan {plan.code}: {person} has none of the roles that are asked for",
            hint="lw approve --list FILE says who is asked",
        )
    if len(missing) != 1:
        raise UsageError("in which role you agree is not known here", hint="name it: --role")
    return missing[0].role


def handed_in(statement: Path, signature: Path) -> Signed:
    """A statement that was signed elsewhere (a card, another machine): the bytes as they were written here, and the signature.

    Raises:
        DataError, Refused: one of both cannot be read, or is none.
    """
    try:
        data, by = read_bounded(statement, _LARGEST_KEY), read_bounded(signature, _LARGEST_KEY)
        said = msgspec.json.decode(data, type=Statement)
        text = by.decode("ascii").replace("\r\n", "\n")
    except FileNotFoundError as error:
        raise DataError(f"{error.filename}: there is no such file") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"{statement}, {signature}: not a statement and its signature: {error}") from None
    if statement_bytes(said) != data:
        raise Refused(f"{statement}: not as it was written")
    form: Literal["ssh", "cms"] = "ssh" if "BEGIN SSH SIGNATURE" in text else "cms"
    return Signed(statement=said, form=form, signature=text)
