"""What can only be reached from the machine itself. Known here because settings and commands both ask, before Django is up."""

from ipaddress import ip_address


def is_this_machine(host: str) -> bool:
    """Whether only this machine itself can be meant by the name or address."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
