"""Errors that quote a device are kept without what looks like its secrets; names of our own references stay."""

import pytest

from linewright import log
from linewright.devices.read import told, unreachable
from linewright.errors import DeviceError, Impostor, SecretError

QUOTING = [
    "copy https://ops:Dev@DevSecret77@192.0.2.1/x failed",
    "$6$abc$DevSecret77 was refused",
    "token: DevSecret77",
]


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        *((platform, words) for platform in ("frr", "eos", "", "nobody-knows") for words in QUOTING),
        ("frr", "% Invalid: neighbor 192.0.2.1 password DevSecret77"),
        ("eos", "> neighbor 192.0.2.1 password 7 DevSecret77"),
    ],
)
def test_what_a_device_said_loses_what_looks_like_a_secret(platform: str, words: str) -> None:
    error = DeviceError(f"r1: {words}", hint=words)
    assert "DevSecret77" not in " ".join(told(error, platform))
    assert "DevSecret77" not in " ".join(told(ValueError(words), platform))
    seen = unreachable("r1", platform, error)
    assert "DevSecret77" not in seen.error + seen.error_hint
    assert seen.error.startswith("r1: ")


def test_a_secret_of_our_own_is_masked_in_every_error() -> None:
    log.conceal("our-own-password-of-a-test")
    for error in (DeviceError("x our-own-password-of-a-test"), SecretError("x our-own-password-of-a-test")):
        assert told(error, "frr") == ("x ***", "")


@pytest.mark.parametrize(
    "error",
    [
        SecretError("no value for the secret 'bgp/r1'", hint="put it into values.yaml"),
        Impostor("r1: the host key is not the enrolled one", hint="lw trust scan r1"),
        DeviceError("r1 was not reached", hint="is it up?"),
    ],
)
def test_our_own_sentences_stay_as_they_are(error: SecretError | Impostor | DeviceError) -> None:
    assert told(error, "eos") == (error.message, error.hint)


def test_words_have_an_end() -> None:
    message, hint = told(DeviceError("x " * 100_000, hint="y" * 100_000), "eos")
    assert len(message) <= 500
    assert len(hint) <= 500
