"""Lists in pages: opaque tokens that only mean something to the operation that gave them."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sfn_notebook import _json
from sfn_notebook.engine.api.faults import Fault
from sfn_notebook.errors import InvalidJson

DEFAULT_PAGE: Final = 100  # what maxResults 0 or none means
LONGEST_PAGE: Final = 1_000

Item = TypeVar("Item")


def page(
    items: Sequence[Item],
    request: Mapping[str, Any],
    *,
    newest_first: bool = False,
    keep: Callable[[Item], bool] = lambda item: True,
    default: int = DEFAULT_PAGE,
) -> tuple[list[Item], dict[str, str]]:
    """One page of a list, and `{"nextToken": ...}` when there is more.

    The token holds a position in `items`, so a list that grows at its end is paged without loss or doubles, from
    either side, and a page costs what it is long.

    Args:
        items: The whole list, the oldest first.
        request: The operation's request: `maxResults`, `nextToken`, and whatever else says which list it is.
        newest_first: Begin at the end.
        keep: Which items are wanted.
        default: The length of a page when the request names none.

    Raises:
        Fault: InvalidToken, when the token is not one of this list's.
    """
    purpose = _purpose(request)
    start = _position(request["nextToken"], purpose) if request.get("nextToken") else None
    length = min(request.get("maxResults") or default, LONGEST_PAGE)
    if newest_first:
        rest = range((len(items) if start is None else start + 1) - 1, -1, -1)
    else:
        rest = range(start or 0, len(items))
    found: list[Item] = []
    for index in rest:
        item = items[index]
        if keep(item):
            if len(found) == length:
                return found, {"nextToken": _token(index, purpose)}
            found.append(item)
    return found, {}


def _purpose(request: Mapping[str, Any]) -> str:
    asked = {key: value for key, value in request.items() if key not in ("nextToken", "maxResults")}
    return hashlib.sha256(_json.dumps(sorted(asked.items())).encode()).hexdigest()[:16]


def _token(position: int, purpose: str) -> str:
    return base64.urlsafe_b64encode(_json.dumps([position, purpose]).encode()).decode()


def _position(token: str, purpose: str) -> int:
    try:
        position, of = _json.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError, TypeError, InvalidJson):
        raise _bad_token() from None
    if of != purpose or not isinstance(position, int) or position < 0:
        raise _bad_token()
    return position


def _bad_token() -> Fault:
    return Fault("InvalidToken", "Invalid Token: 'Invalid token'")
