"""Whatever is done to leases in whatever order: never two holders, never a token twice."""

from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linewright.errors import Refused
from linewright.journal.holder import me
from linewright.journal.journal import Journal
from linewright.journal.leases import Lease

DEVICES = st.sampled_from(["r1", "r2"])
SECONDS = 600


class LeaseMachine(RuleBasedStateMachine):
    """The model: for each device the lease that holds and the seconds it has left; a greatest token."""

    leases = Bundle("leases")

    def __init__(self, journals: tuple[Journal, Journal]) -> None:
        super().__init__()
        self.journals = journals
        with journals[0].database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM leases")
        self.holds: dict[str, tuple[Lease, int]] = {}
        self.greatest: dict[str, int] = {}

    @rule(
        target=leases,
        device=DEVICES,
        who=st.sampled_from([0, 1]),
        dead=st.booleans(),
        after_death=st.booleans(),
    )
    def take(self, device: str, who: int, dead: bool, after_death: bool) -> Lease | None:
        holder = msgspec.structs.replace(me(), started=1) if dead else me()
        held = self.holds.get(device)
        free = held is None or held[1] <= 0 or (after_death and held[0].holder.started == 1)
        try:
            lease = self.journals[who].leases.take(
                device, f"J{who}", seconds=SECONDS, holder=holder, after_death=after_death
            )
        except Refused:
            assert not free
            return None
        assert free
        assert lease.token == self.greatest.get(device, 0) + 1
        self.greatest[device] = lease.token
        self.holds[device] = (lease, SECONDS)
        return lease

    @rule(lease=leases)
    def renew(self, lease: Lease | None) -> None:
        if lease is None:
            return
        held = self.holds.get(lease.device)
        ours = held is not None and held[0] == lease and held[1] > 0
        try:
            self.journals[0].leases.renew(lease)
        except Refused:
            assert not ours
        else:
            assert ours
            self.holds[lease.device] = (lease, SECONDS)

    @rule(lease=leases)
    def release(self, lease: Lease | None) -> None:
        if lease is None:
            return
        self.journals[1].leases.release(lease)
        held = self.holds.get(lease.device)
        if held is not None and held[0] == lease:
            del self.holds[lease.device]

    @rule(seconds=st.sampled_from([200, 700]))
    def time_passes(self, seconds: int) -> None:
        with self.journals[0].database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE leases SET until = until - {seconds}")
        self.holds = {device: (lease, left - seconds) for device, (lease, left) in self.holds.items()}

    @invariant()
    def the_journal_knows_who_holds(self) -> None:
        held = {one.device: one.token for one in self.journals[1].leases.held()}
        assert held == {device: lease.token for device, (lease, _) in self.holds.items()}


def test_leases_in_any_order(place: Any) -> None:
    journals = (place.open(), place.open())
    try:
        run_state_machine_as_test(
            lambda: LeaseMachine(journals), settings=settings(stateful_step_count=20, max_examples=20)
        )
    finally:
        for journal in journals:
            journal.close()
