"""Against a server that behaves like Vault's API: what is asked, what is refused, and that nothing is quoted."""

import socket
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linewright.devices.secrets import SecretStore
from linewright.errors import FacilityError, LinewrightError, NotReached, SecretError, SettingsError
from linewright.settings import Vault

TOKEN, ROLE, SECRET_ID = "hvs.planted-token", "role-planted", "secret-id-planted"
PLANTED = "hunter2-planted"
REFERENCE = "vault:net/bgp#password"


@pytest.fixture
def store(vault: Any, tmp_path: Path) -> Callable[..., SecretStore]:
    def make(environment: dict[str, str] | None = None, **more: Any) -> SecretStore:
        settings = Vault(**{"address": vault.address, "ca_file": str(vault.ca_file), "timeout": 5, **more})
        return SecretStore(
            tmp_path / "site.key",
            tmp_path / "values.yaml",
            {"VAULT_TOKEN": TOKEN} if environment is None else environment,
            vault=settings,
            folder=tmp_path,
        )

    return make


def says_nothing(error: BaseException) -> None:
    """No secret in anything that could be printed of an error, its causes and what a debugger of it would show."""
    shown = "".join(traceback.format_exception(error)) + repr(vars(error))
    for planted in (TOKEN, ROLE, SECRET_ID, PLANTED):
        assert planted not in shown


def test_a_field_of_kv_2(store: Callable[..., SecretStore], vault: Any) -> None:
    found = store(namespace="team")
    assert found.credential(REFERENCE) == PLANTED
    assert found.credential(REFERENCE) == PLANTED
    assert vault.fake.asked == ["GET /v1/secret/data/net/bgp"], "asked once a run"
    assert vault.fake.namespaces == ["team"]
    assert PLANTED not in repr(found)


def test_a_field_of_kv_1_in_another_mount(store: Callable[..., SecretStore], vault: Any) -> None:
    vault.fake.version, vault.fake.mount = 1, "kv"
    assert store(version=1, mount="kv").credential(REFERENCE) == PLANTED


def test_an_approle_logs_in_by_references(
    store: Callable[..., SecretStore], vault: Any, tmp_path: Path
) -> None:
    secret = tmp_path / "secret-id"
    secret.touch(0o600)
    secret.write_text(f"{SECRET_ID}\n")
    found = store(
        {"ROLE": ROLE, "VAULT_TOKEN": "another"},
        method="approle", role_id="env:ROLE", secret_id="file:secret-id",
    )  # fmt: skip
    assert found.credential(REFERENCE) == PLANTED
    assert vault.fake.tokens == [TOKEN]


@pytest.mark.parametrize(
    ("environment", "more"),
    [
        ({"VAULT_TOKEN": "wrong"}, {}),
        ({"ROLE": ROLE, "SECRET": "wrong"}, {"method": "approle", "role_id": "env:ROLE", "secret_id": "env:SECRET"}),
    ],
)  # fmt: skip
def test_a_wrong_login_is_refused_and_named(
    store: Callable[..., SecretStore], environment: dict[str, str], more: dict[str, Any]
) -> None:
    with pytest.raises(
        SecretError, match=r"refuses 'vault:net/bgp#password': the (token|approle) is not valid"
    ) as caught:
        store(environment, **more).credential(REFERENCE)
    says_nothing(caught.value)


@pytest.mark.parametrize(
    "reference", ["vault:net/ospf#password", "vault:net/bgp#key", "vault:net/bgp#number"]
)
def test_what_is_not_there_is_named(store: Callable[..., SecretStore], reference: str) -> None:
    with pytest.raises(SecretError, match=reference) as caught:
        store().credential(reference)
    says_nothing(caught.value)


@pytest.mark.parametrize(
    "place",
    [
        "net/bgp",
        "net/bgp#",
        "#x",
        "../sys/mounts#x",
        "net/../bgp#x",
        "net//bgp#x",
        "net/bgp?x=1#y",
        "a%2fb#x",
        "/net#x",
    ],
)
def test_what_is_no_reference_is_not_asked_for(
    store: Callable[..., SecretStore], vault: Any, place: str
) -> None:
    with pytest.raises(SecretError, match="is no reference"):
        store().credential(f"vault:{place}")
    assert vault.fake.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"not json " + PLANTED.encode()), (200, b"[]"), (200, b"null"), (200, b'{"data": null}'), (204, b""),
        (200, b'{"data": {"data": null}}'), (500, b'{"errors": ["hunter2-planted"]}'), (502, b"<html>hunter2-planted"),
        (503, b'{"errors": ["sealed"]}'), (429, b""), (418, b"\xff"),
    ],
)  # fmt: skip
def test_an_answer_that_is_none_of_vaults_is_never_a_value_and_never_quoted(
    store: Callable[..., SecretStore], vault: Any, answer: tuple[int, bytes]
) -> None:
    vault.fake.answer = answer
    with pytest.raises((NotReached, SecretError), match=r"Vault at https://127\.0\.0\.1") as caught:
        store().credential(REFERENCE)
    says_nothing(caught.value)


def test_the_token_does_not_follow_a_redirect(store: Callable[..., SecretStore], vault: Any) -> None:
    vault.fake.answer, vault.fake.redirect = (307, b""), "https://127.0.0.1:1/v1/secret/data/net/bgp"
    with pytest.raises(LinewrightError, match="did not answer as Vault does"):
        store().credential(REFERENCE)
    assert vault.fake.asked == ["GET /v1/secret/data/net/bgp"]


def test_a_certificate_of_nobody_we_know_is_sent_no_token(
    store: Callable[..., SecretStore], vault: Any
) -> None:
    with pytest.raises(NotReached, match="did not prove who it is; no token was sent") as caught:
        store(ca_file="").credential(REFERENCE)
    assert "vault.ca_file" in caught.value.hint
    assert vault.fake.tokens == []
    says_nothing(caught.value)


def test_proxies_and_authorities_of_the_environment_are_not_used(
    store: Callable[..., SecretStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent")
    assert store().credential(REFERENCE) == PLANTED


def test_a_vault_that_is_down_is_not_reached(store: Callable[..., SecretStore]) -> None:
    with pytest.raises(NotReached, match="was not reached"):
        store(address="https://127.0.0.1:1").credential(REFERENCE)


def test_a_vault_that_says_nothing_is_waited_for_no_longer_than_its_timeout(
    store: Callable[..., SecretStore],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"https://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotReached, match=r"did not answer within 0\.2 s"):
            store(address=address, timeout=0.2).credential(REFERENCE)


@pytest.mark.parametrize(
    "address",
    ["", "http://vault.example", "ftp://127.0.0.1", "127.0.0.1:8200", "https://", "https://jo:pw@vault"],
)
def test_an_address_that_would_send_the_token_in_clear_is_refused(
    store: Callable[..., SecretStore], address: str
) -> None:
    with pytest.raises(SettingsError, match=r"vault\.address") as caught:
        store(address=address).credential(REFERENCE)
    assert "jo:pw" not in caught.value.message


@pytest.mark.parametrize("token", ["", "vault:self#token"])
def test_vaults_own_credential_does_not_come_from_vault(
    store: Callable[..., SecretStore], token: str
) -> None:
    with pytest.raises(SettingsError, match=r"vault\.method is token"):
        store(token=token).credential(REFERENCE)


def test_a_token_with_a_line_end_inside_is_no_header(store: Callable[..., SecretStore]) -> None:
    with pytest.raises(SecretError, match="cannot be a credential") as caught:
        store({"VAULT_TOKEN": f"{TOKEN}\r\nX-Evil: 1"}).credential(REFERENCE)
    says_nothing(caught.value)


def test_without_the_library_it_is_said_what_to_install(
    store: Callable[..., SecretStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "hvac", None)
    with pytest.raises(FacilityError) as caught:
        store().credential(REFERENCE)
    assert "linewright[vault]" in caught.value.hint
