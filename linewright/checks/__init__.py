"""Judgement: what was seen against what should be, each fault once with its consequences. Pure."""

from linewright.checks.drift import ConfigLine
from linewright.checks.running import drift
from linewright.checks.verification import Tally, Verification
from linewright.checks.verify import verify

__all__ = ["ConfigLine", "Tally", "Verification", "drift", "verify"]
