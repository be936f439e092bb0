"""Secrets stay where they belong: everything on our side of `devices` sees keyed tokens in their place.

A token is HMAC-SHA256 under the site's key over device, field and value. The same secret in the same place gives the
same token whether it comes from a template (`fill`) or from a device (`tokenise`), so that texts can be compared;
whoever lacks the key cannot test a guess. `restore` puts values back, in memory, right before a load.
"""

from linewright.redact.arrive import hide, tokenise
from linewright.redact.screen import Screen
from linewright.redact.slots import Reveal, Slot, fill, marker, restore
from linewright.redact.token import token

__all__ = ["Reveal", "Screen", "Slot", "fill", "hide", "marker", "restore", "token", "tokenise"]
