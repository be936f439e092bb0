"""NetBox over its REST API: everything a snapshot needs, read at one moment, or nothing (docs/netbox.md)."""

from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.filters import Filters, parse
from linewright.sources.netbox.paging import Progress
from linewright.sources.netbox.permissions import missing as missing_permissions
from linewright.sources.netbox.permissions import needed as needed_permissions
from linewright.sources.netbox.reading import load

__all__ = [
    "Connection",
    "Filters",
    "Progress",
    "load",
    "missing_permissions",
    "needed_permissions",
    "parse",
]
