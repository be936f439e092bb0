"""The inventory: groups as the snapshot has them, host keys verified, nothing that a text could smuggle in."""

import itertools
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.errors import DataError
from linewright.hosts.inventory import Host, group, inventory
from linewright.hosts.reaching import Server, arguments
from linewright.model.objects import Device

TEMPLATES = ['{{lookup("pipe","touch ran")}}', "{% if x %}", "{# x #}", "a\nb", "\x1b[2J", "a\x00"]


def server(**fields: Any) -> Server:
    known = {
        "address": "192.0.2.9",
        "username": "jo",
        "known_hosts": "/site/known_hosts",
        "alias": "jump:edge",
    }
    return Server(**(known | fields))


def host(name: str = "hq-log1", **fields: Any) -> Host:
    known = {"name": name, "alias": name, "address": "192.0.2.1", "username": "ops"}
    return Host(**(known | {"known_hosts": "/site/known_hosts"} | fields))


def device(name: str = "hq-log1", **fields: Any) -> Device:
    known = {"name": name, "site": "hq", "role": "log-collector", "type": "server", "tags": ("prod",)}
    return Device(**(known | fields))


def told(one: Host, its: Device | None = None) -> dict[str, Any]:
    """What the inventory says of one host, as Ansible takes it."""
    made = inventory([one], {one.name: its or device(one.name)})["all"]["hosts"][one.name]
    return {key: said["__ansible_unsafe"] if isinstance(said, dict) else said for key, said in made.items()}


def options(words: list[str]) -> list[str]:
    return [value for word, value in itertools.pairwise(words) if word == "-o"]


def test_groups_are_those_of_the_snapshot() -> None:
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


def test_the_host_key_is_verified_under_the_hosts_own_name() -> None:
    said = told(host(port=2222, keys=("/site/id",)))
    words = shlex.split(said["ansible_ssh_common_args"])
    assert words[:2] == ["-F", "/dev/null"]
    assert {
        "StrictHostKeyChecking=yes",
        "HostKeyAlias=hq-log1",
        'UserKnownHostsFile="/site/known_hosts"',
        "GlobalKnownHostsFile=/dev/null",
        "BatchMode=yes",
        "PermitLocalCommand=no",
        "IdentityAgent=none",
        'IdentityFile="/site/id"',
    } <= set(options(words))
    assert said["ansible_port"] == 2222


def test_keys_are_those_that_are_named_and_the_agents_only_where_it_may_be_used() -> None:
    none = options(shlex.split(arguments(server())))
    assert {"IdentityFile=none", "IdentityAgent=none"} <= set(none)
    agent = options(
        shlex.split(arguments(server(agent=True, only_named=True, keys=("/a", "/b"), certificate="/c")))
    )
    assert {'IdentityFile="/a"', 'IdentityFile="/b"', 'CertificateFile="/c"', "IdentitiesOnly=yes"} <= set(
        agent
    )
    assert "IdentityAgent=none" not in agent


def test_every_text_is_marked_as_no_template() -> None:
    made = inventory([host(connect_timeout=3)], {"hq-log1": device()})["all"]["hosts"]["hq-log1"]
    assert all(isinstance(value, int) or [*value] == ["__ansible_unsafe"] for value in made.values())


@pytest.mark.parametrize(
    "name",
    [
        *TEMPLATES, "a b", "it's", 'x" -o ProxyCommand=evil "', "-oProxyCommand=evil", "hq[1:9]", "", ".x", "é", "all",
        "localhost", "ungrouped", "a,b", "a;b", "$(id)", "role_log_collector",
    ],
)  # fmt: skip
def test_a_name_that_means_something_to_ansible_is_refused(name: str) -> None:
    with pytest.raises(DataError) as caught:
        inventory([host(name)], {name: device(name)})
    assert ascii(name)[1:-1] in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize(
    "field", ["address", "username", "known_hosts", "alias", "certificate", "keys", "proxy_command"]
)
@pytest.mark.parametrize("where", ["host", "jump"])
def test_a_template_in_how_it_is_reached_is_refused(field: str, text: str, where: str) -> None:
    bad = {field: (text,) if field in {"keys", "proxy_command"} else text}
    one = host(**bad) if where == "host" else host(jumps=(server(**bad),))
    with pytest.raises(DataError, match="host hq-log1: Ansible is not handed"):
        told(one)


@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize("field", ["site", "role", "tags"])
def test_a_template_in_what_the_snapshot_says_is_refused(field: str, text: str) -> None:
    with pytest.raises(DataError, match=r"host hq-log1: Ansible is not handed the (site|role|tag)"):
        told(host(), device(**{field: (text,) if field == "tags" else text}))


@pytest.mark.parametrize(
    "address", ["-oProxyCommand=x", "a b", "fe80::1%{{x}}", "fe80::1%eth0", "1.2.3.4;id", "", "::x", "$(id)"]
)
def test_an_address_is_one(address: str) -> None:
    with pytest.raises(DataError, match="the address"):
        told(host(address=address))


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1", "::1", "log1.example.net", "log_1"])
def test_addresses_and_names_are_taken(address: str) -> None:
    assert told(host(address=address))["ansible_host"] == address


@pytest.mark.parametrize(("field", "text"), [("known_hosts", '/a"b'), ("keys", ("/a\\b",)), ("certificate", "/${X}"), ("username", "a b")])  # fmt: skip
def test_what_openssh_would_read_is_refused(field: str, text: Any) -> None:
    with pytest.raises(DataError, match="host hq-log1"):
        told(host(**{field: text}))


def test_hosts_of_one_address_share_no_session() -> None:
    assert told(host("a"))["ansible_control_path"] != told(host("b"))["ansible_control_path"]


def shown(words: list[str]) -> dict[str, str]:
    """What OpenSSH itself makes of the words."""
    said = subprocess.run(
        ["ssh", "-G", *words, "192.0.2.1"], check=True, capture_output=True, text=True
    ).stdout
    return dict(line.split(" ", 1) for line in said.splitlines() if " " in line)


def test_openssh_takes_paths_as_they_are(tmp_path: Path) -> None:
    one = host(known_hosts=f"{tmp_path}/my site %h/known_hosts")
    found = shown(shlex.split(arguments(one)))
    assert found["userknownhostsfile"].replace("%%", "%") == f"{tmp_path}/my site %h/known_hosts"
    assert found["hostkeyalias"] == "hq-log1"
    assert (found["stricthostkeychecking"], found["permitlocalcommand"]) == ("true", "no")
    assert "proxycommand" not in found


def fake_ssh(folder: Path) -> Path:
    """A program in the place of ssh that writes down its words, once for each time it is run."""
    program = folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(
        f"#!{sys.executable}\nimport json, sys\n"
        f"print(json.dumps(sys.argv[1:]), file=open({str(folder / 'told')!r}, 'a'))\n"
    )
    program.chmod(0o755)
    return program


def test_jump_hosts_are_passed_in_their_order_each_with_its_own_host_key(tmp_path: Path) -> None:
    program = fake_ssh(tmp_path)
    edge = server(address="203.0.113.1", port=2222, known_hosts="/my site/100%/known_hosts", keys=("/k e",))
    core = server(address="203.0.113.2", alias="jump:2001%3Adb8", username="core")
    ssh = shlex.split(arguments(host(), (edge, core)))
    for number, (hop, its, aim) in enumerate(
        [(core, "jump:2001%3Adb8", "192.0.2.1"), (edge, "jump:edge", core.address)]
    ):
        (command,) = (option for option in options(ssh) if option.startswith("ProxyCommand="))
        env = {"PATH": f"{program.parent}:/usr/bin:/bin"}
        subprocess.run(["/usr/bin/ssh", *ssh, "-p", "22", aim], env=env, check=False, capture_output=True)
        ssh = json.loads((tmp_path / "told").read_text().splitlines()[number])
        assert command
        assert ssh[-7:] == ["-p", str(hop.port), "-l", hop.username, "-W", f"[{aim}]:22", hop.address]
        assert f"HostKeyAlias={its}" in options(ssh)
        assert {"StrictHostKeyChecking=yes", "BatchMode=yes", "GlobalKnownHostsFile=/dev/null"} <= {
            *options(ssh)
        }
    assert 'UserKnownHostsFile="/my site/100%%/known_hosts"' in options(ssh)
    assert 'IdentityFile="/k e"' in options(ssh)
    assert not [option for option in options(ssh) if option.startswith("ProxyCommand")]


def test_a_proxy_command_is_run_word_for_word(tmp_path: Path) -> None:
    program = fake_ssh(tmp_path)
    one = server(proxy_command=(str(program), "a b", "100%", "$(touch ran)", "it's"))
    ssh = ["/usr/bin/ssh", *shlex.split(arguments(one)), "192.0.2.1"]
    subprocess.run(ssh, check=False, capture_output=True, cwd=tmp_path)
    assert json.loads((tmp_path / "told").read_text()) == ["a b", "100%", "$(touch ran)", "it's"]
    assert not (tmp_path / "ran").exists()


@given(st.text(min_size=1, max_size=30))
def test_whatever_a_host_is_called_it_is_one_word_or_refused(name: str) -> None:
    try:
        words = shlex.split(told(host(name))["ansible_ssh_common_args"])
    except DataError:
        return
    assert f"HostKeyAlias={name}" in options(words)
    assert [*words[::2]] == ["-F", *["-o"] * (len(words) // 2 - 1)]


def test_a_group_is_a_name_ansible_takes() -> None:
    assert group("role", "Log-Collector 2") == "role_log_collector_2"
