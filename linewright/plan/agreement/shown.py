"""What people were shown of a plan when they agreed to it, as one digest. Pure."""

from hashlib import sha256

from linewright.plan.changeplan import ChangePlan
from linewright.plan.screen import summary


def shown_digest(plan: ChangePlan) -> str:
    """SHA-256 (64 hex digits) over the lines of the plan's first screen, each ended by a line feed, UTF-8.

    Whoever signs has seen exactly these lines; a plan that is summed up otherwise somewhere else was not agreed to there.
    """
    lines = "".join(f"{line}\n" for line in summary(plan))
    return sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
