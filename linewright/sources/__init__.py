"""Where snapshots come from: NetBox, a description, a file."""
