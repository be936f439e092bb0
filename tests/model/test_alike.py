"""The same trouble on many devices is told once, and no two troubles are told as one."""

from hypothesis import given
from hypothesis import strategies as st

from linewright.model.alike import alike


def refused(name, address):
    return f"{name} ({address} port 22) was not reached: [Errno 111] Connection refused"


def test_what_differs_only_in_name_and_address_is_one():
    found = alike({"r2": refused("r2", "192.0.2.2"), "r10": refused("r10", "2001:db8::10"), "r1": "other"})
    assert [(group.line, group.devices) for group in found] == [
        ("2 devices were not reached: [Errno 111] Connection refused", ("r2", "r10")),
        ("other", ("r1",)),
    ]


def test_one_alone_keeps_its_own_words():
    assert alike({"r1": refused("r1", "192.0.2.1")})[0].line == refused("r1", "192.0.2.1")


def test_different_numbers_in_the_reason_are_different_troubles():
    assert len(alike({"r1": "r1: 3 rows", "r2": "r2: 4 rows"})) == 2


def test_a_name_inside_another_is_not_taken_out():
    assert alike({"r1": "r1-b is asked for", "r2": "r2-b is asked for"})[0].devices == ("r1",)


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_every_device_is_in_one_group(messages):
    named = [device for group in alike(messages) for device in group.devices]
    assert sorted(named) == sorted(messages)
