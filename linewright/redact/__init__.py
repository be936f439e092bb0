"""Secrets as keyed tokens: they never appear in what is stored, shown or compared."""
