"""Reaching devices: one adapter per platform over NAPALM. The only room that resolves a secret."""
