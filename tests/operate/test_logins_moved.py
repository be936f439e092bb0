"""A plan says how often it logs in and what that proves; settings that say something else since then refuse it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from linewright.errors import Moved
from linewright.model.objects import Device
from linewright.operate import applying
from linewright.operate.workplace import workplace
from linewright.plan.changeplan import DevicePlan
from linewright.plan.logins import logins
from linewright.settings import Login, Settings


@pytest.mark.parametrize(
    "now",
    [Login(username="ops", session="single-login"), Login(username="ops", codes=True)],
    ids=["single-login", "codes"],
)
def test_a_plan_made_for_other_logins_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Login
) -> None:
    monkeypatch.setattr(applying, "enrolled_fingerprint", lambda _target: "SHA256:x")
    device = Device(name="r1", site="s", role="r", type="t", platform="frr", primary_ip4="192.0.2.1/24")
    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.1", port=22, identity="SHA256:x", order="sent", timer=60,
        before="a\n", after="b\n", intended="b\n", commands=("b",), back_out=("a",), diff=("+ b",),
    )  # fmt: skip

    def place(login: Login) -> Any:
        return workplace(tmp_path, Settings(root=str(tmp_path), login={"frr": login}))

    assert applying._target(place(Login(username="ops")), part, device).host == "192.0.2.1"
    with pytest.raises(Moved, match=r"r1: planned with 4 logins and 0 one-time codes"):
        applying._target(place(now), part, device)
    found = logins(single=now.session == "single-login", codes_each=int(bool(now.codes)))
    planned = msgspec.structs.replace(part, logins=found.count, codes=found.codes, weakened=found.weakened)
    assert applying._target(place(now), planned, device).host == "192.0.2.1"
