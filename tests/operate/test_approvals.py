"""Who has to agree to a plan: every approval that does not count is named, `lw apply` ends with 3, and the switches are asked nothing but questions."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec
import pytest

from linewright.model.observation import now_text
from linewright.operate.agreed import before_applying
from linewright.operate.hearing import kept_in
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.plan.agreement.records import Recorded, Signed, Statement
from linewright.plan.agreement.shown import shown_digest
from linewright.plan.agreement.statements import folder_of, namespace, statement_bytes, write
from linewright.plan.changeplan import ChangePlan, dump
from linewright.seal.signature import SigningKey, made_key

_LEAD, _OFFICER = "shift lead", "change officer"


def hours(number: float) -> str:
    return now_text((datetime.now(UTC) + timedelta(hours=number)).timestamp())


class Night:
    """A site with an approvals folder, and a plan that needs two shift leads; made by m.keller."""

    def __init__(self, sealed: Any, folder: Path) -> None:
        self.sealed, self.folder = sealed, folder
        people = {
            "m.keller": ("Maria Keller", ["engineer", _LEAD]),
            "a.rossi": ("Anna Rossi", [_LEAD]),
            "j.lind": ("Jon Lind", [_LEAD]),
            "o.dahl": ("Ole Dahl", [_OFFICER]),
            "e.noor": ("Elif Noor", ["engineer"]),
        }
        self.keys = {name: made_key(folder.parent / "keys" / name) for name in people}
        self.second = made_key(folder.parent / "keys" / "a.rossi-2")
        two = [{"role": _LEAD, "count": 2}]
        self.policy: dict[str, Any] = {
            "schema": "linewright.policy/1",
            "people": {name: {"name": shown, "roles": roles} for name, (shown, roles) in people.items()},
            "approvals": {"normal": {"low": two, "normal": two, "high": two}},
            "ticket": {"required": True, "pattern": r"CHG-\d+"},
            "recorders": [_OFFICER],
        }
        folder.mkdir(mode=0o755)
        self.write("policy.yaml", json.dumps(self.policy))
        self.signers()
        sealed.settings(lambda ours: ours.update(approvals={"folder": str(folder), "person": "m.keller"}))
        self.plan = self.planned()
        self.file = sealed.folder / "night.lwplan"
        self.file.write_bytes(dump(self.plan))

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    def signers(self, *more: str, without: tuple[str, ...] = ()) -> None:
        both = f'namespaces="{namespace("approve")},{namespace("author")}"'
        lines = [f"{name} {both} {key.public}" for name, key in self.keys.items() if name not in without]
        self.write("signers", "\n".join([*lines, f"a.rossi {both} {self.second.public}", *more, ""]))

    def planned(self, ticket: str = "CHG-1142", **more: Any) -> ChangePlan:
        request = Request(scope=Scope(devices=(self.sealed.first, self.sealed.second)), ticket=ticket, **more)
        made = make_plan(
            self.sealed.place, self.sealed.place.snapshot(), request, lambda _device, _error: None
        )
        assert made.plan is not None, made.problems
        return made.plan

    def statement(self, person: str, **other: Any) -> Statement:
        said: dict[str, Any] = {
            "kind": "linewright-statement/1", "plan": self.plan.digest, "site": self.plan.site,
            "ticket": self.plan.ticket, "decision": "approve", "person": person, "role": _LEAD, "not_after": hours(24),
            "shown": shown_digest(self.plan), "made": hours(0),
        }  # fmt: skip
        return Statement(**(said | other))

    def say(self, person: str, key: SigningKey | None = None, **other: Any) -> Signed:
        """A signed statement, laid beside the plan."""
        said = self.statement(person, **other)
        by = (key or self.keys[person]).sign(statement_bytes(said), namespace(said.decision))
        signed = Signed(statement=said, form="ssh", signature=by.decode())
        write(folder_of(self.file), signed)
        return signed

    @contextmanager
    def refused(self, named: str, *also: str) -> Iterator[None]:
        """What is done inside keeps the plan from being applied, for this reason, and nothing is written."""
        yield
        with self.sealed.untouched():
            code, said = self.sealed.apply(self.file)
        assert re.search(named, said), said
        assert all(each in said for each in also), said
        assert "REFUSED, nothing written" in said
        assert "Next: " in said
        assert code == 3, said


@pytest.fixture(scope="module")
def whole(sealed: Any, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(sealed, tmp_path_factory.mktemp("officer") / "approvals")


@pytest.fixture
def night(whole: Night) -> Iterator[Night]:
    """One for a whole module; what a test has turned over is put back."""
    yield whole
    whole.write("policy.yaml", json.dumps(whole.policy))
    whole.signers()
    (whole.folder / "revoked.yaml").unlink(missing_ok=True)
    rmtree(folder_of(whole.file), ignore_errors=True)
    rmtree(kept_in(whole.sealed.place, whole.plan.digest), ignore_errors=True)
    whole.file.write_bytes(dump(whole.plan))


def test_a_plan_says_who_has_to_agree(night: Night) -> None:
    assert [(need.role, need.count) for need in night.plan.needs] == [(_LEAD, 2)]
    assert night.plan.author == "m.keller"
    assert night.plan.change == "normal"
    assert "approvals" in night.plan.policies


def test_nobody_agreed(night: Night) -> None:
    with night.refused(r"is not agreed to: missing: 2 shift lead", "lw approve"):
        pass


def test_one_of_two_agreed(night: Night) -> None:
    with night.refused("missing: 1 shift lead"):
        night.say("a.rossi")


Case = Callable[[Night], object]
#: What does not count, and how it is named. Beside each stands one good approval: one is missing.
_CASES: dict[str, tuple[Case, str]] = {
    "the author": (lambda n: n.say("m.keller"), "m.keller: who made a plan cannot agree to it"),
    "two keys of one person": (
        lambda n: n.say("a.rossi", n.second, made=hours(-0.01)),
        "a.rossi: agreed with two keys; a person counts once",
    ),
    "expired": (lambda n: n.say("j.lind", not_after=hours(-1)), "j.lind: it expired at "),
    "for ever": (lambda n: n.say("j.lind", not_after=hours(9000)), "longer than the 168 hours"),
    "of another site": (lambda n: n.say("j.lind", site="kit-2"), r"j.lind: it is for another site \(kit-2\)"),
    "for another ticket": (lambda n: n.say("j.lind", ticket="CHG-1"), "j.lind: it is for another ticket"),
    "another summary": (
        lambda n: n.say("j.lind", shown="0" * 64),
        "j.lind: its signer was shown another summary than is shown here",
    ),
    "backdated": (
        lambda n: n.say("j.lind", made=hours(-48)),
        "j.lind: it is backdated: it says it was made at .*, before the plan was",
    ),
    "of tomorrow": (lambda n: n.say("j.lind", made=hours(2)), "j.lind: .* still to come"),
    "about a job": (lambda n: n.say("j.lind", about="J0001-AAAA-BBBB"), "j.lind: it is about another job"),
    "in a role that is not theirs": (lambda n: n.say("e.noor"), "e.noor does not have the role"),
    "in a role nobody asks for": (
        lambda n: n.say("e.noor", role="engineer"),
        "e.noor: nobody is asked for in the role 'engineer'",
    ),
    "somebody else's key": (
        lambda n: n.say("j.lind", n.keys["e.noor"]),
        "says that it is from j.lind, and was signed with a key of e.noor",
    ),
    "a key of nobody": (
        lambda n: (n.say("j.lind"), n.signers(without=("j.lind",))),
        "j.lind: nobody's key: SHA256:",
    ),
    "a statement altered after it was signed": (
        lambda n: write(
            folder_of(n.file),
            msgspec.structs.replace(n.say("j.lind", role="engineer"), statement=n.statement("j.lind")),
        ),
        "j.lind: the signature under 'j.lind'",
    ),
    "revoked by its number": (
        lambda n: n.write(
            "revoked.yaml",
            f"schema: linewright.revoked/1\nstatements: [{_number(n.say('j.lind'))}]\n",
        ),
        "j.lind: it was revoked",
    ),
    "a revoked person": (
        lambda n: (
            n.say("j.lind"),
            n.write("revoked.yaml", "schema: linewright.revoked/1\npeople: [j.lind]\n"),
        ),
        "j.lind was revoked",
    ),
    "taken back by who said it": (
        lambda n: n.say("j.lind", decision="revoke", role="", revokes=_number(n.say("j.lind"))),
        "j.lind: it was taken back",
    ),
    "recorded by somebody who may not": (
        lambda n: n.say("e.noor", recorded=Recorded(by="j.lind", medium="paper", reference="binder 7")),
        "j.lind, recorded by e.noor: who wrote it down has no role",
    ),
    "recorded for the author": (
        lambda n: n.say("o.dahl", recorded=Recorded(by="m.keller", medium="paper", reference="binder 7")),
        "m.keller, recorded by o.dahl: who made a plan cannot agree to it",
    ),
    "recorded of who signed already": (
        lambda n: n.say("o.dahl", recorded=Recorded(by="a.rossi", medium="paper", reference="binder 7")),
        "a.rossi: agreed with two keys; a person counts once",
    ),
    "recorded from hearsay": (
        lambda n: n.say("o.dahl", recorded=Recorded(by="j.lind", medium="phone", reference="x")),
        "recorded from neither paper nor a ticket",
    ),
}  # fmt: skip


def _number(signed: Signed) -> str:
    from linewright.plan.agreement.statements import statement_digest

    return statement_digest(signed.statement)


@pytest.mark.parametrize("what", _CASES)
def test_what_does_not_count_is_named(night: Night, what: str) -> None:
    case, named = _CASES[what]
    with night.refused(named, "missing: 1 shift lead"):
        night.say("a.rossi")
        case(night)


def test_a_key_that_has_expired_signs_nothing_whatever_time_it_says(night: Night) -> None:
    with night.refused("the key SHA256:.* of j.lind expired 2024-12-31", "missing: 1 shift lead"):
        night.say("a.rossi")
        night.say("j.lind", made="2024-11-24T03:00:00Z")
        spaces = f'namespaces="{namespace("approve")}"'
        night.signers(
            f'j.lind {spaces},valid-before="20241231Z" {night.keys["j.lind"].public}', without=("j.lind",)
        )


@pytest.mark.parametrize("line", ["*", "a.*", "a.rossi,j.lind", "!a.rossi"])
def test_a_signer_who_is_anybody_is_refused(night: Night, line: str) -> None:
    with night.refused("is not one person"):
        night.say("a.rossi")
        night.say("j.lind")
        night.signers(f'{line} namespaces="{namespace("approve")}" {night.keys["e.noor"].public}')


def test_a_denial_is_the_last_word_whatever_becomes_of_its_file(night: Night) -> None:
    with night.refused("was denied by o.dahl: exam week"):
        night.say("a.rossi")
        night.say("j.lind")
        denial = night.say("o.dahl", decision="deny", role="", not_after="", reason="exam week")
    rmtree(folder_of(night.file))
    rmtree(kept_in(night.sealed.place, night.plan.digest))
    with night.refused("was denied by o.dahl: exam week"):
        night.say("a.rossi")
        night.say("j.lind")
    with night.refused("was denied by o.dahl"):  # nobody else can take it back
        night.say("a.rossi", decision="revoke", role="", not_after="", revokes=_number(denial))
    night.say("o.dahl", decision="revoke", role="", not_after="", revokes=_number(denial))
    with night.refused("missing: 2 shift lead"):
        rmtree(kept_in(night.sealed.place, night.plan.digest))
        for path in folder_of(night.file).glob("*-approve-*"):
            path.unlink()


@pytest.mark.parametrize("ticket", ["", "INC-7", "CHG-1142 and more"])
def test_no_ticket_no_apply(night: Night, ticket: str) -> None:
    with night.refused("it names no ticket|is not written as the policy has it"):
        night.file.write_bytes(dump(night.planned(ticket)))


def test_a_plan_that_asks_fewer_people_than_the_policy(night: Night) -> None:
    with night.refused(r"who has to agree \(needs\): it says nobody, the policy asks for 2 shift lead"):
        night.file.write_bytes(dump(msgspec.structs.replace(night.plan, needs=())))


def test_an_author_whom_the_policy_does_not_name(night: Night) -> None:
    with night.refused("its author 'root' is nobody whom the policy names"):
        night.file.write_bytes(dump(msgspec.structs.replace(night.plan, author="root")))


def test_a_kind_of_change_that_it_is_not(night: Night) -> None:
    lying = msgspec.structs.replace(night.plan, change="standard", needs=())
    with night.refused("needs|its kind of change"):
        night.file.write_bytes(dump(lying))


def test_another_policy_than_the_plan_was_made_with(night: Night) -> None:
    with night.refused("the policy of approvals is not that which it was made with"):
        night.say("a.rossi")
        night.say("j.lind")
        none: list[object] = []
        weak = night.policy | {"approvals": {"normal": {"low": none, "normal": none, "high": none}}}
        night.write("policy.yaml", json.dumps(weak))


def test_a_plan_made_before_there_was_a_folder(night: Night) -> None:
    with night.refused("the policy of approvals is not that which it was made with"):
        night.file.write_bytes(night.sealed.file.read_bytes())


@pytest.mark.parametrize("name", ["", "policy.yaml", "signers", "revoked.yaml"])
def test_a_folder_that_others_can_write(night: Night, name: str) -> None:
    night.write("revoked.yaml", "schema: linewright.revoked/1\n")
    path = night.folder / name
    for mode in (0o020, 0o002):
        former = path.stat().st_mode
        path.chmod(former | mode)
        try:
            with night.refused("can be written by others than its owner"):
                night.say("a.rossi")
                night.say("j.lind")
        finally:
            path.chmod(former)


def test_a_folder_above_it_that_others_can_write(night: Night) -> None:
    night.folder.parent.chmod(0o777)
    try:
        with night.refused("they could exchange the approvals folder"):
            night.say("a.rossi")
    finally:
        night.folder.parent.chmod(0o700)


def test_links_and_missing_files(night: Night, tmp_path: Path) -> None:
    moved = tmp_path / "signers"
    (night.folder / "signers").rename(moved)
    with night.refused("signers is missing"):
        pass
    (night.folder / "signers").symlink_to(moved)
    with night.refused("signers: cannot be used: it is a link"):
        pass
    (night.folder / "signers").unlink()
    away = night.folder.with_name("away")
    night.folder.rename(away)
    try:
        with night.refused("the approvals folder is not there"):
            pass
        night.folder.symlink_to(away)
        with night.refused("it is a link"):
            pass
        night.folder.unlink()
    finally:
        away.rename(night.folder)


def test_a_damaged_policy_is_refused_by_its_key(night: Night) -> None:
    with night.refused("policy.yaml.*unknown field `aprovals`"):
        night.write("policy.yaml", json.dumps(night.policy | {"aprovals": {}}))


def test_a_touch_where_the_policy_asks_for_one(night: Night) -> None:
    one = [{"role": _LEAD, "presence": True}]
    night.write(
        "policy.yaml",
        json.dumps(night.policy | {"approvals": {"normal": dict.fromkeys(("low", "normal", "high"), one)}}),
    )
    former, night.plan = night.plan, night.planned()
    try:
        night.file.write_bytes(dump(night.plan))
        with night.refused(
            "a.rossi: a key that is touched for each signature is asked for", "(key with touch)"
        ):
            night.say("a.rossi")
    finally:
        night.plan = former


def test_where_authors_have_to_sign(night: Night) -> None:
    night.write("policy.yaml", json.dumps(night.policy | {"author": "signed"}))
    former, night.plan = night.plan, night.planned()
    try:
        night.file.write_bytes(dump(night.plan))
        with night.refused(r"was not signed by its author \(m.keller\)"):
            night.say("a.rossi")
            night.say("j.lind")
        with night.refused("e.noor: the plan names m.keller as its author"):
            night.say("e.noor", decision="author", role="")
        with night.refused("missing: 1 shift lead"):
            night.say("m.keller", decision="author", role="")
            rmtree(kept_in(night.sealed.place, night.plan.digest))
            for path in folder_of(night.file).glob("j*lind*"):
                path.unlink()
    finally:
        night.plan = former


def test_a_wrong_signature_does_not_keep_the_right_one_out(night: Night) -> None:
    said = night.statement("j.lind")
    with night.refused("j.lind: the statement says that it is from j.lind", "missing: 1 shift lead"):
        night.say("a.rossi")
        by = night.keys["e.noor"].sign(statement_bytes(said), namespace("approve"))
        write(folder_of(night.file), Signed(statement=said, form="ssh", signature=by.decode()))
    by = night.keys["j.lind"].sign(statement_bytes(said), namespace("approve"))
    write(folder_of(night.file), Signed(statement=said, form="ssh", signature=by.decode()))
    with night.refused(
        "the policy names nobody|was revoked"
    ):  # both count now: only what is revoked is in the way
        night.write("revoked.yaml", f"schema: linewright.revoked/1\nplans: ['{night.plan.digest}']\n")


def test_a_denial_that_cannot_be_read_is_not_passed_over(night: Night) -> None:
    denial = folder_of(night.file) / "o.dahl-deny-00000000.json"
    with night.refused("a denial of it is damaged: .*o.dahl-deny-00000000.json"):
        night.say("a.rossi")
        night.say("j.lind")
        denial.write_text("{")


def test_an_emergency_needs_persons_at_the_console_and_no_denial(night: Night) -> None:
    both = {
        "normal": night.policy["approvals"]["normal"],
        "emergency": {"console": 2, "countersign": [{"role": _LEAD}]},
    }
    night.write("policy.yaml", json.dumps(night.policy | {"approvals": both}))
    here = {"decision": "present", "role": ""}
    former, night.plan = night.plan, night.planned()
    night.plan = msgspec.structs.replace(night.plan, change="emergency", reason="fibre cut", needs=())
    try:
        night.file.write_bytes(dump(night.plan))
        with night.refused("is an emergency: missing at the console: 2 persons"):
            night.say("a.rossi")  # an approval is no presence
        with night.refused("missing at the console: 1 person"):
            night.say("m.keller", **here, not_after=hours(0.5))
        with night.refused("e.noor: .*longer than the 1 hours", "missing at the console: 1 person"):
            night.say("e.noor", **here, not_after=hours(3))
        with night.refused(
            "o.dahl: it is not by the person's own key|j.lind, recorded by o.dahl: it is not by"
        ):
            told = Recorded(by="j.lind", medium="paper", reference="x")
            night.say("o.dahl", **here, not_after=hours(0.5), recorded=told)
        night.say("j.lind", **here, not_after=hours(0.5))
        found = before_applying(night.sealed.place, night.plan, night.file)
        assert {line[10:] for line in found} >= {"j.lind: signed", "m.keller: signed"}
        with night.refused("was denied by o.dahl"):
            night.say("o.dahl", decision="deny", role="", not_after="", reason="no")
    finally:
        night.plan = former
