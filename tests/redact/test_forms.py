"""Every form in which a platform keeps a secret: found whole, replaced by one word, the rest byte for byte."""

import pytest

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
    ],
)
def test_what_is_no_secret_stays(text, platform, key):
    assert tokenise(text, platform, key, "r1") == text


def test_a_banner_is_no_place_for_secrets(key):
    text = "banner motd\nenable password is not told here\nEOF\nhostname x\n"
    assert tokenise(text, rules("eos"), key, "r1") == text
