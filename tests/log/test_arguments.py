import pytest

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
        (["--debug", "lab", "exec"], ["--debug", "lab", "exec"]),
        ([], []),
    ],
)
def test_values_of_secret_options_and_lines_for_devices_are_not_kept(typed, shown):
    assert shown_arguments(typed) == shown
