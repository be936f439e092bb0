"""FRRouting on Linux, reached by SSH: the NAPALM driver, its transport and the one script it runs on the router."""
