"""Configurations as trees: normal form, diff, three-way merge, the lines that lead from one to another.

All texts are tokenised (see `redact`), all functions are pure. Two configurations are the same exactly when their
canonical texts (`normalise`) are equal: the order of lines counts where it says something to the device, and an empty
list of commands is never taken for equality.
"""

from linewright.configs.merge import Merged, adopt, three_way
from linewright.configs.order import commands
from linewright.configs.predict import predict
from linewright.configs.show import diff
from linewright.configs.tree import normalise

__all__ = ["Merged", "adopt", "commands", "diff", "normalise", "predict", "three_way"]
