"""In which batches devices are changed, what must never be changed together, and whom a change can hurt. Pure."""
