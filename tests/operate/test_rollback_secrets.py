"""Old secrets come back out of what the job kept, and nobody but the device ever sees them again."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest
import yaml

from linewright import configs
from linewright.change.run import Stop, run
from linewright.devices.connect import enrolled_fingerprint, session
from linewright.devices.reach import target_for
from linewright.devices.read import running
from linewright.devices.secrets import SecretStore, add_values, make_key
from linewright.devices.trust import Trust, scan
from linewright.errors import ExitCode
from linewright.lab.frr.router import Router
from linewright.lab.frr.single import minimal, routers
from linewright.model.objects import Device
from linewright.operate.applying import apply_plan, carried, new_job
from linewright.operate.back_out_job import Asked
from linewright.operate.backing_out import carry_out, prepare
from linewright.operate.keeping import Keeping
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope
from linewright.operate.workplace import Workplace, workplace
from linewright.plan.build import Laid, Wanted, device_plan
from linewright.plan.changeplan import SCHEMA, ChangePlan
from linewright.plan.undo import secrets_needed
from linewright.platforms import rules
from linewright.redact import Slot, token
from linewright.seal import age
from linewright.settings import Login, Secrets, Settings

FRR = rules("frr")
OLD, NEW = "Old-BGP-Value-1", "New-BGP-Value-2"
REF = "bgp/r1"
FIELD = "router bgp 64501 / neighbor 198.51.100.2 password *"


def quiet(*_: Any) -> None:
    pass


def everything_kept(folder: Path, but: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file() and but not in path.parents]
    assert files
    return b"".join(path.read_bytes() for path in files)


class Rolled(NamedTuple):
    """A site whose TACACS key was rolled on a simulated switch; the store has forgotten the old value."""

    place: Workplace
    box: Any
    job: str
    old: str
    new: str

    def shows(self, value: str) -> bool:
        return value in self.box.text(self.box.running, "x")


@pytest.fixture
def rolled(twins: Any) -> Rolled:
    snapshot, settings = twins.snapshot, twins.place.settings
    values = settings.path(settings.secrets.values_file)
    request = Request(scope=Scope(devices=("hq-acc1",)))
    probe = twins.place.state.applied("hq-acc1")
    assert "tacacs-server" in probe.intended
    known = yaml.safe_load(values.read_text())
    ref = next(name for name in known if "tacacs" in name)
    old, new = known[ref], "N3w" + "0123456789abcdef" * 2
    assert old in twins.fleet.boxes["hq-acc1"].text(twins.fleet.boxes["hq-acc1"].running, "x")
    add_values(values, {ref: new})
    store = SecretStore(settings.path(settings.secrets.key_file), values, environment={})
    place = msgspec.structs.replace(twins.place, secrets=store)
    found = make_plan(place, snapshot, request, quiet)
    assert found.plan is not None, found.problems
    result = apply_plan(place, found.plan, quiet, quiet)
    assert result.code == ExitCode.DONE, result
    made = Rolled(place, twins.fleet.boxes["hq-acc1"], result.job, old, new)
    assert (made.shows(old), made.shows(new)) == (False, True)
    return made


def test_an_old_key_that_no_store_has_is_back_on_a_switch(rolled: Rolled) -> None:
    prepared = prepare(rolled.place, Asked(job=rolled.job), quiet)
    found = prepared.back_out
    assert found.plan is not None, found.problems
    assert found.agreed
    assert secrets_needed(found.plan.devices[0])
    told: list[str] = []
    assert (
        carry_out(rolled.place, prepared, quiet, lambda *words: told.append(" ".join(words))).code
        == ExitCode.DONE
    )
    assert (rolled.shows(rolled.old), rolled.shows(rolled.new)) == (True, False)
    assert rolled.old not in "".join(told)
    secrets = rolled.place.settings.path(rolled.place.settings.secrets.values_file).parent
    kept = everything_kept(rolled.place.state.folder, secrets)
    assert rolled.old.encode() not in kept
    assert rolled.new.encode() not in kept


def test_of_a_closed_job_such_lines_are_refused_by_name_until_somebody_gives_the_key(
    rolled: Rolled, tmp_path: Path
) -> None:
    folder = rolled.place.state.job(rolled.job)
    key = folder.key()
    assert key is not None
    folder.close()
    found = prepare(rolled.place, Asked(job=rolled.job), quiet).back_out
    (problem,) = found.problems
    assert "the job is closed" in problem.message
    assert "tacacs-server host" in problem.message
    assert "lw-secret" not in problem.message
    assert "--identity" in problem.hint
    file = tmp_path / "offline.age"
    file.touch(mode=0o600)
    file.write_bytes(key)
    assert prepare(rolled.place, Asked(job=rolled.job, identity=file), quiet).back_out.plan is not None
    other, _ = age.new_identity()
    file.write_text(other)
    assert "cannot be opened with that key" in (
        prepare(rolled.place, Asked(job=rolled.job, identity=file), quiet).back_out.problems[0].message
    )


def test_a_text_from_before_that_is_not_the_one_is_refused(rolled: Rolled) -> None:
    folder = rolled.place.state.job(rolled.job)
    identity, recipient = age.new_identity()
    folder.keep_key(identity.encode())
    folder.keep_before("hq-acc1", age.encrypt(b"tacacs-server host 198.18.0.32 key 7 0000\n", (recipient,)))
    (problem,) = prepare(rolled.place, Asked(job=rolled.job), quiet).back_out.problems
    assert "no text from before holds it" in problem.message


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Router, Router, Workplace]]:
    """Two routers with a BGP session under a password, and a site that knows the first of them."""

    def speaks(name: str, number: int) -> str:
        return (
            f"interface eth1\n ip address 198.51.100.{number}/24\nexit\n!\nrouter bgp 6450{number}\n"
            f" no bgp ebgp-requires-policy\n neighbor 198.51.100.{3 - number} remote-as 6450{3 - number}\n"
            f" neighbor 198.51.100.{3 - number} password {OLD}\n neighbor 198.51.100.{3 - number} timers 1 3\n"
            f" neighbor 198.51.100.{3 - number} timers connect 1\nexit\n!\n"
        )

    made = {name: minimal(name, speaks(name, number)) for number, name in enumerate(("r1", "r2"), start=1)}
    with routers(tmp_path / "bench", made) as bench:
        settings = Settings(
            site_id="bench",
            root=str(tmp_path),
            secrets=Secrets(key_file="site.key", values_file="values.yaml"),
            trust="trust",
            login={"frr": Login(username="ops", key_file=str(bench.key_file))},
        )
        make_key(tmp_path / "site.key")
        add_values(tmp_path / "values.yaml", {REF: NEW})
        place = workplace(tmp_path, settings)
        target = target_for(_device(bench["r1"]), settings)
        Trust(settings.path(settings.trust)).accept(scan(target))
        yield bench["r1"], bench["r2"], place


def _device(router: Router) -> Device:
    return Device(name="r1", site="", role="", type="", platform="frr", primary_ip4=router.spec.host)


def password_rolled(place: Workplace, router: Router) -> str:
    """A job that gives the session another password; the store knows the new one alone."""
    device = _device(router)
    target = target_for(device, place.settings)
    with session(target, place.secrets.credential) as driver:
        text = running(driver, "r1", FRR, place.secrets.key).text
    before = configs.normalise(text, FRR)
    old = next(line for line in before.splitlines() if " password " in line)
    made = token(place.secrets.key, "r1", FIELD, NEW)
    wish = before.replace(old, f" neighbor 198.51.100.2 password {made}")
    slots = (Slot(token=made, ref=REF, field=FIELD, device="r1"),)
    wanted = Wanted(
        device="r1", host=target.host, port=target.port, identity=enrolled_fingerprint(target), timer=60,
        intended=wish, slots=slots,
    )  # fmt: skip
    part = device_plan(wanted, Laid(before=before, after=wish), FRR)
    assert part is not None
    plan = ChangePlan(
        schema=SCHEMA, site="bench", marking="UNCLASSIFIED", created="2026-11-24T02:41:00Z", author="lind",
        scope="device r1", base="last", mode="managed", snapshot="0" * 64, position="", templates={}, versions={},
        devices=(part,), batches=(("r1",),),
    )  # fmt: skip
    journal = place.state.journal()
    try:
        keeping = Keeping(None)
        job = new_job(place, journal, plan)
        keeping.begin(place.state.job(job))
        with carried(place, plan, {"r1": (device, target)}, journal, quiet, keep=keeping) as dispatch:
            result = run(plan, dispatch, journal, job, quiet, stop=Stop())
    finally:
        journal.close()
    assert result.code == ExitCode.DONE, result
    return job


def established(router: Router) -> bool:
    return "Established" in router.vtysh("show bgp neighbors 198.51.100.2")


def wait_until(router: Router, *, up: bool) -> None:
    for _ in range(240):
        if established(router) == up:
            return
        time.sleep(0.5)
    pytest.fail(router.vtysh("show bgp neighbors 198.51.100.2"))


@pytest.mark.lab
def test_a_session_on_real_routers_has_its_old_password_back(pair: tuple[Router, Router, Workplace]) -> None:
    router, _, place = pair
    wait_until(router, up=True)
    job = password_rolled(place, router)
    assert NEW in router.vtysh("show running-config")
    wait_until(router, up=False)
    prepared = prepare(place, Asked(job=job), quiet)
    assert prepared.back_out.plan is not None, prepared.back_out.problems
    assert prepared.back_out.agreed
    assert carry_out(place, prepared, quiet, quiet).code == ExitCode.DONE
    shown = router.vtysh("show running-config")
    assert OLD in shown
    assert NEW not in shown
    wait_until(router, up=True)
    startup = router.run(["cat", "/etc/frr/frr.conf"], timeout=30).stdout
    assert f"password {OLD}" in startup
