"""Real FRRouting routers on this machine: one set of Linux namespaces each, wired as the snapshot says."""
