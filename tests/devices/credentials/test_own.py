"""What the settings name is linewright's own: data may not have it sent anywhere, however it spells it."""

from pathlib import Path

import pytest

from linewright import children
from linewright.devices.secrets import SecretStore, add_values, make_key, secret_store
from linewright.errors import SecretError
from linewright.operate.labs import inventive
from linewright.operate.workplace import workplace
from linewright.settings import Backup, Jump, Login, NetBox, Secrets, Settings, Vault

OWN = {
    "netbox/token": "netbox.token",
    "login/eos": "login.eos.password",
    "jump/edge": "jumps.edge.password",
    "env:VAULT_ROLE": "vault.role_id",
    "vault:net/admin#password": "login.frr.password",
    "file:inventory/secrets/backup.key": "backup.identity",
    "file:keys/ops": "login.eos.key_file",
    "file:inventory/secrets/site.key": "secrets.key_file",
    "file:inventory/secrets/values.yaml": "secrets.values_file",
}
SPELT = [
    "netbox_token",
    "NETBOX.TOKEN",
    "login-eos",
    "env:LINEWRIGHT_SECRET_NETBOX_TOKEN",
    "file:inventory/./secrets/site.key",
    "file:inventory//secrets/site.key",
    "file:linked.key",
]


def settings(folder: Path) -> Settings:
    return Settings(
        root=str(folder),
        netbox=NetBox(token="netbox/token"),
        login={
            "eos": Login(username="ops", password="login/eos", key_file="keys/ops"),
            "frr": Login(username="ops", password="vault:net/admin#password"),
            "linux": Login(username="ops"),
        },
        jumps={"edge": Jump(password="jump/edge")},
        vault=Vault(role_id="env:VAULT_ROLE"),
        backup=Backup(identity="inventory/secrets/backup.key"),
        secrets=Secrets(allowed=("vault:net/", "file:", "env:")),
    )


@pytest.fixture
def store(tmp_path: Path) -> SecretStore:
    found = settings(tmp_path)
    make_key(found.path(found.secrets.key_file))
    add_values(
        found.path(found.secrets.values_file),
        {"netbox/token": "nbt_x", "login/eos": "pw", "jump/edge": "pw", "radius/1": "shared", "a.b": "c"},
    )
    (tmp_path / "linked.key").symlink_to("inventory/secrets/site.key")
    return secret_store(found)


@pytest.mark.parametrize(("reference", "setting"), OWN.items())
def test_data_may_not_name_what_a_setting_names(store: SecretStore, reference: str, setting: str) -> None:
    with pytest.raises(SecretError, match="linewright's own") as caught:
        store.reveal(reference)
    assert repr(reference) in caught.value.message
    assert setting in caught.value.message


@pytest.mark.parametrize("reference", SPELT)
def test_nor_in_another_spelling(store: SecretStore, reference: str) -> None:
    with pytest.raises(SecretError, match="linewright's own"):
        store.reveal(reference)


def test_logins_and_other_secrets_go_on(store: SecretStore) -> None:
    assert store.credential("login/eos") == "pw"
    assert store.credential("netbox/token") == "nbt_x"
    assert store.reveal("radius/1") == "shared"
    assert store.reveal("a.b") == "c"


def test_a_lab_makes_up_no_value_in_their_place(tmp_path: Path) -> None:
    found = settings(tmp_path)
    place = inventive(workplace(tmp_path, found))
    with pytest.raises(SecretError, match="linewright's own"):
        place.secrets.reveal("netbox/token")
    assert place.secrets.reveal("radius/1")
    assert "netbox" not in found.path(found.secrets.values_file).read_text()


def test_variables_that_settings_name_are_kept_from_children(tmp_path: Path) -> None:
    secret_store(settings(tmp_path))
    secret_store(Settings(login={"eos": Login(password="env:EOS_PASSWORD_OF_A_TEST")}))
    assert "EOS_PASSWORD_OF_A_TEST" not in children.inherited(environment={"EOS_PASSWORD_OF_A_TEST": "x"})
