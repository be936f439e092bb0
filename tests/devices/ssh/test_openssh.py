"""OpenSSH's configuration: what is honoured, what is refused, and that nothing in it ever runs."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.devices.ssh.openssh import HostOptions, options
from linewright.errors import DataError, SettingsError


def config(folder: Path, text: str, name: str = "config") -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o600)
    return path


TEXT = """\
# a comment
Host bastion
    HostName 198.51.100.1
    User jump
    Port 2222
    IdentityFile ~/.ssh/jump
    IdentitiesOnly yes
    CertificateFile ~/.ssh/jump-cert.pub
    ConnectTimeout 7
Host hq-*
    ProxyJump bastion
Match host hq-r9
    User nine
Host *
    User ops
    StrictHostKeyChecking no
    UserKnownHostsFile /dev/null
"""


def test_what_is_said_of_a_host(tmp_path: Path) -> None:
    path = config(tmp_path, TEXT)
    home = Path.home()
    assert options(path, "bastion") == HostOptions(
        host="198.51.100.1", port=2222, user="jump", keys=(f"{home}/.ssh/jump",), only_named=True,
        certificate="~/.ssh/jump-cert.pub", connect_timeout=7,
    )  # fmt: skip
    assert options(path, "hq-r1") == HostOptions(user="ops", jump="bastion")
    assert options(path, "hq-r9") == HostOptions(user="nine", jump="bastion")
    assert options(None, "hq-r1") == HostOptions()


@pytest.mark.parametrize("name", ["bastion", "hq-r1", "hq-r9", "elsewhere"])
def test_it_is_what_openssh_itself_makes_of_it(tmp_path: Path, name: str) -> None:
    path = config(tmp_path, TEXT)
    said = subprocess.run(
        ["ssh", "-G", "-F", str(path), name], check=True, capture_output=True, text=True
    ).stdout
    stock = dict(line.split(" ", 1) for line in said.splitlines() if " " in line)
    found = options(path, name)
    assert (found.host or name) == stock["hostname"]
    assert (found.port or 22) == int(stock["port"])
    assert found.user == stock["user"]
    assert found.jump == stock.get("proxyjump", "")
    assert found.only_named == (stock["identitiesonly"] == "yes")


@pytest.mark.parametrize(
    "line",
    [
        "Match exec {}", 'Match exec "{}"', "Match host * exec {}", "match EXEC {}", 'Match "exec" {}', 'Match ex"ec" {}',
        "Match !exec {}", "Match=exec {}", "Match\texec {}", "  Match   originalhost * exec {}",
    ],
)  # fmt: skip
def test_match_exec_is_refused_and_never_executed(tmp_path: Path, line: str) -> None:
    canary = tmp_path / "ran"
    path = config(tmp_path, f"Host a\n    User x\n{line.format(f'touch {canary}')}\n    User evil\n")
    with pytest.raises(SettingsError, match=r"config:3: Match exec is refused"):
        options(path, "hq-r1")
    assert not canary.exists()


def test_match_exec_in_an_included_file_is_refused_there(tmp_path: Path) -> None:
    canary = tmp_path / "ran"
    config(tmp_path, f"Match exec 'touch {canary}'\n", "more")
    path = config(tmp_path, "Include more\n")
    with pytest.raises(SettingsError, match=r"more:1: Match exec"):
        options(path, "hq-r1")
    assert not canary.exists()


def test_files_are_included_at_the_top_and_end_with_themselves(tmp_path: Path) -> None:
    config(tmp_path, "Host bastion\n  User one\n", "a.conf")
    config(tmp_path, "Host hq-*\n  ProxyJump bastion\n", "b.conf")
    path = config(tmp_path, "Include *.conf nothing-there\nUser everyone\n")
    assert options(path, "bastion").user == "one"
    assert options(path, "hq-r1") == HostOptions(user="everyone", jump="bastion")
    inside = config(tmp_path, "Host x\n  Include a.conf\n", "inside")
    with pytest.raises(SettingsError, match=r"inside:2: Include inside Host"):
        options(inside, "x")
    circle = config(tmp_path, "Include circle\n", "circle")
    with pytest.raises(SettingsError, match="deeper than"):
        options(circle, "x")


@pytest.mark.parametrize("mode", [0o666, 0o620])
def test_a_file_that_others_can_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = config(tmp_path, TEXT)
    path.chmod(mode)
    with pytest.raises(SettingsError, match="written by others"):
        options(path, "bastion")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Host a\n  Port abc\n", "port"),
        ("Port 70000\n", "port"),
        ("ConnectTimeout -1\n", "connecttimeout"),
        ("CanonicalizeHostname yes\n", "CanonicalizeHostname"),
        ("Match nonsense x\n", "not understood"),
        ("Match host\n", "not understood"),
        ("Match HOST b\n", "small letters"),
        ("Match host a tagged b\n", "tagged"),
        ("Match canonical all\n", "canonical"),
        ("Match host 'a\n", "not understood"),
        ("oneword\n", "no OpenSSH configuration"),
        ("\x00\n", "no OpenSSH configuration"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_file(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match="config") as caught:
        options(config(tmp_path, text), "a")
    assert words in f"{caught.value.message} {caught.value.hint}"


def test_bytes_that_are_no_text_and_files_that_are_none(tmp_path: Path) -> None:
    path = config(tmp_path, "")
    path.write_bytes(b"Host \xff\n")
    with pytest.raises(SettingsError, match="UTF-8"):
        options(path, "a")
    with pytest.raises(SettingsError, match="cannot be read"):
        options(tmp_path / "not there", "a")
    with pytest.raises(SettingsError, match="reasonable size"):
        options(tmp_path, "a")
    with path.open("wb") as file:
        file.truncate(2 << 20)
    with pytest.raises(SettingsError, match="reasonable size"):
        options(path, "a")


@pytest.mark.parametrize("name", ["100% up", "a%h", "%"])
def test_a_name_with_a_percent_sign_is_no_token(tmp_path: Path, name: str) -> None:
    assert options(config(tmp_path, "User one\n"), name) == HostOptions(user="one")


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    path = config(tmp_path, "User one\n")
    assert options(path, "a").user == "one"
    config(tmp_path, "User another\n")
    assert options(path, "a").user == "another"


_WORDS = st.sampled_from(
    [
        "Host",
        "Match",
        "exec",
        "host",
        "*",
        "User",
        "x",
        '"',
        "\\",
        "=",
        "Port",
        "22",
        "touch",
        "Include",
        "\n",
        "!",
        ",",
    ]
)


@given(st.lists(_WORDS, max_size=12).map(" ".join), st.text(max_size=5))
def test_any_text_is_options_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    try:
        found = options(config(folder, text.replace("touch", f"touch {folder}/ran")), name)
    except (SettingsError, DataError):
        pass
    else:
        assert isinstance(found, HostOptions)
    assert not (folder / "ran").exists()
