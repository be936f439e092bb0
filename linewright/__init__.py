"""linewright keeps a network, its source of truth and its documents in line.

The names below are the Python interface; everything else may change without notice. They are imported when they are
asked for, so that `import linewright` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linewright.errors import LinewrightError
    from linewright.model.observation import Observation
    from linewright.model.snapshot import Snapshot
    from linewright.operate.applying import apply_plan
    from linewright.operate.documenting import build_documents
    from linewright.operate.planning import make_plan
    from linewright.operate.verifying import verify_network
    from linewright.operate.workplace import Workplace, workplace
    from linewright.plan.changeplan import ChangePlan

__version__ = "0.1.0"

__all__ = [
    "ChangePlan",
    "LinewrightError",
    "Observation",
    "Snapshot",
    "Workplace",
    "__version__",
    "apply_plan",
    "build_documents",
    "make_plan",
    "verify_network",
    "workplace",
]

_HOME = {
    "ChangePlan": "plan.changeplan",
    "LinewrightError": "errors",
    "Observation": "model.observation",
    "Snapshot": "model.snapshot",
    "Workplace": "operate.workplace",
    "apply_plan": "operate.applying",
    "build_documents": "operate.documenting",
    "make_plan": "operate.planning",
    "verify_network": "operate.verifying",
    "workplace": "operate.workplace",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
