"""Whether a host is this machine itself: what is told there crosses no network."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a host as a URL has it is "localhost" or a loopback address (RFC 1122 section 3.2.1.3, RFC 4291 2.5.3)."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
