"""Simulated Arista EOS switches ("twins"): stateful, on loopback sockets, behind eAPI over HTTPS.

A twin behaves like a device as far as `limits` below goes; nothing here was validated on one. What it keeps: running
and startup configuration, files, configuration sessions with the commit timer, and the state that follows from its
own configuration, its neighbours' and the cables between them.

Limits: the grammar knows the commands of `grammar.py` and refuses all others, so a real switch accepts far more; no
abbreviations (eAPI refuses them too by default); secrets are shown as they were given (a switch would encrypt or hash
a clear one); no packets are forwarded: neighbour states, ARP and routes (connected and static ones) are computed from
configurations and cables; answers to show commands as text are the JSON ones laid out plainly. Error texts and
the fate of a session whose timer expired follow public reports, not a switch of ours.
"""
