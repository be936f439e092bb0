"""A snapshot and templates in, intended configurations out."""
