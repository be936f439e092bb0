"""Making a change: arm, commit, prove, confirm, or back out."""
