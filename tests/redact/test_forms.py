"""Every form in which a platform keeps a secret: found whole, replaced by one word, the rest byte for byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.platforms import rules
from linewright.redact import tokenise

S = "Planted/Value$9"

FRR = [
    "router bgp 64500\n neighbor 192.0.2.1 password {}\n",
    "password {}\n",
    "password 8 {}\n",
    "enable password {}\n",
    "username noc password {}\n",
    "key chain K\n key 1\n  key-string {}\n",
    "interface eth1\n ip ospf authentication-key {}\n",
    "interface eth1\n ip ospf message-digest-key 1 md5 {}\n",
    "interface eth1\n ip ospf message-digest-key 1 md5 {} 192.0.2.1\n",
    "interface eth1\n ip rip authentication string {}\n",
    "interface eth1\n isis password md5 {}\n",
    "router ospf\n area 1 virtual-link 192.0.2.1 message-digest-key 1 md5 {}\n",
    "router isis X\n area-password clear {}\n",
    "snmp-server community {}\n",
]
EOS = [
    "snmp-server community {} ro\n",
    "snmp-server host 192.0.2.1 vrf MGMT version 2c {}\n",
    "snmp-server user u g v3 auth sha {}\n",
    "snmp-server user u g v3 localized 80007571046e6d73 auth sha256 {}\n",
    "snmp-server user auth priv v3 auth sha {}\n",
    "snmp-server user v3 auth v3 auth sha {}\n",
    "snmp-server user u g remote 192.0.2.9 udp-port 1162 v3 auth md5 {}\n",
    "username secret secret sha512 {}\n",
    "username x role secret secret {}\n",
    "username x privilege 15 role network-admin secret sha512 {}\n",
    "tacacs-server host key key {}\n",
    "tacacs-server host key vrf key key {}\n",
    "tacacs-server host 192.0.2.9 vrf MGMT port 4949 timeout 5 key 7 {}\n",
    "tacacs-server host 192.0.2.9 single-connection key 7 {}\n",
    "radius-server host 192.0.2.9 auth-port 1645 acct-port 1646 key 7 {}\n",
    "snmp-server host version version 2c {}\n",
    "username admin privilege 15 role network-admin secret sha512 {}\n",
    "username admin secret 5 {}\n",
    "username admin secret {}\n",
    "enable secret sha512 {}\n",
    "enable password {}\n",
    "aaa root secret sha512 {}\n",
    "router bgp 64510\n   neighbor 192.0.2.1 password 7 {}\n",
    "router bgp 64510\n   neighbor 192.0.2.1 password {}\n",
    "ntp authentication-key 1 sha1 7 {}\n",
    "radius-server key 7 {}\n",
    "radius-server host 192.0.2.9 vrf MGMT timeout 5 key 7 {}\n",
    "tacacs-server host 192.0.2.9 key {}\n",
    "interface Ethernet1\n   ip ospf message-digest-key 1 sha256 7 {}\n",
    "interface Ethernet1\n   ip ospf authentication-key 7 {}\n",
    "router isis X\n   authentication key 7 {}\n",
    "management security\n   ssl profile P\n      password 7 {}\n",
]


@pytest.mark.parametrize(("name", "form"), [("frr", form) for form in FRR] + [("eos", form) for form in EOS])
def test_the_secret_is_replaced_and_nothing_else(name, form, key):
    found = tokenise(form.format(S), rules(name), key, "r1")
    assert S not in found
    head, tail = form.split("{}")
    assert found.startswith(head)
    assert found.endswith(tail)
    assert found.removeprefix(head).removesuffix(tail).startswith("lw-secret-")


def test_two_secrets_of_one_line_have_different_tokens(key):
    line = f"snmp-server user u g v3 auth sha {S} priv aes {S}\n"
    found = tokenise(line, rules("eos"), key, "r1").split()
    tokens = [word for word in found if word.startswith("lw-secret-")]
    assert len(set(tokens)) == 2


def test_a_secret_of_several_words_is_replaced_whole(key):
    found = tokenise(" neighbor 192.0.2.1 password one two three\r\n", rules("frr"), key, "r1")
    assert found.startswith(" neighbor 192.0.2.1 password lw-secret-")
    assert found.endswith("\r\n")
    assert "two" not in found


@pytest.mark.parametrize(
    "text",
    [
        "description password reset desk\n",
        "username x nopassword\n",
        "ip prefix-list password seq 5 permit any\n",
        "service password-encryption\n",
        "interface Ethernet1\n   description key 7 of the rack\n",
        "snmp-server contact key 7 holder of the rack\n",
        "snmp-server host 192.0.2.1 version 3 priv auth\n",
        "ntp server 192.0.2.1 key 7\n",
        "aaa group server tacacs+ key\n   server 192.0.2.1 vrf key\n",
    ],
)
def test_what_is_no_secret_stays(text, platform, key):
    assert tokenise(text, platform, key, "r1") == text


def test_a_banner_is_no_place_for_secrets(key):
    text = "banner motd\nenable password is not told here\nEOF\nhostname x\n"
    assert tokenise(text, rules("eos"), key, "r1") == text


def test_a_change_beside_a_secret_is_still_seen(key):
    """Only the secret is hidden: what else differs on its line differs in the text."""
    eos = rules("eos")
    neighbours = [
        (f"snmp-server user nms G v3 localized 8000 auth sha {S} priv aes {S}", ("nms", "nms2")),
        (f"snmp-server user nms G v3 localized 8000 auth sha {S} priv aes {S}", (" G ", " H ")),
        (f"snmp-server user nms G v3 localized 8000 auth sha {S} priv aes {S}", ("8000", "8001")),
        (f"snmp-server user nms G v3 localized 8000 auth sha {S} priv aes {S}", ("sha", "md5")),
        (f"snmp-server user nms G v3 localized 8000 auth sha {S} priv aes {S}", ("aes", "des")),
        (f"tacacs-server host 192.0.2.9 vrf MGMT port 49 timeout 5 key 7 {S}", ("192.0.2.9", "192.0.2.8")),
        (f"tacacs-server host 192.0.2.9 vrf MGMT port 49 timeout 5 key 7 {S}", ("MGMT", "key")),
        (f"tacacs-server host 192.0.2.9 vrf MGMT port 49 timeout 5 key 7 {S}", ("timeout 5", "timeout 6")),
        (f"tacacs-server host 192.0.2.9 vrf MGMT port 49 timeout 5 key 7 {S}", ("key 7", "key 8a")),
        (f"radius-server host 192.0.2.9 auth-port 1645 key 7 {S}", ("1645", "1812")),
        (f"username x privilege 15 role admin secret sha512 {S}", ("15", "14")),
        (f"username x privilege 15 role admin secret sha512 {S}", ("admin", "secret")),
        (f"username x privilege 15 role admin secret sha512 {S}", ("sha512", "5")),
        (f"ntp authentication-key 1 sha1 7 {S}", ("key 1", "key 2")),
        (f"snmp-server host 192.0.2.1 vrf A version 2c {S}", ("vrf A", "vrf B")),
    ]
    for line, (old, new) in neighbours:
        before, after = (tokenise(text, eos, key, "r1") for text in (line, line.replace(old, new)))
        hidden = [re.sub("lw-secret-[0-9a-f]{32}", "*", text) for text in (before, after)]
        assert hidden == [line.replace(S, "*"), line.replace(old, new).replace(S, "*")]
        assert hidden[0] != hidden[1]


NAMES = st.sampled_from(
    ("auth", "priv", "v3", "key", "secret", "version", "sha", "a", "7", "vrf", "localized")
)


@given(user=NAMES, group=NAMES, auth=st.booleans(), engine=st.booleans())
def test_no_name_hides_where_the_keys_of_a_user_stand(user, group, auth, engine):
    line = f"snmp-server user {user} {group} v3 {'localized 80007571 ' * engine}auth sha {S}{f' priv aes {S}' * auth}"
    found = tokenise(line, rules("eos"), bytes(32), "r1")
    assert re.sub("lw-secret-[0-9a-f]{32}", "*", found) == line.replace(S, "*")


@given(host=NAMES, vrf=NAMES, form=st.sampled_from(("", "7 ", "8a ")))
def test_no_name_hides_where_the_key_of_a_server_stands(host, vrf, form):
    line = f"tacacs-server host {host} vrf {vrf} timeout 5 key {form}{S}"
    assert S not in tokenise(line, rules("eos"), bytes(32), "r1")


@given(user=NAMES, role=NAMES, form=st.sampled_from(("", "sha512 ", "5 ")))
def test_no_name_hides_where_the_hash_of_a_user_stands(user, role, form):
    line = f"username {user} privilege 15 role {role} secret {form}{S}"
    assert S not in tokenise(line, rules("eos"), bytes(32), "r1")
