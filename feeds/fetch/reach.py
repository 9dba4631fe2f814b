"""Which addresses of the network are everybody's."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# RFC 6052 §2.1, RFC 8215: the last 32 bits are an IPv4 address.
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network: not this machine's, not a neighbour's, not reserved."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    inner = _inner(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    # Python calls some multicast addresses global, which they are, but they are no servers.
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, if it does: mapped, 6to4, Teredo's client or translated."""
    if any(ip in network for network in _TRANSLATED):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
