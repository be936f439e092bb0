"""The main job on the real thing, by the commands a user types: a real NetBox in, real routers changed and verified.

One NetBox, one lab, one story told in order: what a later chapter needs, an earlier one made.
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root

pytestmark = [pytest.mark.lab, pytest.mark.netbox, pytest.mark.slow]

BY_HAND = "ip route 203.0.113.250/32 blackhole"
SCOPE = ("--filter", "platform=frr")


class Told:
    """What a command answered."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    def __contains__(self, words: str) -> bool:
        return words in " ".join(self.out.split())


class Shift:
    """Somebody at the keyboard of a site."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def types(self, *command: str) -> Told:
        self._capsys.readouterr()
        code = ended(root, ["--site-folder", str(self.folder), *command])
        said = self._capsys.readouterr()
        return Told(code, said.out, said.err)

    def vtysh(self, router: str, *lines: str) -> str:
        words = [word for line in lines for word in ("-c", line)]
        said: list[str] = []
        # The router answers to standard output of the process, as it would on a terminal.
        told = self.types("lab", "exec", router, "vtysh", *words)
        assert told.code == 0, told.err
        said.append(told.out)
        return "".join(said)


@pytest.fixture
def shift(tmp_path: Path, checkout: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Shift]:
    shutil.copy(checkout / "nornir.yaml", tmp_path)
    found = Shift(tmp_path, capsys)
    try:
        yield found
    finally:
        found.types("lab", "down")
        found.types("lab", "netbox", "down")


def test_the_change_job_end_to_end(shift: Shift, checkout: Path) -> None:
    given_a_netbox_and_a_lab(shift, checkout)
    a_change_is_planned_and_applied(shift)
    each_fault_is_named_once_with_what_follows(shift)
    a_cut_management_path_comes_back_by_itself(shift)
    what_a_plan_refuses(shift)
    nothing_secret_is_left_on_our_side(shift)
    documents_are_written(shift)
    all_of_it_goes_away(shift)


def given_a_netbox_and_a_lab(shift: Shift, checkout: Path) -> None:
    assert shift.types("lab", "netbox", "up").code == 0
    assert shift.types("lab", "netbox", "seed", "--from", str(checkout / "inventory" / "site.yaml")).code == 0
    taken = shift.types("snapshot")
    assert taken.code == 0, taken.err
    assert "63 devices, 201 cables" in taken
    up = shift.types("lab", "up")
    assert up.code == 0, up.err
    assert "10 routers and 19 cables are up" in up
    before = shift.types("verify", *SCOPE, "--inside", "--notes")
    assert before.code == 0, before.out
    assert "Configs 10/10 as intended" in before
    assert "r1-wan2 has a BGP session to hq-wan2 (198.18.3.2), which has no such session" in before


def a_change_is_planned_and_applied(shift: Shift) -> None:
    assert shift.types("lab", "netbox", "edit").code == 0
    again = shift.types("lab", "netbox", "edit")
    assert (again.code, "was edited already" in again.err) == (3, True)
    taken = shift.types("snapshot")
    assert "1 device changed (hq-wan2)" in taken
    # Somebody had added a line by hand long before: it is drift, and stays.
    shift.vtysh("hq-wan2", "configure terminal", BY_HAND)
    drifted = running(shift, "hq-wan2")
    planned = shift.types("plan", *SCOPE, "-o", str(shift.folder / "change.lwplan"))
    assert planned.code == 0, planned.err
    assert "Devices 2 of 10 change" in planned
    assert "Left out 1 line of older drift on hq-wan2" in planned
    assert BY_HAND not in planned.out
    whole = shift.types("plan", "show", str(shift.folder / "change.lwplan"))
    assert "+ neighbor 198.18.3.3 remote-as 64497" in whole
    assert BY_HAND in whole.out.split("older drift, left")[1]
    applied = shift.types("apply", "--yes", str(shift.folder / "change.lwplan"))
    assert applied.code == 0, applied.out + applied.err
    assert "2 confirmed 0 rolled back 0 not touched 0 unknown" in applied
    now = running(shift, "hq-wan2")
    assert "neighbor 198.18.3.3 remote-as 64497" in now
    assert [line for line in drifted if line not in now] == [], "nothing of what ran before is gone"
    assert BY_HAND in now
    assert startup(shift, "hq-wan2") == now
    shift.vtysh("hq-wan2", "configure terminal", f"no {BY_HAND}")
    wait_for_rest(shift)


def each_fault_is_named_once_with_what_follows(shift: Shift) -> None:
    bgp = ("configure terminal", "router bgp 64496", "address-family ipv4 unicast")
    line = "neighbor 198.18.3.3 route-map TO-WAN out"
    shift.vtysh("hq-wan2", *bgp, f"no {line}")
    found = shift.types("verify", *SCOPE, "--inside")
    assert found.code == 1
    assert "config of hq-wan2: missing line" in found
    assert line in found
    assert causes(found) == 1
    shift.vtysh("hq-wan2", *bgp, line)

    shift.vtysh("hq-leaf1", "configure terminal", "router bgp 64502", "neighbor 198.18.2.0 shutdown")
    found = shift.types("verify", *SCOPE, "--inside")
    assert found.code == 1
    assert "extra router bgp 64502 / neighbor 198.18.2.0 shutdown" in found
    assert "so: BGP hq-leaf1 198.18.2.1 - hq-spine1 198.18.2.0 down" in found
    assert causes(found) == 1
    shift.vtysh("hq-leaf1", "configure terminal", "router bgp 64502", "no neighbor 198.18.2.0 shutdown")
    wait_for_rest(shift)

    assert shift.types("lab", "swap", "C-0001", "C-0004").code == 0
    found = until(shift, "C-0001 and C-0004 are swapped")
    assert found.code == 1
    assert "so: BGP hq-leaf1 198.18.2.1 - hq-spine1 198.18.2.0 down" in found
    assert causes(found) == 1
    assert shift.types("lab", "swap", "C-0001", "C-0004").code == 0
    wait_for_rest(shift)


def a_cut_management_path_comes_back_by_itself(shift: Shift) -> None:
    before, saved = running(shift, "r1-wan2"), startup(shift, "r1-wan2")
    disable_in_netbox(shift, "r1-wan2", "eth0")
    assert "1 device changed (r1-wan2)" in shift.types("snapshot")
    planned = shift.types(
        "plan", "--device", "r1-wan2", "--timer", "15", "-o", str(shift.folder / "cut.lwplan")
    )
    assert "OWN PATH r1-wan2" in planned
    applied = shift.types("apply", "--yes", str(shift.folder / "cut.lwplan"))
    assert applied.code == 6, applied.out + applied.err
    assert "0 confirmed 1 rolled back 0 not touched 0 unknown" in applied
    assert running(shift, "r1-wan2") == before
    assert startup(shift, "r1-wan2") == saved


def what_a_plan_refuses(shift: Shift) -> None:
    """The same plan again, on a device that moved meanwhile: it is spent, whatever runs there, and nothing is written."""
    shift.vtysh("hq-wan2", "configure terminal", BY_HAND)
    moved = running(shift, "hq-wan2")
    again = shift.types("apply", "--yes", str(shift.folder / "change.lwplan"))
    assert again.code == 3
    assert "is spent: job" in again.err
    assert "REFUSED, nothing written" in again.err
    assert running(shift, "hq-wan2") == moved
    shift.vtysh("hq-wan2", "configure terminal", f"no {BY_HAND}")


def nothing_secret_is_left_on_our_side(shift: Shift) -> None:
    store = shift.folder / ".linewright" / "secrets"
    values = list(yaml.safe_load((store / "values.yaml").read_text()).values())
    assert values
    ours = [
        path
        for path in shift.folder.rglob("*")
        if path.is_file() and path.parent != store and not {"routers", "netbox"} & set(path.parts)
    ]
    assert len(ours) > 10
    for path in ours:
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            # The journal's own file beside it goes when its last reader closes.
            assert path.name.startswith("journal.db-"), path
            continue
        assert not [value for value in values if value.encode() in data], path
    left = shift.types(
        "lab", "exec", "hq-wan2", "find", "/run", "/var/lib", "-path", "*linewright*", "-type", "f"
    ).out.split()
    # The fence and what of the router's own log is ours outlive every job; they hold numbers and places.
    kept = {f"/var/lib/linewright/{name}" for name in ("fences", "lock", "ours")}
    assert set(left) <= kept
    for path in left:
        text = shift.types("lab", "exec", "hq-wan2", "cat", path).out
        assert not [value for value in values if value in text], path


def documents_are_written(shift: Shift) -> None:
    built = shift.types("docs", "build", "--into", str(shift.folder / "docs"))
    assert built.code == 0, built.err
    schedule = (shift.folder / "docs" / "cable-schedule.csv").read_text(encoding="utf-8-sig")
    assert "confirmed" in schedule
    assert "<svg" in (shift.folder / "docs" / "topology-hq.svg").read_text()


def all_of_it_goes_away(shift: Shift) -> None:
    assert shift.types("lab", "down").code == 0
    assert shift.types("lab", "netbox", "down").code == 0
    assert not [path for path in (shift.folder / ".linewright" / "lab").rglob("*") if path.name != "lab.log"]


def running(shift: Shift, router: str) -> list[str]:
    return meaningful(shift.vtysh(router, "show running-config no-header"))


def startup(shift: Shift, router: str) -> list[str]:
    return meaningful(shift.types("lab", "exec", router, "cat", "/etc/frr/frr.conf").out)


def meaningful(config: str) -> list[str]:
    lines = (line.strip() for line in config.splitlines())
    return [line for line in lines if line.strip("!") and line != "end"]


def causes(told: Told) -> int:
    """How many causes a verification names: paragraphs after the summary."""
    return len([part for part in told.out.strip().split("\n\n")[1:] if part.strip()])


def until(shift: Shift, words: str) -> Told:
    """Verify until it says so; LLDP forgets a neighbour after a few seconds."""
    for _ in range(12):
        told = shift.types("verify", *SCOPE, "--inside")
        if words in told and "down" in told:
            return told
        subprocess.run(["sleep", "1"], check=True)
    return told


def wait_for_rest(shift: Shift) -> None:
    for _ in range(20):
        told = shift.types("verify", *SCOPE, "--inside")
        if told.code == 0:
            return
        subprocess.run(["sleep", "1"], check=True)
    pytest.fail(told.out)


def disable_in_netbox(shift: Shift, device: str, port: str) -> None:
    from linewright.lab.netbox.lab import status
    from linewright.lab.netbox.seeding.rest import Rest

    netbox = status(shift.folder / ".linewright" / "netbox")
    assert netbox is not None
    with Rest(netbox.url, netbox.token) as rest:
        found = rest.list("dcim/interfaces", device=device, name=port)
        rest.update("dcim/interfaces", [{"id": found[0]["id"], "enabled": False}])
