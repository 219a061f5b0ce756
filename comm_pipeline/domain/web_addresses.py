"""Addresses of services that are called over HTTP."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from comm_pipeline.errors import InvalidSettingError


def checked_url(variable: str, url: str, *, allow_http: bool) -> str:
    """Return ``url`` if it can be called; raises InvalidSettingError that does not repeat it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or not _is_plain(url):
        raise InvalidSettingError(f"{variable} must be an address such as https://host/path")
    if parts.username is not None or parts.fragment:
        raise InvalidSettingError(f"{variable} must not hold a user, a password or a #fragment")
    if parts.scheme == "http" and not (allow_http or _is_this_machine(host)):
        raise InvalidSettingError(
            f"{variable} must begin with https:// unless it is this machine or unencrypted calls "
            "are allowed"
        )
    return url


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
