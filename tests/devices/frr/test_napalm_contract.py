"""NAPALM's own suites for drivers, run against a real router (napalm.base.test)."""

import unittest

import pytest
from napalm import get_network_driver
from napalm.base import models
from napalm.base.test.base import TestConfigNetworkDriver as ConfigSuite
from napalm.base.test.base import TestGettersNetworkDriver as GettersSuite
from napalm.base.test.helpers import test_model as matches

pytestmark = pytest.mark.lab

GOOD = "ip route 198.51.100.0/24 blackhole\n"
#: What NAPALM's suite asks of a driver; each name is a test method of it.
CONFIG = [
    "test_replacing_and_committing_config",
    "test_replacing_config_with_typo",
    "test_replacing_config_and_diff_and_discard",
    "test_replacing_config_and_rollback",
    "test_merge_configuration",
    "test_merge_configuration_typo_and_rollback",
    "test_load_template",
]
GETTERS = [
    "test_is_alive",
    "test_get_facts",
    "test_get_interfaces",
    "test_get_lldp_neighbors",
    "test_get_bgp_neighbors",
    "test_get_interfaces_ip",
    "test_get_bgp_neighbors_detail",
    "test_get_arp_table",
    "test_get_ipv6_neighbors_table",
    "test_get_network_instances",
    "test_get_route_to",
    "test_get_config",
    "test_get_config_filtered",
]


def as_suite(kind, name, driver, vendor=""):
    """One test method of a NAPALM suite on an object of our own."""
    suite = type(
        "Suite", (kind, unittest.TestCase), {"device": driver, "vendor": str(vendor), "runTest": None}
    )()
    return getattr(suite, name)


@pytest.fixture
def vendor(lab, tmp_path):
    """The files that NAPALM's suite reads, for this router."""
    initial = lab.running()
    good = initial.replace("interface eth0", f"{GOOD}!\ninterface eth0", 1)
    for name, text in {
        "initial.conf": initial,
        "new_good.conf": good,
        "new_good.diff": f"+{GOOD}",
        "new_typo.conf": good.replace("interface eth1", "inteface eth1"),
        "merge_good.conf": GOOD,
        "merge_good.diff": f"-{GOOD.strip()}",
        "merge_typo.conf": "ip routee 198.51.100.0/24 blackhole\n",
    }.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", CONFIG)
def test_config(lab, vendor, name):
    with lab.session() as driver:
        as_suite(ConfigSuite, name, driver, vendor)()


@pytest.mark.parametrize("name", GETTERS)
def test_getters(two, name):
    as_suite(GettersSuite, name, two)()


def test_the_details_of_a_neighbour_have_napalms_shape(two):
    """NAPALM's own suite compares with a type that has no fields, and fails for every driver (5.2)."""
    (heard,) = two.get_lldp_neighbors_detail()["eth1"]
    assert matches(models.LLDPNeighborDetailDict, heard)


def test_napalm_finds_the_driver_by_its_name():
    assert get_network_driver("frr").__name__ == "FRRDriver"
