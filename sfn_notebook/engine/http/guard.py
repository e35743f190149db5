"""Who may ask: programs of this machine, and no web page.

A page in a browser can send requests to 127.0.0.1 as well, under its own name (DNS rebinding) or as a cross-origin
request; both are refused by the headers a browser cannot be kept from sending.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

_PREFIXES = ("sync-", "states.", "sync-states.")  # what AWS's clients put before the host


def refused(environ: Mapping[str, str]) -> str | None:
    """Why a request is refused, or None.

    Args:
        environ: The request as WSGI gives it.

    >>> refused({"HTTP_HOST": "127.0.0.1:4566"})
    >>> refused({"HTTP_HOST": "evil.example:4566"})
    "the Host header 'evil.example:4566' is not this machine; ask for 127.0.0.1 or localhost"
    """
    host = environ.get("HTTP_HOST", "")
    if not _here(host):
        return f"the Host header {host!r} is not this machine; ask for 127.0.0.1 or localhost"
    origin = environ.get("HTTP_ORIGIN")
    if origin is not None and urlsplit(origin).netloc != host:
        return f"a request of the web page {origin!r} is refused; only programs of this machine may ask"
    if environ.get("HTTP_SEC_FETCH_SITE", "none") not in ("none", "same-origin"):
        return "a request of a web page is refused; only programs of this machine may ask"
    return None


def _here(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
