"""Every form in which a platform keeps a secret: found whole, replaced by one word, the rest byte for byte."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.platforms import rules
from linewright.redact import tokenise

S = "Planted/Value$9"
#: As it stands in a URL.
ESCAPED = "Planted%2FValue$9"

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
    "mpls ldp\n neighbor 192.0.2.1 password {}\n",
    "interface eth1\n openfabric password md5 {}\n",
    "router pim\n msdp peer 192.0.2.1 password {}\n",
    "interface eth1\n ipv6 ospf6 authentication key-id 1 hash-algo md5 key {}\n",
    "segment-routing\n traffic-eng\n  pcep\n   pce P\n    tcp-md5-auth {}\n",
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
    "mac security\n   profile P\n      key 0abc1234 7 {}\n",
    "mac security\n   profile P\n      key 0abc1234 7 {} fallback\n",
    "mac security\n   profile P\n      key 0abc1234 0 {}\n",
    *(
        f"management security\n   session shared-secret profile P\n      secret {number} {form} {{}}{rest}\n"
        for number in (0, 1, 7)
        for form in ("0", "7", "8a")
        for rest in ("", " receive-lifetime infinite transmit-lifetime infinite")
    ),
    "ip security\n   profile P\n      shared-key {}\n",
    "ip security\n   profile P\n      shared-key 7 {}\n",
    "interface Ethernet1\n   vrrp 1 authentication ietf-md5 key-string {}\n",
    "interface Ethernet1\n   vrrp 1 authentication ietf-md5 key-string 7 {}\n",
    "dot1x\n   supplicant profile P\n      passphrase {}\n",
    "dot1x\n   supplicant profile P\n      passphrase 7 {}\n",
    "snmp-server host 192.0.2.1 {}\n",
    "snmp-server host 192.0.2.1 vrf MGMT {}\n",
    "snmp-server host 192.0.2.1 vrf MGMT informs {}\n",
    "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvaddr=192.0.2.1:9910 -cvauth=key,{} -cvvrf=M -disableaaa\n",
    "daemon TerminAttr\n   exec /usr/bin/TerminAttr -ingestauth=key,{}\n",
    "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvopt prod.auth=key,{} -x\n",
    "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvauth=token,{} -x\n",
    "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvauth=token-secure,{}\n",
    "event-handler E\n   action bash curl -s -u admin:{} -o x example.net\n",
    "event-handler E\n   action bash curl --user admin:{} example.net\n",
    "event-handler E\n   action bash curl -u 'admin:{}' example.net\n",
    "event-handler E\n   action bash curl -H 'Authorization: Bearer {}' example.net\n",
    "event-handler E\n   action bash wget --password={} example.net\n",
    "event-handler E\n   action bash sshpass -p {} scp x y\n",
]
URLS = [
    "alias up copy running-config scp://backup:{}@192.0.2.1/x\n",
    "alias up copy running-config https://backup:p@{}@192.0.2.1/x\n",
    "alias up copy https://{}@192.0.2.1/x flash:\n",
    "management api http-commands\n   x ftp://a:b{}@192.0.2.1\n",
]


@pytest.mark.parametrize(("name", "form"), [("frr", form) for form in FRR] + [("eos", form) for form in EOS])
def test_the_secret_is_replaced_and_nothing_else(name, form, key):
    found = tokenise(form.format(S), rules(name), key, "r1")
    assert S not in found
    head, tail = form.split("{}")
    assert found.startswith(head)
    assert found.endswith(tail)
    assert found.removeprefix(head).removesuffix(tail).startswith("lw-secret-")


@pytest.mark.parametrize("form", URLS)
def test_the_password_of_a_url_runs_to_the_last_at_before_the_host(form, key):
    found = tokenise(form.format(ESCAPED), rules("eos"), key, "r1")
    assert ESCAPED not in found
    head, _, host = form.partition("{}")
    assert found.startswith(head.rpartition(":" if "://backup" in head or "a:b" in head else "//")[0])
    assert found.endswith(host)


def test_both_urls_of_a_line_lose_their_passwords(key):
    line = f"alias up copy scp://a:{ESCAPED}1@192.0.2.1/x https://b:{ESCAPED}2@192.0.2.1/y"
    found = tokenise(line, rules("eos"), key, "r1")
    assert (
        re.sub("lw-secret-[0-9a-f]{32}", "*", found)
        == "alias up copy scp://a:*@192.0.2.1/x https://b:*@192.0.2.1/y"
    )


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
        "ip prefix-list key seq 7 permit 192.0.2.0/24\n",
        "ip prefix-list secret seq 0 permit 192.0.2.0/24\n",
        "ip access-list key\n   10 permit ip any any\n",
        "interface Tunnel1\n   tunnel key 7\n",
        "ntp trusted-key 1-3,7\n",
        "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvauth=token-secure,/tmp/cv-onboarding-token -x\n",
        "daemon TerminAttr\n   exec /usr/bin/TerminAttr -cvauth=certs,/persist/a.crt,/persist/a.key\n",
        "event-handler E\n   action bash curl -s https://192.0.2.1:8443/x?mail=a@example.net\n",
        "alias up copy ssh://git@192.0.2.1/x flash:\n",
        "alias look bash ls -u a:b\n",
        "snmp-server host 192.0.2.1 vrf MGMT version 3 auth nms\n",
        "management security\n   session shared-secret profile P\n",
        "interface Ethernet1\n   description see https://a:b@192.0.2.1/ and key 1 7 x\n",
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
        (f"snmp-server host 192.0.2.1 vrf A {S}", ("vrf A", "vrf B")),
        (f"key 0abc1234 7 {S}", ("0abc1234", "0abc1235")),
        (f"key 0abc1234 7 {S} fallback", (" fallback", "")),
        (f"key 0abc1234 7 {S}", (" 7 ", " 8a ")),
        (f"secret 1 7 {S} receive-lifetime infinite", ("secret 1", "secret 2")),
        (f"secret 0 7 {S} receive-lifetime infinite", (" 7 ", " 8a ")),
        (
            f"secret 0 7 {S} receive-lifetime infinite",
            ("infinite", "2027-01-01 00:00:00 2028-01-01 00:00:00"),
        ),
        (f"shared-key 7 {S}", (" 7 ", " 0 ")),
        (f"exec TerminAttr -cvaddr=a:1 -cvauth=key,{S} -cvvrf=A", ("a:1", "b:1")),
        (f"exec TerminAttr -cvaddr=a:1 -cvauth=key,{S} -cvvrf=A", ("cvvrf=A", "cvvrf=B")),
        (f"exec TerminAttr -cvaddr=a:1 -cvauth=token,{S}", ("=token,", "=token-secure,")),
        (f"action bash curl -u admin:{S} -o x example.net", ("admin", "other")),
        (f"action bash curl -u admin:{S} -o x example.net", ("example.net", "example.org")),
        (f"action bash curl -s -u admin:{S} -o x example.net", ("-s ", "-k ")),
        (f"alias up copy scp://backup:{ESCAPED}@192.0.2.1/x@y flash:", ("backup", "other")),
        (f"alias up copy scp://backup:{ESCAPED}@192.0.2.1/x@y flash:", ("192.0.2.1", "192.0.2.2")),
        (f"alias up copy scp://backup:{ESCAPED}@192.0.2.1/x@y flash:", ("/x@y", "/x@z")),
        (f"alias up copy https://{ESCAPED}@192.0.2.1/x flash:", ("/x", "/y")),
    ]
    for line, (old, new) in neighbours:
        before, after = (tokenise(text, eos, key, "r1") for text in (line, line.replace(old, new)))
        hidden = [re.sub("lw-secret-[0-9a-f]{32}", "*", text) for text in (before, after)]
        assert hidden == [
            text.replace(S, "*").replace(ESCAPED, "*") for text in (line, line.replace(old, new))
        ]
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
