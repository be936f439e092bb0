"""The door by which NAPALM finds the FRR driver: `get_network_driver("frr")` looks for a package of this name."""

from linewright.devices.frr.driver import FRRDriver as FRRDriver
