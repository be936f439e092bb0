"""Where the token may go and where it may not."""

from dataclasses import replace

import pytest

from linewright.errors import SecretError, SettingsError
from linewright.sources.netbox import Connection

V2 = "nbt_AbCdEf123456.S3cretS3cretS3cretS3cretS3cretS3cretS3cret"
V1 = "0123456789abcdefABCDEF890123456789abcdef"


@pytest.mark.parametrize(
    ("token", "header"),
    [(V2, f"Bearer {V2}"), (V1, f"Token {V1}"), ("zZ9" * 13 + "x", f"Token {'zZ9' * 13}x")],
)
def test_both_kinds_of_token_are_sent_as_netbox_wants_them(token, header):
    assert Connection(url="https://netbox.example.net", token=token).authorization == header


@pytest.mark.parametrize(
    "token",
    ["", "nbt_abc", V1[:-1], V1 + "0", f" {V1}", f"{V1}\n", "nbt_a.b\r\nX-Evil: 1", f"Token {V1}", "nbt_ü.x"],
)
def test_a_token_of_another_form_is_refused_and_not_repeated(token):
    with pytest.raises(SecretError) as caught:
        Connection(url="https://netbox.example.net", token=token)
    if token.strip():
        assert token.strip() not in f"{caught.value!r} {caught.value.message} {caught.value.hint}"


def test_the_token_is_not_shown_and_cannot_be_encoded():
    connection = Connection(url="https://netbox.example.net", token=V2)
    shown = f"{connection} {connection!r} {replace(connection, workers=2)}"
    assert "S3cret" not in shown
    assert V2 not in shown


@pytest.mark.parametrize(
    "url",
    [
        "https://netbox.example.net",
        "https://tools.example.net:8443/netbox/",
        "https://[2001:db8::1]",
        "http://127.0.0.1:8000",
        "http://127.8.9.10",
        "http://[::1]:8000",
        "http://localhost:8000",
    ],
)
def test_these_urls_are_good(url):
    assert Connection(url=url, token=V2).base == url.rstrip("/")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "empty"),
        ("netbox.example.net", "is not like"),
        ("ftp://netbox.example.net", "is not like"),
        ("https://", "is not like"),
        ("https://user:pw@netbox.example.net", "user name or password"),
        ("https://netbox.example.net?a=b", "after its path"),
        ("https://netbox.example.net#x", "after its path"),
        ("https://netbox.example.net\r\nX-Evil: 1", "control character"),
        ("https://netbox.example.net:99999", "is not one"),
        ("https://[::1", "is not one"),
        ("http://netbox.example.net", "plain HTTP"),
        ("http://192.0.2.1", "plain HTTP"),
        ("http://localhost.example.net", "plain HTTP"),
        ("http://127.0.0.1.example.net", "plain HTTP"),
    ],
)
def test_these_urls_are_refused(url, message):
    with pytest.raises(SettingsError, match=message) as caught:
        Connection(url=url, token=V2)
    assert "pw" not in caught.value.message


def test_plain_http_to_another_host_is_possible_when_said():
    assert Connection(url="http://192.0.2.1", token=V2, allow_http=True).base == "http://192.0.2.1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"workers": 0},
        {"workers": 99},
        {"attempts": 0},
        {"page_size": 0},
        {"read_timeout": 0},
        {"backoff": -1},
    ],
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(SettingsError):
        Connection(url="https://netbox.example.net", token=V2, **wrong)


def test_a_ca_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.pem"):
        Connection(url="https://netbox.example.net", token=V2, ca_file=str(tmp_path / "none.pem"))
