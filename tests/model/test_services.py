import pytest

from linewright.errors import DataError
from linewright.model.objects import Device, Interface
from linewright.model.services import engine_id, services
from linewright.render.service_references import check_services

GROUP = {"name": "G"}
USER = {"name": "u", "group": "G"}


def device(name="sw1", **parts):
    return Device(
        name=name,
        site="hq",
        role="r",
        type="t",
        interfaces=(Interface(name="Management1"),),
        context={"services": parts},
    )


def test_a_device_without_services_has_none():
    found = services(Device(name="x", site="s", role="r", type="t", context={"ntp": ["192.0.2.1"]}))
    assert (found.ntp, found.users, found.lacp) == (None, (), "active")


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"ntp": {"servers": [{"address": "192.0.2.1", "preffer": True}]}}, "preffer"),
        ({"ntp": {"servers": [{}]}}, "address"),
        ({"ntp": None, "syslog": {"hosts": [{"address": None}]}}, r"\$.syslog.hosts\[0\].address"),
        ({"syslog": {"level": "loud"}}, r"\$.syslog.level"),
        ({"syslog": {"hosts": [{"address": "192.0.2.1", "port": 70000}]}}, r"\$.syslog.hosts\[0\].port"),
        ({"snmp": {"communities": ["public"]}}, "communities"),
        ({"snmp": {"users": [USER | {"name": "a b"}]}}, r"\$.snmp.users\[0\].name"),
        ({"snmp": {"users": [USER | {"auth": "rot13"}]}}, r"\$.snmp.users\[0\].auth"),
        ({"aaa": {"groups": [{"name": "A", "kind": "kerberos", "servers": []}]}}, r"\$.aaa.groups\[0\].kind"),
        ({"users": [{"name": "x", "password": "y"}]}, "password"),
        ({"lacp": "sometimes"}, r"\$.lacp"),
    ],
)
def test_what_is_not_in_the_schema_is_named_with_device_and_place(parts, words):
    with pytest.raises(DataError, match=f"device sw1: config context: services: .*{words}"):
        services(device(**parts))


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"ntp": {"source": "Loopback9"}}, "ntp.source 'Loopback9' is an interface the device does not have"),
        ({"ntp": {"servers": [{"address": "192.0.2.1", "key": 4}]}}, "names key 4"),
        (
            {"ntp": {"keys": [{"id": 1, "secret": "a"}, {"id": 1, "secret": "b"}]}},
            "ntp key '1' is there twice",
        ),
        ({"snmp": {"groups": [GROUP | {"read": "ALL"}]}}, "group 'G' names view 'ALL'"),
        ({"snmp": {"users": [USER]}}, "in group 'G', which is not there"),
        ({"snmp": {"groups": [GROUP], "users": [USER | {"auth": "sha"}]}}, "given together"),
        ({"snmp": {"groups": [GROUP], "users": [USER | {"priv": "aes", "priv_key": "k"}]}}, "privacy needs"),
        ({"snmp": {"hosts": [{"address": "192.0.2.1", "user": "v"}]}}, "user 'v', who is not there"),
        ({"snmp": {"engine_id": "xyz"}}, "not 5 to 32 octets"),
        (
            {"aaa": {"groups": [{"name": "A", "kind": "radius", "servers": ["192.0.2.1"]}]}},
            "not among the radius",
        ),
        ({"aaa": {"login": ["A"]}}, "aaa.login names 'A', which is no group"),
        ({"aaa": {"accounting_exec": ["local"]}}, "accounting_exec names 'local'"),
        ({"users": [{"name": "x", "secret": "a"}, {"name": "x", "secret": "b"}]}, "user 'x' is there twice"),
    ],
)
def test_what_is_named_has_to_be_there(parts, words):
    found = device(**parts)
    with pytest.raises(DataError, match="device sw1: config context: services: ") as caught:
        check_services(found, services(found))
    assert words in caught.value.message


def engine(name, text):
    found = device(name, snmp={"engine_id": text})
    snmp = services(found).snmp
    assert snmp is not None
    return engine_id(found, snmp)


def test_engine_ids():
    assert engine("sw1", "") == ""
    assert engine("sw1", "0x8000757103AABBCCDDEEFF") == "8000757103aabbccddeeff"
    # RFC 3411: first bit set, Arista's enterprise number 30065, format 4 (text), the name.
    assert engine("sw1", "name") == "80007571" + "04" + b"sw1".hex()
    with pytest.raises(ValueError, match="more than 27"):
        engine("x" * 28, "name")
