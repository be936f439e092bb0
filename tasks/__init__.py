"""Nornir tasks of the site: 10 to 40 lines each, functions only."""
