"""Arista EOS over eAPI. The driver is a child of NAPALM's; `driver.py` says where it differs and why."""
