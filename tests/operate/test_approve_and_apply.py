"""The night of an approved change: planned, signed with stock ssh-keygen, applied once, taken back without asking anybody again."""

import io
import json
import subprocess
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from linewright.change.run import Stop
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import ExitCode, Refused
from linewright.operate.agreed import withdrawn
from linewright.operate.applying import apply_plan
from linewright.operate.needing import policies_here, prove_needs
from linewright.plan.agreement.statements import folder_of
from linewright.plan.changeplan import load

_LEAD, _OFFICER = "shift lead", "change officer"


class People:
    """A site with an approvals folder; `run` is `lw` as one of its people gives it."""

    def __init__(self, sealed: Any, folder: Path) -> None:
        self.sealed, self.folder = sealed, folder
        people = {"m.keller": ["engineer"], "a.rossi": [_LEAD], "o.dahl": [_OFFICER]}
        one = [{"role": _LEAD}]
        self.policy: dict[str, Any] = {
            "schema": "linewright.policy/1",
            "people": {name: {"name": name, "roles": roles} for name, roles in people.items()},
            "approvals": {
                "normal": {"low": one, "normal": one, "high": one},
                "standard": [{"role": _OFFICER}],
            },
            "author": "signed",
            "recorders": [_OFFICER],
        }
        self.keys = folder.parent / "keys"
        self.keys.mkdir()
        folder.mkdir(mode=0o755)
        lines = []
        for name in people:
            key = self.keys / name
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)], check=True
            )
            public = key.with_name(f"{name}.pub").read_text().strip()
            lines.append(f'{name} namespaces="linewright-approve@v1,linewright-author@v1" {public}\n')
        self.write("signers", "".join(lines))
        self.write("policy.yaml", json.dumps(self.policy))
        self.file = sealed.folder / "night.lwplan"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o755)
        path.write_text(text)
        path.chmod(0o644)
        return path

    def run(self, person: str, *words: str) -> tuple[int, str]:
        told = {"folder": str(self.folder), "person": person, "key": str(self.keys / person)}
        self.sealed.settings(lambda ours: ours.update(approvals=told))
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = ended(root, ["--site-folder", str(self.sealed.folder), *words])
        return code, said.getvalue()

    def plan(self, *more: str, ticket: str = "CHG-1142") -> str:
        words = ("plan", "--device", self.sealed.first, "--device", self.sealed.second, "--ticket", ticket)
        code, said = self.run("m.keller", *words, *more, "-o", str(self.file))
        assert code == 0, said
        return said

    @property
    def code(self) -> str:
        return load(self.file).code

    def approve(self, person: str, *more: str) -> tuple[int, str]:
        return self.run(person, "approve", *more, "--code", self.code, str(self.file))


@pytest.fixture
def people(alone: Any, tmp_path: Path) -> People:
    (tmp_path / "officer").mkdir(mode=0o755)
    return People(alone, tmp_path / "officer" / "approvals")


def test_from_plan_to_back_out(people: People) -> None:
    said = people.plan()
    assert "Needs     1 signature: shift lead" in said
    assert "Signed    by its author, m.keller" in said
    code, said = people.run("m.keller", "approve", "--list", str(people.file))
    assert (code, "Missing   1 shift lead" in said, "Author    m.keller: signed" in said) == (1, True, True)
    with people.sealed.untouched():
        code, said = people.approve("m.keller")
        assert code == 3
        assert "none of the roles that are asked for" in said
        code, said = people.run("a.rossi", "approve", "--code", "0000-0000", str(people.file))
        assert (code, "is not the code of this plan" in said) == (2, True)
        code, said = people.run("a.rossi", "approve", str(people.file))
        assert (code, "nobody is here to type the plan code" in said) == (2, True)
        code, said = people.approve("a.rossi")
    assert code == 0, said
    assert "Made again here from its data and templates: the same plan." in said
    assert "You approve plan" in said
    assert "for CHG-1142 as shift lead" in said
    assert "Signed: a.rossi, shift lead. 1 of 1. Ready." in said
    code, said = people.run("a.rossi", "approve", "--list", str(people.file))
    assert (code, "Agreed    a.rossi, shift lead: signed" in said) == (0, True)
    # What was signed is checked by stock ssh-keygen, with the very file of the folder.
    signed = json.loads(next(folder_of(people.file).glob("a*rossi-approve-*")).read_text())
    statement, signature = people.keys / "statement", people.keys / "statement.sig"
    statement.write_text(json.dumps(signed["statement"], separators=(",", ":"), sort_keys=True))
    signature.write_text(signed["signature"])
    words = ["ssh-keygen", "-Y", "verify", "-f", str(people.folder / "signers"), "-I", "a.rossi"]
    words += ["-n", "linewright-approve@v1", "-s", str(signature)]
    subprocess.run(words, input=statement.read_bytes(), check=True, capture_output=True)

    code, said = people.run("a.rossi", "apply", "--yes", str(people.file))
    assert code == 0, said
    assert "Agreed    a.rossi, shift lead: signed" in said
    code, said = people.run("a.rossi", "apply", "--yes", str(people.file))
    assert (code, "is spent" in said) == (3, True)

    # The back-out, and what a job still has to do, were agreed to with the plan: nobody is asked, though the folder is gone.
    plan = load(people.file)
    rmtree(people.folder)
    rmtree(folder_of(people.file))
    place = people.sealed.place
    with pytest.raises(Refused, match="the approvals folder is not there"):
        prove_needs(place, plan, place.snapshot())
    sealed = {name: plan.policies[name] for name in ("approvals",)}
    assert policies_here(place, plan, {}, going_on=True) == sealed
    job = next(each for each in said.split() if each.startswith("J0"))
    before = people.sealed.fleet.boxes[people.sealed.first].text
    code, said = people.run("m.keller", "rollback", job, "--yes")
    assert code == 0, said
    assert "wanted" not in before(people.sealed.fleet.boxes[people.sealed.first].running, "x")
    with people.sealed.untouched():
        code, said = people.run("m.keller", "apply", "--yes", str(people.file))
        assert code == 3, said


def test_what_is_recorded_is_never_called_signed(people: People) -> None:
    people.plan()
    told = ("--record", "--by", "a.rossi", "--medium", "paper", "--reference", "binder 7, page 12")
    code, said = people.approve("m.keller", *told)
    assert code == 3
    assert "may record" in said
    code, said = people.approve("o.dahl", *told)
    assert code == 0, said
    assert "Recorded by o.dahl: a.rossi, shift lead." in said
    code, said = people.run("m.keller", "approve", "--list", str(people.file))
    assert code == 0
    assert "Agreed    a.rossi, shift lead: recorded by o.dahl (paper, binder 7, page 12)" in said
    assert "a.rossi, shift lead: signed" not in said
    code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert code == 0, said
    assert "recorded by o.dahl" in said


def test_a_no_is_seen_at_every_later_plan_for_the_same_ticket_or_devices(people: People) -> None:
    people.plan()
    code, said = people.approve("a.rossi", "--deny", "")
    assert code == 2
    code, said = people.approve("a.rossi", "--deny", "not in exam week")
    assert (code, "Denied by a.rossi." in said) == (0, True)
    first = people.code
    code, said = people.run("m.keller", "approve", "--list", str(people.file))
    assert (code, "DENIED    a.rossi: not in exam week" in said) == (1, True)
    with people.sealed.untouched():
        code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert (code, "was denied by a.rossi: not in exam week" in said) == (3, True)

    said = people.plan(ticket="CHG-1143")
    assert f"DENIED before: plan {first} (also " in said
    assert people.code != first
    code, said = people.approve("a.rossi")
    assert code == 0
    assert f"DENIED before: plan {first} (also " in said
    assert "by a.rossi: not in exam week" in said
    code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert code == 0, said
    assert f"DENIED    plan {first}" in said


def test_what_is_withdrawn_while_a_job_goes_on(people: People) -> None:
    people.plan()
    assert people.approve("a.rossi")[0] == 0
    plan, place = load(people.file), people.sealed.place
    journal = place.state.journal()
    try:
        assert withdrawn(place, plan, journal) == ""
        revoked = people.write("revoked.yaml", f"schema: linewright.revoked/1\nplans: ['{plan.digest}']\n")
        assert withdrawn(place, plan, journal) == f"plan {plan.code} was revoked"
        revoked.unlink()
        assert people.approve("o.dahl", "--deny", "alarm on the wall")[0] == 0
        assert "was denied by o.dahl: alarm on the wall" in withdrawn(place, plan, journal)
        assert people.approve("o.dahl", "--revoke")[0] == 0
        people.folder.rename(people.folder.with_name("away"))
        assert withdrawn(place, plan, journal) == ""
    finally:
        journal.close()


def test_what_was_signed_can_be_taken_back(people: People) -> None:
    people.plan()
    code, said = people.approve("a.rossi", "--revoke")
    assert (code, "has signed nothing" in said) == (2, True)
    assert people.approve("a.rossi")[0] == 0
    code, said = people.approve("a.rossi", "--revoke")
    assert (code, "Taken back by a.rossi." in said) == (0, True)
    with people.sealed.untouched():
        code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert (code, "it was taken back by who had said it" in said) == (3, True)


def test_signed_elsewhere_and_handed_in(people: People) -> None:
    people.plan()
    statement = people.keys / "to-sign.json"
    code, said = people.approve("a.rossi", "--statement", str(statement))
    assert code == 0, said
    words = [
        "ssh-keygen",
        "-q",
        "-Y",
        "sign",
        "-f",
        str(people.keys / "a.rossi"),
        "-n",
        "linewright-approve@v1",
    ]
    subprocess.run([*words, str(statement)], check=True, capture_output=True)
    signature = statement.with_name("to-sign.json.sig")
    handed = ("--statement", str(statement), "--signature", str(signature))
    written = statement.read_bytes()
    statement.write_bytes(written.replace(b'"ticket":"CHG-1142"', b'"ticket":"CHG-1143"'))
    code, said = people.run("m.keller", "approve", *handed, str(people.file))
    assert code == 3, said
    statement.write_bytes(written)
    code, said = people.run("m.keller", "approve", *handed, str(people.file))
    assert (code, "Signed: a.rossi, shift lead. 1 of 1. Ready." in said) == (0, True), said


def test_a_plan_is_looked_at_where_its_data_is_not(people: People) -> None:
    people.plan()
    rmtree(people.sealed.place.state.folder / "snapshots")
    code, said = people.approve("a.rossi")
    assert code == 0, said
    assert "NOT made again here: the snapshot it was made from is not here" in said


def test_a_lying_plan_is_not_signed(people: People) -> None:
    import msgspec

    from linewright.plan.changeplan import dump

    people.plan()
    plan = load(people.file)
    lying = msgspec.structs.replace(plan.devices[0], risk="low" if plan.devices[0].risk != "low" else "high")
    people.file.write_bytes(dump(msgspec.structs.replace(plan, devices=(lying, *plan.devices[1:]))))
    code, said = people.approve("a.rossi")
    assert code == 3, said
    assert not list(folder_of(people.file).glob("a*"))


def test_a_standard_change_is_agreed_to_by_its_pattern(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = {
        "schema": "linewright.standard/1", "purpose": "a port gets its label",
        "roles": [people.sealed.place.snapshot().device(people.sealed.first).role], "devices": 2, "risk": "high",
        "lines": ["[+-] interface Ethernet[0-9]+ > description .*"],
    }  # fmt: skip
    people.write("standard/port-label.yaml", json.dumps(pattern))
    said = people.plan("--pattern", "port-label")
    assert "standard change" in said
    with people.sealed.untouched():
        code, said = people.run("m.keller", "apply", "--yes", str(people.file))
        assert (code, "the pattern 'port-label' is not agreed to: missing: 1 change officer" in said) == (
            3,
            True,
        ), said

    monkeypatch.setattr("linewright.cli.approve.on_terminal", lambda: True)
    monkeypatch.setattr("linewright.cli.approve.agreed", lambda _question, name: name == "port-label")
    code, said = people.run(
        "o.dahl", "approve", "--standard", str(people.folder / "standard" / "port-label.yaml")
    )
    assert code == 0, said
    code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert code == 0, said
    assert "Agreed    beforehand, as the standard change port-label" in said


def test_what_does_not_fit_a_pattern_is_no_standard_change(people: People) -> None:
    pattern = {
        "schema": "linewright.standard/1", "purpose": "x", "roles": ["router"], "lines": ["[+-] ntp server .*"],
    }  # fmt: skip
    people.write("standard/ntp.yaml", json.dumps(pattern))
    words = (
        "plan",
        "--device",
        people.sealed.first,
        "--device",
        people.sealed.second,
        "-o",
        str(people.file),
    )
    code, said = people.run("m.keller", *words, "--pattern", "ntp")
    assert code == 3, said
    for named in ("2 devices, 1 at most", "are not in it", "this line is not in it: "):
        assert named in said
    code, said = people.run("m.keller", *words, "--pattern", "../../ntp")
    assert (code, "there is no pattern" in said, "there are: ntp" in said) == (3, True, True)
    assert not people.file.exists()


def test_a_job_that_was_stopped_goes_on_with_nobody_asked_again(people: People) -> None:
    people.plan()
    assert people.approve("a.rossi")[0] == 0
    plan, place, stop = load(people.file), people.sealed.place, Stop()

    def watch(_device: str, _stage: str) -> None:
        stop.ask("the shift is over", ExitCode.STOPPED)

    stopped = apply_plan(place, plan, lambda *_: None, watch, stop)
    assert len(stopped.untouched) == 1
    rmtree(people.folder)
    code, said = people.run("m.keller", "resume", stopped.job, "--go-on", "--yes")
    assert code == 0, said
    assert all(
        "wanted" in box.text(box.running, "x") for box in map(people.sealed.fleet.boxes.get, plan.batches[1])
    )


def test_agreed_to_with_a_certificate(people: People) -> None:
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=people.keys, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem", "-days", "2",
            "-subj", "/CN=root", "-addext", "keyUsage=critical,keyCertSign")  # fmt: skip
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "own.key",
            "-out", "own.csr", "-subj", "/CN=a.rossi")  # fmt: skip
    (people.keys / "use").write_text("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n")
    openssl("x509", "-req", "-in", "own.csr", "-CA", "root.pem", "-CAkey", "root.key", "-out", "own.pem", "-days", "1",
            "-extfile", "use")  # fmt: skip
    people.write("certificates/a.rossi.pem", (people.keys / "own.pem").read_text())
    people.write("certificates/authorities.pem", (people.keys / "root.pem").read_text())
    both = people.keys / "card"
    both.write_text((people.keys / "own.pem").read_text() + (people.keys / "own.key").read_text())
    both.chmod(0o600)
    people.plan()
    (people.keys / "a.rossi").unlink()
    both.rename(people.keys / "a.rossi")
    code, said = people.approve("a.rossi")
    assert code == 0, said
    assert "Signed: a.rossi, shift lead. 1 of 1. Ready." in said
    people.write("certificates/authorities.pem", (people.keys / "own.pem").read_text())
    with people.sealed.untouched():
        code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert code == 3, said
    people.write("certificates/authorities.pem", (people.keys / "root.pem").read_text())
    code, said = people.run("m.keller", "apply", "--yes", str(people.file))
    assert code == 0, said
