"""What is too long to be written at once, in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def pieces(items: Iterable[T], size: Callable[[T], int], *, most: int) -> Iterator[list[T]]:
    """The items in order, in pieces whose sizes add up to no more than `most`; one that is longer stands alone.

    Args:
        items: The items.
        size: How long one is.
        most: How long a piece may be.

    >>> list(pieces(["a", "bb", "ccc"], len, most=3))
    [['a', 'bb'], ['ccc']]
    """
    piece: list[T] = []
    length = 0
    for item in items:
        added = size(item)
        if piece and length + added > most:
            yield piece
            piece, length = [], 0
        piece.append(item)
        length += added
    if piece:
        yield piece
