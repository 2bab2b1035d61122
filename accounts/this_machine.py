"""What can only be reached from the machine itself. Here because settings and commands ask before Django is up."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_this_machine(host: str) -> bool:
    """Whether only this machine itself can be meant by the name or address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_safe_address(address: object) -> bool:
    """Whether what is sent to the address can be read on the way by nobody: https, or this machine."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or " " in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))
