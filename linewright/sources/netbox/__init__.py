"""NetBox over its REST API: everything a snapshot needs, read at one moment, or nothing (docs/netbox.md)."""

from linewright.sources.netbox.connection import Connection
from linewright.sources.netbox.filters import Filters, parse
from linewright.sources.netbox.paging import Progress
from linewright.sources.netbox.reading import load

__all__ = ["Connection", "Filters", "Progress", "load", "parse"]
