"""What the owner of a router installs there once, for the worst cases of a timer; a lab does so by itself."""

from importlib.resources import files

#: Called with no argument whenever FRR has started.
STARTED = "/etc/linewright/frr-started"
#: Starts FRR again; only where neither systemd nor frrinit.sh does.
RESTART = "/etc/linewright/restart-frr"


def start_hook() -> str:
    """The text of the script that belongs at STARTED; root's, mode 0700."""
    return (files("linewright.devices.frr") / "started.sh").read_text(encoding="utf-8")
