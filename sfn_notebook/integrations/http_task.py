"""What an HTTP Task may ask for: methods, headers, endpoints, encodings.

https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html, read 2026-11-24.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Literal
from urllib.parse import urlsplit

METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")
ENCODINGS: Final = ("NONE", "URL_ENCODED")
ArrayFormat = Literal["INDICES", "REPEAT", "COMMAS", "BRACKETS"]
ARRAY_FORMATS: Final[tuple[ArrayFormat, ...]] = ("INDICES", "REPEAT", "COMMAS", "BRACKETS")

FORBIDDEN_HEADERS: Final = frozenset(
    [
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "authorization",
        "cache-control",
        "connection",
        "content-encoding",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "referer",
        "server",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "warning",
    ]
)
FORBIDDEN_PREFIXES: Final = ("x-forwarded-", "x-amz-", "x-amzn-")

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, 5.6.2: token
_VALUE: Final = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


def header_trouble(name: str, value: str = "") -> str | None:
    """What is wrong with a header of an HTTP Task; None when nothing is. The value is never told.

    >>> header_trouble("X-Amz-Date")
    "the header 'X-Amz-Date' is not allowed in an HTTP Task"
    >>> header_trouble("Accept", "application/json") is None
    True
    """
    lowered = name.lower()
    if lowered in FORBIDDEN_HEADERS or lowered.startswith(FORBIDDEN_PREFIXES):
        return f"the header {name!r} is not allowed in an HTTP Task"
    return malformed_header(name, value)


def malformed_header(name: str, value: str) -> str | None:
    r"""What is wrong with the form of a header, whoever sends it; None when nothing is. The value is never told.

    >>> malformed_header("Authorization", "Bearer\n")
    "the header 'Authorization' has a value with characters that no header can have"
    """
    if not _NAME.fullmatch(name):
        return f"{name!r} is not the name of a header"
    if not _VALUE.fullmatch(value):
        return f"the header {name!r} has a value with characters that no header can have"
    return None


def endpoint_trouble(url: str) -> str | None:
    """What is wrong with an `ApiEndpoint` or an OAuth endpoint; None when nothing is.

    >>> endpoint_trouble("http://api.example.com")
    'it is not an https URL; plain http is for this machine only'
    >>> endpoint_trouble("http://127.0.0.1:8080/orders") is None
    True
    """
    try:
        parts = urlsplit(url)
        port_is_wrong = parts.port == 0
    except ValueError as error:
        return f"it is not a URL: {error}"
    if not parts.scheme or not parts.hostname or port_is_wrong or re.search(r"[\x00-\x20\x7f]", url):
        return "it is not a URL"
    if parts.username is not None:
        return "it holds a user name or password; those belong in a connection"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        return "it is not an https URL; plain http is for this machine only"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    >>> is_loopback("localhost"), is_loopback("127.8.0.1"), is_loopback("::1"), is_loopback("localhost.example.com")
    (True, True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
