"""The network as data: what should be (Snapshot), what was seen (Observation), what follows (Finding). No I/O."""
