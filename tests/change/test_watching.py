"""A change is judged by what stood before it, on the device and beside it."""

import msgspec
import pytest

from linewright.change import watching
from linewright.change.watching import Eyes, Watching
from linewright.checks.change.beside import Beside, reference
from linewright.checks.change.site import SiteCheck
from linewright.errors import DataError, DeviceError, Refused
from linewright.model.observation import BgpSession, Observation, Port
from linewright.plan.changeplan import Around, CheckRef, DevicePlan

OWN = SiteCheck(
    "tests/change/x.py", "def check(b, a, around, i): return [n for n in around if not a['ports']]"
)


def seen(device, ports=("eth1",), bgp=(), **more):
    return Observation(
        device=device,
        platform="frr",
        seen="2026-11-24T02:00:00Z",
        ports=tuple(Port(name=name, up=True) for name in ports),
        neighbors=(),
        ospf=(),
        bgp=tuple(BgpSession(peer=peer, remote_as=1, state="up") for peer in bgp),
        **more,
    )


def plan(*checks):
    around = Around(device="r2", platform="frr", host="192.0.2.2", port=22, identity="x")
    part = DevicePlan(
        device="r1", platform="frr", host="192.0.2.1", port=22, identity="x", order="sent", timer=60,
        before="", after="", intended="", commands=(), back_out=(), diff=(),
    )  # fmt: skip
    return msgspec.structs.replace(part, checks=checks, around=(around,))


NEIGHBOURS = reference("0" * 64, (), (Beside(device="r2", concerns=("bgp 10.0.0.1",)),))


@pytest.fixture
def world(monkeypatch):
    """What is to be seen, by device; a text is why it cannot be."""
    sights = {"r1": seen("r1"), "r2": seen("r2", bgp=("10.0.0.1", "10.9.9.9"))}

    def observe(_driver, device, *_):
        if isinstance(sights[device], str):
            raise DeviceError(sights[device])
        return sights[device]

    monkeypatch.setattr(watching.read, "observe", observe)
    return sights


def watched(world, *checks, site=()):
    found = Watching(plan(*checks), Eyes(look=world.__getitem__, site_checks=dict(site)), b"k" * 32)
    found.begin(None)
    return found


def test_what_stood_and_is_gone_is_a_fault_until_it_is_back(world):
    found = watched(world, NEIGHBOURS)
    assert found.faults(None) == ()
    good = dict(world)
    world |= {"r1": seen("r1", ports=()), "r2": seen("r2")}
    assert found.faults(None) == ("r1: interface eth1 is down", "r2: BGP session 10.0.0.1 is down")
    world |= good
    assert found.faults(None) == ()


def test_a_device_that_cannot_be_read_any_more_is_no_proof(world):
    found = watched(world, NEIGHBOURS)
    world["r1"] = "r1: no answer"
    assert found.faults(None) == ("r1 could not be read: r1: no answer",)


def test_one_beside_it_that_could_not_be_read_before_is_not_judged_and_is_named(world):
    good = world["r2"]
    world["r2"] = seen("r2", error="no route")
    found = watched(world, NEIGHBOURS)
    assert found.unwatched == ("r2",)
    assert found.faults(None) == ()
    world["r2"] = good
    assert found.faults(None) == ()


def test_a_device_that_cannot_be_read_before_is_not_written_to(world):
    world["r1"] = "r1: no answer"
    with pytest.raises(DeviceError):
        watched(world, NEIGHBOURS)


def test_the_sites_own_check_judges_too(world):
    ref = CheckRef(name=OWN.name, digest=OWN.digest)
    found = watched(world, ref, site=[(OWN.name, OWN)])
    assert found.faults(None) == ()
    world["r1"] = seen("r1", ports=())
    assert found.faults(None) == ("tests/change/x.py: r2",)


def test_another_check_than_the_planned_one_is_refused(world):
    with pytest.raises(Refused, match="not the one the plan was made with"):
        watched(world, CheckRef(name=OWN.name, digest="0" * 64), site=[(OWN.name, OWN)])
    with pytest.raises(DataError, match="not one of this site's"):
        watched(world, CheckRef(name=OWN.name, digest=OWN.digest))


def test_without_checks_nothing_is_looked_at(world):
    world["r1"] = "r1: no answer"
    assert watched(world).faults(None) == ()
