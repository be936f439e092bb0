"""What a job and its back-out write is for its owner alone, whatever the umask; nothing of it holds a secret in the clear."""

import os
import stat
from pathlib import Path
from typing import Any

from linewright.operate.applying import apply_plan
from linewright.operate.back_out_job import Asked
from linewright.operate.backing_out import carry_out, prepare
from linewright.operate.demo import edited
from linewright.operate.planning import Request, make_plan
from linewright.operate.scope import Scope

#: What everybody may read: heads and the public key are there to be copied elsewhere, and hold no configuration.
_PUBLIC = (".head", ".sig", ".pub")
SECRET = "Zw9-not-for-others"


def quiet(*_: Any) -> None:
    pass


def test_nobody_else_reads_what_a_job_keeps(twins: Any) -> None:
    place, box = twins.place, twins.fleet.boxes["hq-acc1"]
    box.operator(f"snmp-server community {SECRET} ro")
    box.save()
    after = edited(twins.snapshot)
    place.keep(after)
    was = os.umask(0)
    try:
        plan = make_plan(place, after, Request(scope=Scope(devices=("hq-acc1",)), timer=60), quiet).plan
        assert plan is not None
        job = apply_plan(place, plan, quiet, quiet).job
        carry_out(place, prepare(place, Asked(job=job), quiet), quiet, quiet)
    finally:
        os.umask(was)
    state: Path = place.state.folder
    rooms = [state / "jobs", state / "heads", *state.glob("journal.db*")]
    found = [path for room in rooms for path in (room, *room.rglob("*"))]
    assert len(found) > 15
    for path in found:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert not mode & 0o022, f"{path} can be written by others: {mode:o}"
        assert path.name.endswith(_PUBLIC) or not mode & 0o077, f"{path} can be read by others: {mode:o}"
        assert path.is_dir() or SECRET.encode() not in path.read_bytes(), f"{path} holds the secret"
