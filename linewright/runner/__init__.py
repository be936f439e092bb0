"""Nornir from a Snapshot: inventory, connections, dispatch."""
