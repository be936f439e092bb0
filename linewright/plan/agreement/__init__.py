"""Who agrees to a change, and when it may be made: statements, signers, policy, windows, freeze. Pure."""
