from pathlib import Path

import pytest

from linewright.errors import SettingsError
from linewright.settings import load


def write(folder: Path, text: str) -> Path:
    (folder / "nornir.yaml").write_text(text)
    return folder


def test_defaults_without_a_file(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    assert settings.apply.timer == 120
    assert settings.path(settings.state) == tmp_path / ".linewright"


def test_nornirs_own_keys_are_kept_and_ours_are_typed(tmp_path: Path) -> None:
    text = "runner: {plugin: threaded, options: {num_workers: 5}}\nuser_defined: {linewright: {site_id: hq, login: {frr: {username: ops}}}}\n"
    settings = load(write(tmp_path, text), {})
    assert settings.nornir == {"runner": {"plugin": "threaded", "options": {"num_workers": 5}}}
    assert settings.login["frr"].username == "ops"


def test_a_variable_overrides_a_setting(tmp_path: Path) -> None:
    write(tmp_path, "user_defined: {linewright: {netbox: {url: 'https://a', parallel: 2}}}\n")
    settings = load(tmp_path, {"LINEWRIGHT_NETBOX_URL": "https://b", "LINEWRIGHT_APPLY_TIMER": "60"})
    assert (settings.netbox.url, settings.netbox.parallel, settings.apply.timer) == ("https://b", 2, 60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a list\n", "mapping"),
        ("user_defined: {linewright: {netbocks: {}}}\n", "netbocks"),
        ("user_defined: {linewright: {apply: {timer: soon}}}\n", "timer"),
        ("user_defined: {linewright: [1]}\n", "mapping"),
        ("user_defined: {linewright: {root: /}}\n", "root"),
        ("a: [\n", "cannot be read"),
        ("a: !!python/object/apply:os.system [true]\n", "cannot be read"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=r"nornir\.yaml") as caught:
        load(write(tmp_path, text), {})
    assert words in caught.value.message


@pytest.mark.parametrize("text", ["{parallel: -1}", "{per_second: -0.5}", "{per_site: x}", "{paralel: 3}"])
def test_a_pace_that_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "nornir.yaml").write_text(f"user_defined: {{linewright: {{collect: {text}}}}}\n")
    with pytest.raises(SettingsError, match=r"collect|paralel"):
        load(tmp_path, {})


def test_recipients_and_pace_are_read(tmp_path: Path) -> None:
    (tmp_path / "nornir.yaml").write_text(
        "user_defined: {linewright: {collect: {per_second: 2}, backup: {recipients: [a.pem, b.pem]}}}\n"
    )
    found = load(tmp_path, {"LINEWRIGHT_COLLECT_PER_SITE": "3"})
    assert (found.collect.per_second, found.collect.per_site) == (2, 3)
    assert found.backup.recipients == ("a.pem", "b.pem")


def test_how_devices_are_reached_and_logged_into(tmp_path: Path) -> None:
    text = (
        "user_defined: {linewright: {ssh: {config: ~/.ssh/config, agent: true}, jumps: {edge: {host: 192.0.2.1, codes: true}},"
        " login: {frr: {username: ops, jump: 'edge,core', codes: appended, session: single-login}},"
        " vault: {address: 'https://vault.example', version: 1}, secrets: {allowed: ['vault:net/']}}}\n"
    )
    settings = load(write(tmp_path, text), {"LINEWRIGHT_SSH_KEEPALIVE": "5"})
    assert settings.path(settings.ssh.config) == Path.home() / ".ssh/config"
    assert (settings.ssh.agent, settings.ssh.keepalive) == (True, 5)
    assert (settings.login["frr"].codes, settings.login["frr"].session) == ("appended", "single-login")
    assert settings.jumps["edge"].codes is True
    assert (settings.vault.version, settings.vault.token) == (1, "env:VAULT_TOKEN")
    assert settings.secrets.allowed == ("vault:net/",)


@pytest.mark.parametrize(
    "wrong",
    [
        "login: {frr: {codes: sometimes}}", "login: {frr: {session: twice}}", "vault: {version: 3}", "ssh: {keepalive: 0}",
        "vault: {password: x}", "jumps: {edge: {user: x}}",
    ],
)  # fmt: skip
def test_a_way_to_log_in_that_is_none_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(SettingsError, match=wrong.partition(":")[0]):
        load(write(tmp_path, f"user_defined: {{linewright: {{{wrong}}}}}\n"), {})


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("runner: 5\n", "runner"),
        ("runner: {options: {num_workers: many}}\n", "num_workers"),
        ("runner: {options: {num_workers: 0}}\n", "num_workers"),
        ("runner: {options: 5}\n", "runner.options"),
        ("runner: {options: [1]}\n", "runner.options"),
        ("logging: 5\n", "logging"),
        ("logging: {level: loud}\n", "logging.level"),
        ("logging: {enabled: maybe}\n", "logging.enabled"),
        ("core: {x: 1}\n", "core"),
        ("inventory: threaded\n", "inventory"),
        ("ssh: {config_file: 5}\n", "ssh.config_file"),
        ("jinja: {}\n", "jinja"),
        ("5: x\n", "nornir.yaml"),
        ("a: 2026-99-99\n", "cannot be read"),
        (f"a: {'[' * 3000}\n", "cannot be read"),
    ],
)
def test_a_wrong_key_of_nornirs_own_is_refused_by_name(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(write(tmp_path, text), {})
    assert key in caught.value.message
    assert "nornir.yaml" in caught.value.message


def test_what_nornir_takes_is_taken(tmp_path: Path) -> None:
    text = (
        "inventory: {plugin: x, options: {a: [1]}}\nrunner: {plugin: other, options: {theirs: 1}}\n"
        "logging: {enabled: false, level: DEBUG, loggers: [nornir]}\ncore: {raise_on_error: true}\nssh:\n"
    )
    assert set(load(write(tmp_path, text), {}).nornir) == {"inventory", "runner", "logging", "core"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("login: {frr: {port: 65536}}", "port"),
        ("login: {frr: {port: -1}}", "port"),
        ("jumps: {edge: {port: 70000}}", "port"),
        ("endpoints: {r1: {host: h, port: 99999}}", "port"),
        ("timeout: 0", "timeout"),
        ("timeout: 3601", "timeout"),
        ("netbox: {timeout: 0}", "timeout"),
        ("netbox: {timeout: .nan}", "timeout"),
        ("netbox: {timeout: .inf}", "timeout"),
        ("netbox: {parallel: 0}", "parallel"),
        ("netbox: 5", "netbox"),
        ("apply: {timer: 0}", "timer"),
        ("apply: {settle: -1}", "settle"),
        ("collect: {per_second: .nan}", "per_second"),
        ("collect: {per_second: .inf}", "per_second"),
        ("5: x", "linewright"),
    ],
)
def test_ports_and_times_are_bounded(tmp_path: Path, text: str, key: str) -> None:
    write(tmp_path, f"user_defined: {{linewright: {{{text}}}}}\n")
    with pytest.raises(SettingsError, match=key):
        load(tmp_path, {"LINEWRIGHT_NETBOX_URL": "https://a"})
