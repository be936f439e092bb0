import pytest
from hypothesis import given
from hypothesis import strategies as st

from linewright.log.arguments import shown_arguments


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (["verify", "--device", "r1"], ["verify", "--device", "r1"]),
        (["x", "--token", "abc", "--site", "hq"], ["x", "--token", "***", "--site", "hq"]),
        (["x", "--netbox-token=abc"], ["x", "--netbox-token=***"]),
        (["x", "--password"], ["x", "--password"]),
        (["x", "--key-file", "a"], ["x", "--key-file", "a"]),
        (["init", "--netbox", "https://me:pw@nb.example/"], ["init", "--netbox", "https://***@nb.example/"]),
        (["lab", "exec", "r1", "vtysh", "-c", "password x"], ["lab", "exec", "..."]),
        (
            ["--debug", "lab", "--name", "x", "exec", "r1", "pw"],
            ["--debug", "lab", "--name", "x", "exec", "..."],
        ),
        (
            ["playbook", "syslog", "--set", "syslog_password=a=b"],
            ["playbook", "syslog", "--set", "syslog_password=***"],
        ),
        (["playbook", "s", "--set=port=514"], ["playbook", "s", "--set=port=***"]),
        (["playbook", "s", "--set", "nothing"], ["playbook", "s", "--set", "***"]),
        (["init", "x", "--netbox", "https://h/?token=abc"], ["init", "x", "--netbox", "https://h/?***"]),
        (["init", "x", "--netbox=https://u:p@q@h/#abc"], ["init", "x", "--netbox=https://***@h/#***"]),
        (["init", "x", "--netbox", "https://u:p/w@h/"], ["init", "x", "--netbox", "https://***@h/"]),
        (["init", "x", "--netbox", "https://h:8080/a@b"], ["init", "x", "--netbox", "https://h:8080/a@b"]),
        (
            ["backup", "open", "r1", "--identity", "AGE-SECRET-KEY-1ABC"],
            ["backup", "open", "r1", "--identity", "***"],
        ),
        (
            ["backup", "open", "r1", "--identity=age-secret-key-1abc"],
            ["backup", "open", "r1", "--identity=***"],
        ),
        (
            ["backup", "open", "r1", "--identity", "keys/offline.age"],
            ["backup", "open", "r1", "--identity", "keys/offline.age"],
        ),
        (
            ["collect", "--command", "show x password hunter2 y"],
            ["collect", "--command", "show x password ***"],
        ),
        (["collect", "--command", "show ip route"], ["collect", "--command", "show ip route"]),
        (["x", "api_token=abc"], ["x", "api_token=***"]),
        (["docs", "--filter", "platform=frr"], ["docs", "--filter", "platform=frr"]),
        (["--debug", "lab", "exec"], ["--debug", "lab", "exec"]),
        ([], []),
    ],
)
def test_values_of_secret_options_and_lines_for_devices_are_not_kept(typed, shown):
    assert shown_arguments(typed) == shown


PLACES = [
    ["--set", "name={}"],
    ["--set=name={}"],
    ["--set", "{}"],
    ["--api-token", "{}"],
    ["--api-token={}"],
    ["--identity", "AGE-SECRET-KEY-1{}"],
    ["https://h/x?a={}"],
    ["--url=https://h/x#{}"],
    ["https://{}@h/"],
    ["https://u:{}@h/"],
    ["lab", "--lab", "b", "exec", "r1", "{}"],
    ["--command", "show password {}"],
    ["some_secret: {}"],
]


@given(
    st.sampled_from(PLACES),
    st.text(st.characters(categories=["L", "N"], include_characters="@:!$"), max_size=20),
    st.lists(st.sampled_from(["verify", "--all", "x"]), max_size=2),
)
def test_no_secret_comes_through_whatever_it_is(place, value, before):
    planted = f"PLANTED{value}PLANTED"
    shown = shown_arguments([*before, *(part.format(planted) for part in place)])
    assert "PLANTED" not in " ".join(shown)
