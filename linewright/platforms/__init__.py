"""One data file per platform: what it is called, can do, shows as a secret, and in which order lines go."""
