"""What linewright knows about each network operating system: data files, and the few functions that read them.

`rules("frr")` gives the data of one platform, `platform_for(device)` the platform of a device of the source of truth,
`walk(text, rules)` the lines of a configuration with the section each stands in.
"""

from linewright.platforms.lines import Line, walk
from linewright.platforms.load import names, platform_for, rules
from linewright.platforms.rules import (
    Block,
    Capabilities,
    Closing,
    CommandRule,
    Kind,
    Place,
    PlatformRules,
    Removal,
    Rewrite,
    Subject,
    WayIn,
)

__all__ = [
    "Block",
    "Capabilities",
    "Closing",
    "CommandRule",
    "Kind",
    "Line",
    "Place",
    "PlatformRules",
    "Removal",
    "Rewrite",
    "Subject",
    "WayIn",
    "names",
    "platform_for",
    "rules",
    "walk",
]
