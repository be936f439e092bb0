"""The inventory: groups as the snapshot has them, host keys verified, nothing that a name could smuggle in."""

import shlex

import pytest

from linewright.hosts.inventory import Host, group, inventory
from linewright.model.objects import Device


def host(name: str = "hq-log1", **fields) -> Host:
    return Host(
        **(
            {"name": name, "address": "192.0.2.1", "username": "ops", "known_hosts": "/site/known_hosts"}
            | fields
        )
    )


def device(name: str = "hq-log1", **fields) -> Device:
    return Device(
        **(
            {"name": name, "site": "hq", "role": "log-collector", "type": "server", "tags": ("prod",)}
            | fields
        )
    )


def test_groups_are_those_of_the_snapshot():
    devices = {"a": device("a"), "b": device("b", site="r1", role="jump", tags=())}
    made = inventory([host("b"), host("a")], devices)["all"]
    assert [*made["hosts"]] == ["a", "b"]
    assert {name: [*members["hosts"]] for name, members in made["children"].items()} == {
        "role_jump": ["b"],
        "role_log_collector": ["a"],
        "site_hq": ["a"],
        "site_r1": ["b"],
        "tag_prod": ["a"],
    }


def test_the_host_key_is_verified_under_the_hosts_own_name():
    told = inventory([host(port=2222, key_file="/site/id")], {"hq-log1": device()})["all"]["hosts"]["hq-log1"]
    words = shlex.split(told["ansible_ssh_common_args"])
    assert words[:2] == ["-F", "/dev/null"]
    assert {
        "StrictHostKeyChecking=yes",
        "HostKeyAlias=hq-log1",
        "UserKnownHostsFile=/site/known_hosts",
        "BatchMode=yes",
    } <= set(words)
    assert (told["ansible_port"], told["ansible_ssh_private_key_file"]) == (2222, "/site/id")


@pytest.mark.parametrize("name", ["a b", "it's", 'x" -o ProxyCommand=evil "', "-oProxyCommand=evil"])
def test_a_name_stays_one_word(name: str):
    told = inventory([host(name, known_hosts=f"/site/{name}")], {name: device(name)})["all"]["hosts"][name]
    words = shlex.split(told["ansible_ssh_common_args"])
    assert f"HostKeyAlias={name}" in words
    assert f"UserKnownHostsFile=/site/{name}" in words
    assert not [word for word in words if word.startswith("ProxyCommand")]


def test_a_group_is_a_name_ansible_takes():
    assert group("role", "Log-Collector 2") == "role_log_collector_2"
