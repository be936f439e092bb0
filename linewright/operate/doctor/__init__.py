"""Is everything here that a change job needs? What is missing, and what to do about it.

Facts are gathered at the edge (`gathering`, `asking_devices`) and judged by pure functions (`machine`, `site`,
`source`, `devices`, `backups`), each of which gives checks.
"""

from linewright.operate.doctor.examining import Wishes, examine
from linewright.operate.doctor.result import Check, Examination

__all__ = ["Check", "Examination", "Wishes", "examine"]
