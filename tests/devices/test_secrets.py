from pathlib import Path

import pytest

from linewright.devices.secrets import SecretStore, add_values, make_key
from linewright.errors import SecretError

PLANTED = "hunter2-planted"


def store(folder: Path, **environment: str) -> SecretStore:
    return SecretStore(folder / "site.key", folder / "values.yaml", environment)


def test_a_made_key_is_private_and_made_once(tmp_path: Path) -> None:
    make_key(tmp_path / "site.key")
    first = store(tmp_path).key
    make_key(tmp_path / "site.key")
    assert store(tmp_path).key == first
    assert len(first) == 32
    assert (tmp_path / "site.key").stat().st_mode & 0o777 == 0o600


def test_values_come_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    add_values(tmp_path / "values.yaml", {"bgp/hq-r1": PLANTED})
    add_values(tmp_path / "values.yaml", {"other": "x"})
    assert store(tmp_path).reveal("bgp/hq-r1") == PLANTED
    assert store(tmp_path, LINEWRIGHT_SECRET_BGP_HQ_R1="env").reveal("bgp/hq-r1") == "env"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    add_values(tmp_path / "values.yaml", {"a": PLANTED})
    (tmp_path / "values.yaml").chmod(mode)
    with pytest.raises(SecretError, match="read by others") as caught:
        store(tmp_path).reveal("a")
    assert "chmod 600" in caught.value.hint


@pytest.mark.parametrize(
    "content",
    [f"a: {PLANTED}\nb: [", f"- {PLANTED}", f"a: {{b: {PLANTED}}}", f"a: 1\nb: {PLANTED}", f"{PLANTED}: !x"],
)
def test_a_malformed_file_is_named_and_never_quoted(tmp_path: Path, content: str) -> None:
    path = tmp_path / "values.yaml"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(SecretError) as caught:
        store(tmp_path).reveal("a")
    assert (
        PLANTED
        not in f"{caught.value!r} {caught.value.hint} {caught.value.__cause__!r} {caught.value.__context__ and ''}"
    )


@pytest.mark.parametrize("key", ["", "abcd", "zz" * 32, "ab" * 31])
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    path = tmp_path / "site.key"
    path.touch(0o600)
    path.write_text(key)
    with pytest.raises(SecretError, match="not a site key"):
        _ = store(tmp_path).key


def test_an_unknown_reference_says_where_to_put_it(tmp_path: Path) -> None:
    add_values(tmp_path / "values.yaml", {})
    with pytest.raises(SecretError, match="'x/y'") as caught:
        store(tmp_path).reveal("x/y")
    assert "LINEWRIGHT_SECRET_X_Y" in caught.value.hint


def test_the_store_says_nothing_of_itself(tmp_path: Path) -> None:
    add_values(tmp_path / "values.yaml", {"a": PLANTED})
    found = store(tmp_path)
    found.reveal("a")
    assert PLANTED not in repr(found)


@pytest.mark.parametrize(
    "value", ["nbt_wnXw8Yh2.58VbQq", "0123456789abcdef0123456789abcdef01234567", "aB3dEfGhIjKlMnOpQrStUv"]
)
def test_a_secret_in_the_place_of_its_name_is_not_told_on(tmp_path: Path, value: str) -> None:
    from linewright import log
    from linewright.devices.secrets import SecretStore
    from linewright.errors import SecretError

    store = SecretStore(tmp_path / "key", tmp_path / "values", environment={}, own={value: "netbox.token"})
    with pytest.raises(SecretError) as caught:
        store.credential(value)
    assert "netbox.token holds what looks like the secret itself" in caught.value.message
    assert value not in caught.value.message + caught.value.hint
    assert value not in log.shown(f"x {value} y")
