"""What must hold before a change is confirmed: nothing is lost that the change itself does not take away."""

from linewright.checks.change.expected import NEIGHBOURS, may_go
from linewright.checks.change.items import FACETS, lost, up

__all__ = ["FACETS", "NEIGHBOURS", "lost", "may_go", "up"]
