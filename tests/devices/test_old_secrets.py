"""Old secrets: out of the encrypted text from before, into memory, back onto the device; nowhere else."""

import msgspec
import pyrage
import pytest

from linewright.devices.old_secrets import OldSecrets
from linewright.devices.write import lines_for
from linewright.errors import DataError, SecretError
from linewright.plan.changeplan import DevicePlan
from linewright.platforms import rules
from linewright.redact import token, tokenise
from linewright.seal import age

KEY, FRR = b"k" * 32, rules("frr")
TEXT = """hostname r1
password a secret of words
router bgp 64500
 neighbor 192.0.2.1 remote-as 64501
 neighbor 192.0.2.1 password Old-Value-1
 neighbor 192.0.2.2 password Old-Value-1
exit
"""


@pytest.fixture
def identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def sealed(identity: str, text: bytes = TEXT.encode()) -> bytes:
    public = str(pyrage.x25519.Identity.from_str(identity).to_public())
    return age.encrypt(text, [public])


@pytest.fixture
def old(identity: str) -> OldSecrets:
    found = OldSecrets(KEY)
    found.open(sealed(identity), identity, "r1", FRR, "J1")
    return found


def part(line: str, device: str = "r1") -> DevicePlan:
    return DevicePlan(
        device=device, platform="frr", host="h", port=1, identity="x", order="sent", timer=60, before="", after="",
        intended="", commands=("router bgp 64500", line, "exit"), back_out=(), diff=(),
    )  # fmt: skip


def test_its_tokens_are_those_of_the_tokenised_text(old: OldSecrets) -> None:
    shown = tokenise(TEXT, FRR, KEY, "r1")
    assert [slot.token in shown for slot in old.slots("r1")] == [True, True]
    assert old.slots("r2") == ()


def test_an_old_line_gets_its_old_value_right_before_it_is_sent(old: OldSecrets) -> None:
    made = token(KEY, "r1", "router bgp 64500 / neighbor 192.0.2.1 password *", "Old-Value-1")

    plan = msgspec.structs.replace(
        part(f" neighbor 192.0.2.1 password {made}"),
        slots=tuple(slot for slot in old.slots("r1") if slot.token == made),
    )
    lines = lines_for(plan, KEY, old.reveal)
    assert " neighbor 192.0.2.1 password Old-Value-1\n" in lines.text
    assert "Old-Value" not in repr(lines)
    assert "Old-Value" not in repr(old)
    moved = msgspec.structs.replace(plan, commands=(f" neighbor 192.0.2.2 password {made}",))
    with pytest.raises(SecretError, match="belongs to another line"):
        lines_for(moved, KEY, old.reveal)
    with pytest.raises(SecretError, match="not the one that was planned with"):
        lines_for(plan, KEY, lambda _ref: "Another-Value")


def test_what_is_no_one_word_is_never_offered(old: OldSecrets) -> None:
    assert len(old.slots("r1")) == 2
    assert "secret of words" not in "".join(old.reveal(slot.ref) for slot in old.slots("r1"))


def test_another_key_opens_nothing(identity: str) -> None:
    old = OldSecrets(KEY)
    other = str(pyrage.x25519.Identity.generate())
    with pytest.raises(SecretError) as caught:
        old.open(sealed(identity), other, "r1", FRR, "J1")
    assert other not in str(caught.value)
    assert old.slots("r1") == ()


@pytest.mark.parametrize("text", [b"\xff\xfe", b"banner motd\nno end"])
def test_what_is_no_configuration_says_so(identity: str, text: bytes) -> None:
    with pytest.raises(DataError):
        OldSecrets(KEY).open(sealed(identity, text), identity, "sw1", rules("eos"), "J1")


def test_a_reference_of_another_rollback_is_unknown(old: OldSecrets) -> None:
    with pytest.raises(SecretError, match="before:J9/r1#0"):
        old.reveal("before:J9/r1#0")
