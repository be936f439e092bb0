"""A full disk under the state folder: what was found out is still told."""

import errno
import os
from typing import Any

import pytest

from linewright import files
from linewright.cli import verify as command
from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.errors import FacilityError
from linewright.operate.demo import SLUG
from linewright.operate.fleet import read
from linewright.operate.scope import Scope, in_scope
from linewright.operate.verifying import verify_network

SCOPE = Scope(filters=(f"platform={SLUG}",))


def quiet(*_: Any) -> None:
    pass


@pytest.fixture
def full(twins: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The site of the twins, on a disk that from now on takes nothing more."""

    def no_space(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", no_space)
    return twins


def test_verify_tells_what_it_saw_and_that_it_was_not_kept(full: Any) -> None:
    matched = in_scope(full.snapshot, SCOPE, full.place.settings)
    verified = verify_network(full.place, full.snapshot, matched, quiet)
    assert "No space left on device" in verified.unkept
    assert not verified.verification.findings
    assert verified.verification.configs.good == len(matched.devices)
    assert not any(full.place.state.seen(name) for name in matched.devices)


def test_the_command_says_both_and_ends_with_4(
    full: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "here", lambda _: full.place)
    assert ended(root, ["verify", "--filter", f"platform={SLUG}"]) == 4
    said = capsys.readouterr()
    assert "Configs 11/11 as intended" in said.out
    assert "NOT KEPT" in said.err
    assert "No space left on device" in said.err


def test_what_must_be_kept_is_not_read_for_nothing(full: Any) -> None:
    devices = in_scope(full.snapshot, SCOPE, full.place.settings).devices
    with pytest.raises(FacilityError, match="No space left on device"):
        read(full.place, devices, quiet)


def test_a_snapshot_that_cannot_be_kept_leaves_the_newest_as_it_was(full: Any) -> None:
    from linewright.operate.demo import edited

    before = full.place.snapshot().code
    with pytest.raises(FacilityError, match="No space left on device"):
        full.place.keep(edited(full.snapshot))
    assert full.place.snapshot().code == before
