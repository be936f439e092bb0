from collections.abc import Callable

import pytest

from linewright.plan.build import Wanted, device_plan, lay, order
from linewright.plan.changeplan import SCHEMA, ChangePlan, DevicePlan
from linewright.platforms import rules

RUNNING = """hostname r1
interface eth1
 description uplink
exit
ip route 192.0.2.0/24 blackhole
router bgp 64500
 neighbor 198.51.100.1 remote-as 64501
exit
"""


@pytest.fixture
def running() -> str:
    return RUNNING


@pytest.fixture
def wanted() -> Callable[..., Wanted]:
    def make(intended: str, base: str | None = RUNNING, **more: object) -> Wanted:
        fields: dict[str, object] = {
            "device": "r1", "host": "192.0.2.9", "port": 22, "identity": "SHA256:x", "timer": 120,
            "intended": intended, "slots": (), "base": base, "base_name": "7F3A-91C2",
        }  # fmt: skip
        return Wanted(**(fields | more))  # type: ignore[arg-type]  # test data

    return make


@pytest.fixture
def part(wanted: Callable[..., Wanted]) -> DevicePlan:
    want = wanted(RUNNING.replace("uplink", "to r2"))
    found = device_plan(want, lay(want, RUNNING, rules("frr")), rules("frr"))
    assert found is not None
    return found


@pytest.fixture
def plan(part: DevicePlan) -> ChangePlan:
    return ChangePlan(
        schema=SCHEMA, site="reference", marking="UNCLASSIFIED", created="2026-11-24T02:41:00Z", author="lind",
        scope="device r1", base="last", mode="managed", snapshot="0" * 64, position="41877", templates={}, versions={},
        devices=(part,), batches=order((part,), {}),
    )  # fmt: skip
