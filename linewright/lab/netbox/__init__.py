"""A disposable, real NetBox: from its PyPI wheel, on PostgreSQL and Redis of its own, for one user of one machine."""

from linewright.lab.netbox.lab import ADMIN, Running, down, keep, status, up
from linewright.lab.netbox.seeded import up_seeded

__all__ = ["ADMIN", "Running", "down", "keep", "status", "up", "up_seeded"]
