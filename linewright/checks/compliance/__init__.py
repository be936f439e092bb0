"""Checks: does one device keep a rule, judged by what was seen on it and beside it. Pure.

`judge` runs checks over devices; `CHECKS` are those that are shipped. A check never says pass when it could not look.
"""

from linewright.checks.compliance.judging import judge
from linewright.checks.compliance.seen import Limits, Seen
from linewright.checks.compliance.shipped import CHECKS
from linewright.checks.compliance.verdict import Check, Outcome, Verdict

__all__ = ["CHECKS", "Check", "Limits", "Outcome", "Seen", "Verdict", "judge"]
