"""A network that people made by hand, taken in hand without touching it; then its first change, and nothing else.

By the commands a user types, on two real routers.
"""

import json
import os
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from linewright.cli.ending import ended
from linewright.cli.root import root
from linewright.lab import genie
from linewright.lab.frr.single import Bench, Config, routers

pytestmark = [pytest.mark.lab, pytest.mark.slow]

#: What people wrote over the years: some of it as our templates would, some otherwise, some that no template knows.
_BY_HAND = """frr version 8.4.4
frr defaults traditional
hostname {name}
log syslog informational
log commands
service integrated-vtysh-config
!
ip route 203.0.113.200/32 Null0
ip prefix-list FROM-SOMEWHERE seq 5 permit 203.0.113.0/24 le 32
!
interface eth0
 ip address {address}
exit
!
interface eth1
 description somebody wrote this in 2019
 ip address {link}
exit
!
interface lo
 ip address {loopback}/32
exit
!
router bgp {asn}
 bgp router-id {loopback}
 no bgp ebgp-requires-policy
 neighbor {peer} remote-as {peer_asn}
 neighbor {peer} description the old way
 !
 address-family ipv4 unicast
  network {loopback}/32
  neighbor {peer} soft-reconfiguration inbound
 exit-address-family
exit
!
line vty
 exec-timeout 30 0
exit
"""
_FACTS = {
    "r1": {"link": "203.0.113.0/31", "loopback": "198.51.100.1", "asn": "64496", "peer": "203.0.113.1", "peer_asn": "64497"},
    "r2": {"link": "203.0.113.1/31", "loopback": "198.51.100.2", "asn": "64497", "peer": "203.0.113.0", "peer_asn": "64496"},
}  # fmt: skip


def by_hand(name: str) -> Config:
    return lambda address: _BY_HAND.format(name=name, address=address, **_FACTS[name])


class Brownfield(NamedTuple):
    site: Path
    bench: Bench
    capsys: pytest.CaptureFixture[str]

    def types(self, *words: str, code: int = 0) -> str:
        self.capsys.readouterr()
        ends = ended(root, ["--site-folder", str(self.site), *words])
        said = self.capsys.readouterr()
        assert ends == code, (words, said.out, said.err)
        return " ".join((said.out + said.err).split())

    def running(self, name: str) -> str:
        return self.bench[name].vtysh("show running-config no-header")

    def on_disk(self, name: str) -> str:
        return self.bench[name].run(["cat", "/etc/frr/frr.conf"]).stdout


@pytest.fixture
def brownfield(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Brownfield]:
    with routers(tmp_path / "bench", {name: by_hand(name) for name in _FACTS}) as bench:
        at_rest(bench)
        yield Brownfield(tmp_path / "site", bench, capsys)


def test_a_network_made_by_hand_gets_its_first_change_and_nothing_else(brownfield: Brownfield):
    before = {name: brownfield.running(name) for name in _FACTS}
    disks = {name: brownfield.on_disk(name) for name in _FACTS}
    told = {name: brownfield.bench[name].received() for name in _FACTS}
    a_site_is_made_and_described(brownfield)
    the_first_day_only_reads(brownfield)
    assert {name: brownfield.running(name) for name in _FACTS} == before
    assert {name: brownfield.on_disk(name) for name in _FACTS} == disks
    assert {name: asked(brownfield, name, told[name]) for name in _FACTS} == {"r1": set(), "r2": set()}
    the_first_change_is_one_change(brownfield)
    after = brownfield.running("r1")
    gone, come = lines(before["r1"]) - lines(after), lines(after) - lines(before["r1"])
    assert gone == set()
    assert come == {"interface lo / ip address 198.51.100.101/32"}
    assert (brownfield.running("r2"), brownfield.on_disk("r2")) == (before["r2"], disks["r2"])
    assert asked(brownfield, "r2", told["r2"]) == set()


def a_site_is_made_and_described(brownfield: Brownfield) -> None:
    brownfield.capsys.readouterr()
    assert ended(root, ["init", str(brownfield.site), "--defaults", "--git"]) == 0
    settings = brownfield.site / "nornir.yaml"
    found = yaml.safe_load(settings.read_text())
    key = str(brownfield.bench.key_file)
    found["user_defined"]["linewright"]["login"] = {"frr": {"username": "ops", "key_file": key}}
    settings.write_text(yaml.safe_dump(found))
    described = brownfield.site / "inventory" / "site.yaml"
    text = described.read_text()
    for number, name in enumerate(_FACTS, 1):
        address = brownfield.bench[name].spec.address
        text = text.replace(f"192.0.2.{number}/24", address)
    described.write_text(text)


def the_first_day_only_reads(brownfield: Brownfield) -> None:
    assert "2 devices" in brownfield.types("snapshot")
    assert "Enrolled 2" in brownfield.types("trust", "accept", "--yes")
    collected = brownfield.types("collect", "-o", str(brownfield.site / "seen"))
    assert "r1" in collected
    drifted = brownfield.types("drift", code=1)
    assert "somebody wrote this in 2019" in drifted
    assert "FROM-SOMEWHERE" not in drifted or "noise" in drifted
    brownfield.types("verify", code=1)
    brownfield.types("check", "--collected", str(brownfield.site / "seen"), "--uptime", "0")


def the_first_change_is_one_change(brownfield: Brownfield) -> None:
    code = brownfield.types("snapshot").split("Saved ")[1][:9]
    described = brownfield.site / "inventory" / "site.yaml"
    text = described.read_text()
    described.write_text(text.replace("[198.51.100.1/32]", "[198.51.100.1/32, 198.51.100.101/32]"))
    assert "1 device changed (r1)" in brownfield.types("snapshot")
    plan = str(brownfield.site / "first.lwplan")
    planned = brownfield.types("plan", "--base", code, "-o", plan)
    assert "Devices 1 of 2 change" in planned
    assert "1 line added, 0 removed" in planned
    applied = brownfield.types("apply", "--yes", plan)
    assert "1 confirmed 0 rolled back 0 not touched 0 unknown" in applied


def asked(brownfield: Brownfield, name: str, before: list[str]) -> set[str]:
    """What a router was told since then that does not only show something, by its own log."""
    told = brownfield.bench[name].received()
    assert told[: len(before)] == before
    return {
        words
        for words in told[len(before) :]
        if not words.startswith(("show ", "do show ", "do write terminal", "enable", "end", "exit"))
    }


def at_rest(bench: Bench) -> None:
    """Wait until both routers hear each other and their session is up, as on any day."""
    for router in bench.values():
        for _ in range(600):
            heard = "SysName" in router.run(["lldpcli", "show", "neighbors"]).stdout
            if heard and '"state":"Established"' in router.vtysh("show bgp summary json").replace(" ", ""):
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"{router.name} does not come to rest")


def lines(text: str) -> set[str]:
    """Lines with the section they stand in."""
    found, section = set(), ""
    for line in text.splitlines():
        if not line.strip() or line.strip() in ("!", "exit", "exit-address-family"):
            continue
        if not line.startswith(" "):
            section = line
        found.add(f"{section} / {line.strip()}" if line.startswith(" ") else line)
    return found


@pytest.mark.pyats
def test_pyats_says_on_real_routers_what_we_say(brownfield: Brownfield, tmp_path: Path, checkout: Path):
    a_site_is_made_and_described(brownfield)
    brownfield.types("snapshot")
    brownfield.types("trust", "accept", "--yes")
    ours = verdicts(brownfield, "check", "--uptime", "0", "--format", "json")
    assert {outcome for _, _, outcome in ours} == {"pass"}
    assert verdicts(brownfield, "check", "--pyats", "--uptime", "0", "--format", "json") == ours
    testbed = tmp_path / "testbed.yaml"
    brownfield.types("check", "--uptime", "0", "--testbed", str(testbed))
    commands = genie.ensure()
    subprocess.run(
        [commands / "pyats", "run", "job", str(checkout / "tests/compliance/job.py"), "--testbed-file", str(testbed),
         "--archive-dir", str(tmp_path / "archive"), "--no-mail"],
        env={"PATH": f"{commands}:{os.defpath}", "HOME": str(tmp_path), "LANG": "C.UTF-8",
             "PYTHONPATH": genie.packages()},
        cwd=tmp_path, capture_output=True, timeout=300, check=True,
    )  # fmt: skip
    (kept,) = (tmp_path / "archive").rglob("*.zip")
    with zipfile.ZipFile(kept) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("linewright-verdicts.json"))
        told = json.loads(archive.read(name))
    assert sorted((one["check"], one["device"], one["outcome"]) for one in told) == sorted(ours)


def verdicts(brownfield: Brownfield, *words: str) -> list[tuple[str, str, str]]:
    told = json.loads(brownfield.types(*words))
    return [(one["check"], one["device"], one["outcome"]) for one in told["verdicts"]]
