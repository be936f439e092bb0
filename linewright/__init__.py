"""linewright keeps a network, its source of truth and its documents in line."""

__version__ = "0.1.0"
