"""One change, stated completely before it is made."""
