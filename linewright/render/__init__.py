"""Snapshot and templates -> configuration text, secrets as tokens. Pure: no clock, no environment, no network.

docs/templates.md tells template authors what they have to work with.
"""

from linewright.render.devices import Rendered, RenderedAll, from_source, render_all, render_device
from linewright.render.environment import ConfigEnvironment, environment
from linewright.render.filenames import file_name

__all__ = [
    "ConfigEnvironment",
    "Rendered",
    "RenderedAll",
    "environment",
    "file_name",
    "from_source",
    "render_all",
    "render_device",
]
