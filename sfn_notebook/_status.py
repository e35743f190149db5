"""How each status of a state looks, everywhere: glyph, words, line and colour, as one table.

Status is never told by colour alone. The glyphs are characters of ordinary text fonts, one column wide
(no emoji: those are two columns in a terminal and an empty box in a picture made without an emoji font).
Colours are Cloudscape's status tokens (@cloudscape-design/design-tokens 3.0.110), with a hue of its own for
WAITING, which no common colour blindness takes for failed or caught; at least 4.5:1 on white and on #111.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Line = Literal["solid", "dashed", "bold", "dotted"]


class Style(NamedTuple):
    """How a status looks.

    Attributes:
        glyph: One character, one column wide.
        plain: The same in ASCII.
        label: What to call it in a sentence or a legend.
        line: The line of a box in this status.
        light: Its colour on a light ground, `#rrggbb`.
        dark: Its colour on a dark ground, `#rrggbb`.
    """

    glyph: str
    plain: str
    label: str
    line: Line
    light: str
    dark: str


STATUSES: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "NOT_STARTED": Style("○", ".", "not started", "solid", "#656871", "#a4a4ad"),
        "RUNNING": Style("►", ">", "running", "bold", "#006ce0", "#42b4ff"),
        "WAITING": Style("☞", "?", "waiting", "dashed", "#96008a", "#ffb3e6"),
        "RETRYING": Style("↻", "@", "retrying", "dotted", "#006ce0", "#42b4ff"),
        "SUCCEEDED": Style("✓", "+", "succeeded", "solid", "#00802f", "#2bb534"),
        "CAUGHT": Style("↷", "~", "error caught", "dashed", "#855900", "#fbd332"),
        "FAILED": Style("✗", "x", "failed", "bold", "#db0000", "#ff7a7a"),
        "TIMED_OUT": Style("◷", "o", "timed out", "dotted", "#db0000", "#ff7a7a"),
        "ABORTED": Style("■", "#", "aborted", "dotted", "#656871", "#a4a4ad"),
        # of a state in a drawing of two definitions
        "ADDED": Style("+", "a", "added", "bold", "#00802f", "#2bb534"),
        "REMOVED": Style("−", "-", "removed", "dashed", "#db0000", "#ff7a7a"),
        "CHANGED": Style("±", "*", "changed", "dashed", "#006ce0", "#42b4ff"),
    }
)
