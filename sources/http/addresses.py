"""Which addresses and paths may be used at all."""

from ipaddress import ip_address


class BadAddressError(ValueError):
    """An address of a system that cannot be used. The text says why."""


def relative(path: str) -> str:
    """Return a path that can only lead below the system's address; raise `BadAddressError` for any other."""
    strange = "\\" in path or not path.isprintable()
    if not path.startswith("/") or path.startswith("//") or strange or ".." in path.split("/"):
        raise BadAddressError("a path begins with one / and leads nowhere up")
    return path


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
