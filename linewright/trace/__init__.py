"""End-to-end cable paths, and their comparison with what devices see."""
