"""Checking a network: by ourselves, and as pyATS users do it."""
