"""Real FRRouting routers on this machine: one set of Linux namespaces each, wired as the snapshot says.

    lab = up(snapshot, configs, folder)     build and boot; `load(folder)` finds it again from another process
    wait(lab)                               until neighbours are heard and sessions are up
    status(lab), known_hosts(lab)           what a tool needs to reach its routers
    lab.router("hq-wan1").vtysh("show ip route")
    down(folder)                            everything of it is gone but lab.log

`faults` breaks a lab on purpose; `single` is one router or two for a test.
"""

from linewright.lab.frr.lab import Progress, RouterStatus, down, known_hosts, status, up
from linewright.lab.frr.router import Router, RouterSpec
from linewright.lab.frr.state import Lab, load
from linewright.lab.frr.topology import Link, Topology, topology
from linewright.lab.frr.waiting import Missing, wait

__all__ = [
    "Lab",
    "Link",
    "Missing",
    "Progress",
    "Router",
    "RouterSpec",
    "RouterStatus",
    "Topology",
    "down",
    "known_hosts",
    "load",
    "status",
    "topology",
    "up",
    "wait",
]
