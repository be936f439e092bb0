"""Canonical JSON and digests."""
