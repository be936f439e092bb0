"""A disposable, real NetBox: from its PyPI wheel, on PostgreSQL and Redis of its own, for one user of one machine."""

from linewright.lab.netbox.lab import ADMIN, Running, down, status, up

__all__ = ["ADMIN", "Running", "down", "status", "up"]
