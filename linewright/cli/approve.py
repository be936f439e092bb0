"""`lw approve`: agree to a plan, or say no; who has."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from linewright.cli.options import here
from linewright.cli.screen import agreed, on_terminal, say, say_all, say_prose, warn_prose
from linewright.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from linewright.operate.approving import Said
    from linewright.operate.policy_folder import PolicyFolder
    from linewright.operate.workplace import Workplace
    from linewright.plan.agreement.judging import Standing
    from linewright.plan.agreement.records import Signed, Statement
    from linewright.plan.changeplan import ChangePlan


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--list", "listed", is_flag=True, help="Say who agreed, who denied, who is missing; sign nothing."
)
@click.option(
    "--deny", "reason", metavar="REASON", default=None, help="Say no, and why. It stays to be seen."
)
@click.option("--author", is_flag=True, help="Sign that you made this plan.")
@click.option("--revoke", is_flag=True, help="Take back what you have signed of this plan.")
@click.option("--record", is_flag=True, help="Write down what somebody else decided on paper or in a ticket.")
@click.option("--by", metavar="PERSON", default="", help="With --record: who decided.")
@click.option("--medium", type=click.Choice(["paper", "ticket"]), default=None, help="With --record: where.")
@click.option("--reference", metavar="TEXT", default="", help="With --record: where it can be found.")
@click.option("--role", default="", help="The role in which it is agreed; one that is missing when left out.")
@click.option(
    "--hours",
    type=click.IntRange(1, 8760),
    default=None,
    help="How long it holds; as long as it may when left out.",
)
@click.option("--code", default="", help="The plan code, where nobody can be asked to type it.")
@click.option("--standard", is_flag=True, help="FILE is a pattern of standard changes: sign that.")
@click.option(
    "--statement", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="Write what is to be signed here, to be signed elsewhere; with --signature: what was signed.",
)  # fmt: skip
@click.option(
    "--signature", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="With --statement: take the signature that was made elsewhere (OpenSSH, or CMS in PEM).",
)  # fmt: skip
@click.pass_context
def approve(
    context: click.Context,
    file: Path,
    *,
    listed: bool,
    reason: str | None,
    author: bool,
    revoke: bool,
    record: bool,
    by: str,
    medium: str | None,
    reference: str,
    role: str,
    hours: int | None,
    code: str,
    standard: bool,
    statement: Path | None,
    signature: Path | None,
) -> int:
    """Agree to a plan with your own key: what you see here is what you sign for.

    The plan is made again and compared where its data is here, its first screen is shown, and you type the plan code. What you
    sign says to which plan, in which role and until when; it lies beside the plan, in FILE.signed, and counts while the
    policy of the approvals folder says so. The back-out of the change is agreed to with it. A no stays to be seen, also at later
    plans for the same ticket or devices.

    \b
    Example:
      lw approve chg1142.lwplan
      lw approve --list chg1142.lwplan
      lw approve --deny "not in exam week" chg1142.lwplan
      lw approve --record --by a.rossi --medium paper --reference "binder 7, page 12" chg1142.lwplan
    """
    from linewright.operate.policy_folder import policy_folder
    from linewright.plan.changeplan import load

    if sum((listed, reason is not None, author, revoke, standard)) - (record and reason is not None) > 1:
        raise UsageError("--list, --deny, --author, --revoke and --standard exclude each other")
    if record is not bool(by and medium and reference):
        raise UsageError("--record goes with --by, --medium and --reference, and they with it")
    if record and (listed or author or revoke or standard):
        raise UsageError("--record writes down an approval or, with --deny, a denial")
    if signature is not None and statement is None:
        raise UsageError("--signature goes with --statement", hint="--statement names what was signed")
    place = here(context)
    if standard:
        return _pattern(place, file, role, hours)
    plan = load(file)
    folder = policy_folder(place)
    standing, notes = _standing(place, plan, file, folder)
    if listed:
        return _list(plan, folder, standing, notes)
    say_all(_summary(plan))
    if signature is not None and statement is not None:
        return _hand_in(place, plan, file, folder, statement, signature)
    wishes = _wishes(place, plan, folder, revoke=revoke, author=author, reason=reason, role=role, hours=hours,
                     recorded=(by, medium or "", reference) if record else None)  # fmt: skip
    _before(place, plan, folder, standing, notes, proof=reason is None and not revoke)
    return _sign(place, plan, file, folder, wishes, code, statement)


def _summary(plan: "ChangePlan") -> list[str]:
    from linewright.plan.screen import summary

    return list(summary(plan))


def _standing(
    place: "Workplace", plan: "ChangePlan", file: Path, folder: "PolicyFolder | None"
) -> "tuple[Standing | None, tuple[str, ...]]":
    """Who has agreed, with what lies beside the plan taken in; None where no folder says who counts."""
    from datetime import UTC, datetime

    from linewright.operate.agreed import standing_of
    from linewright.operate.hearing import denied_before, take_in
    from linewright.operate.policy_folder import informs_only

    if folder is None:
        return None, ()
    now = datetime.now(UTC)
    journal = place.state.journal()
    try:
        came = take_in(place, plan, file, folder, journal, now=now)
        before = tuple(f"DENIED before: {text}" for text in denied_before(journal.entries(), plan))
    finally:
        journal.close()
    standing, damaged = standing_of(place, plan, folder, now)
    informs = informs_only(folder, plan.author, place.settings.approvals.person)
    return standing, (*came.notes, *damaged, *before, *([informs] if informs else []))


def _list(
    plan: "ChangePlan", folder: "PolicyFolder | None", standing: "Standing | None", notes: tuple[str, ...]
) -> int:
    from linewright.cli.approve_screen import standing_lines
    from linewright.operate.agreed import refuse_other_policy

    say_all(_summary(plan)[:1])
    if standing is None:
        say_prose(["Nobody has to agree: this site names no folder of approvals (approvals.folder)."])
        return int(ExitCode.DONE)
    refuse_other_policy(plan, folder)
    say_all(standing_lines(plan, standing, notes))
    return int(ExitCode.FINDING if standing.missing or standing.denials else ExitCode.DONE)


def _wishes(
    place: "Workplace",
    plan: "ChangePlan",
    folder: "PolicyFolder | None",
    *,
    revoke: bool,
    author: bool,
    reason: str | None,
    role: str,
    hours: int | None,
    recorded: tuple[str, str, str] | None,
) -> "list[Said]":
    from linewright.operate.approving import Said, own_statements, worker
    from linewright.plan.agreement.records import Recorded

    told = Recorded(by=recorded[0], medium=recorded[1], reference=recorded[2]) if recorded else None
    if revoke:
        person = worker(place)
        mine = own_statements(place, plan, folder, person) if folder else ()
        if not mine:
            raise UsageError(f"{person} has signed nothing of plan {plan.code} that is known here")
        return [Said(decision="revoke", revokes=digest) for digest, _ in mine]
    if reason is not None:
        if not reason.strip():
            raise UsageError("a denial says why", hint="lw approve --deny REASON FILE")
        return [Said(decision="deny", reason=reason.strip(), role=role, recorded=told)]
    if author:
        return [Said(decision="author")]
    return [Said(decision="approve", role=role, hours=hours or 0, recorded=told)]


def _before(
    place: "Workplace",
    plan: "ChangePlan",
    folder: "PolicyFolder | None",
    standing: "Standing | None",
    notes: tuple[str, ...],
    *,
    proof: bool,
) -> None:
    """What is known before somebody signs: whether the plan was made again, and what others have said."""
    from linewright.cli.approve_screen import standing_lines
    from linewright.operate.approving import unproved

    say()
    if proof:
        why = unproved(place, plan)
        say_prose([
            f"NOT made again here: {why}. `lw apply` does, before it writes." if why
            else "Made again here from its data and templates: the same plan."
        ])  # fmt: skip
    if standing is None:
        why = (
            "no folder of approvals is set here (approvals.folder): whether your key counts is not looked at"
        )
        say_prose([f"Note      {why}"])
    elif folder is not None:
        say_all(line for line in standing_lines(plan, standing, notes) if not line.endswith("Ready."))


def _sign(
    place: "Workplace",
    plan: "ChangePlan",
    file: Path,
    folder: "PolicyFolder | None",
    wishes: "list[Said]",
    code: str,
    statement: Path | None,
) -> int:
    from linewright.cli.approve_screen import done_line, question
    from linewright.files import write_whole
    from linewright.operate.approving import signed_by_key, statement_of, taken
    from linewright.plan.agreement.statements import statement_bytes

    made = [statement_of(place, plan, folder, said) for said in wishes]
    if not plan.needs and made[0].decision == "approve":
        raise UsageError(f"nobody is asked to agree to plan {plan.code}", hint=f"lw apply {file}")
    say_prose(question(plan, made[0]))
    if not _typed(plan.code, code):
        say("Nothing was signed.")
        return int(ExitCode.USAGE)
    for each in made:
        if statement is not None:
            write_whole(statement, statement_bytes(each))
            say(
                f"Written   {statement}    (sign it, then: lw approve {file} --statement {statement} --signature FILE)"
            )
            continue
        taken(place, plan, file, folder, signed_by_key(place, each))
    if statement is None:
        say(done_line(made[0], _standing(place, plan, file, folder)[0]))
    return int(ExitCode.DONE)


def _hand_in(
    place: "Workplace",
    plan: "ChangePlan",
    file: Path,
    folder: "PolicyFolder | None",
    statement: Path,
    signature: Path,
) -> int:
    """Take what was signed elsewhere. The statement says all; who signed it was shown the plan when it was made."""
    from linewright.cli.approve_screen import done_line
    from linewright.operate.approving import handed_in, taken

    signed: Signed = handed_in(statement, signature)
    said: Statement = signed.statement
    if said.plan != plan.digest:
        raise UsageError(f"{statement} is about another plan than {file}")
    taken(place, plan, file, folder, signed)
    say(done_line(said, _standing(place, plan, file, folder)[0]))
    return int(ExitCode.DONE)


def _pattern(place: "Workplace", file: Path, role: str, hours: int | None) -> int:
    from linewright.operate.approving import sign_pattern
    from linewright.operate.policy_folder import policy_folder

    folder = policy_folder(place)
    longest = folder.policy.approvals.standard_hours if folder else 8760
    if hours is not None and hours > longest:
        raise UsageError(
            f"the policy lets no pattern hold for over {longest} hours", hint=f"--hours {longest}"
        )
    if not role and folder is not None:
        mine = [each.role for each in folder.policy.approvals.standard
                if folder.policy.has(place.settings.approvals.person, each.role)]  # fmt: skip
        role = mine[0] if mine else ""
    if not role:
        raise UsageError("in which role you agree to the pattern is not known", hint="name it: --role")
    try:
        say_all(file.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: cannot be read: {error}") from None
    say()
    say_prose(
        [
            f"Every plan that fits this pattern may then be applied without being agreed to, as you agree to it as {role}."
        ]
    )
    if not on_terminal():
        warn_prose("Nobody is here to agree to it: run it on a terminal.")
        return int(ExitCode.USAGE)
    if not agreed("Type the name of the pattern to go on:", file.stem):
        say("Nothing was signed.")
        return int(ExitCode.USAGE)
    say(f"Signed    {sign_pattern(place, file, role, hours or longest)}")
    return int(ExitCode.DONE)


def _typed(code: str, given: str) -> bool:
    """Whether the plan code was typed: on the terminal, or given where nobody is at one."""
    if given:
        if given.strip().lower() != code.lower():
            raise UsageError(f"{given!r} is not the code of this plan ({code})")
        return True
    if not on_terminal():
        raise UsageError(
            "nobody is here to type the plan code", hint="--code CODE, as it stands on the printed plan"
        )
    return agreed("Type the plan code to sign:", code)
