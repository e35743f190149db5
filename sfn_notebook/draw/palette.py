"""The colours of a drawing: roles, each with a colour for a light and for a dark ground."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from sfn_notebook._status import STATUSES

Theme = Literal["light", "dark", "auto"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark", "auto")


class Pair(NamedTuple):
    """One colour for each ground, `#rrggbb`."""

    light: str
    dark: str

    def on(self, theme: Theme) -> str:
        """The colour for a theme ("auto" is drawn light and carries the dark colours in its style sheet)."""
        return self.dark if theme == "dark" else self.light


def _mixed(colour: str, ground: str, share: float) -> str:
    """The colour laid over a ground at a share of 0 … 1."""
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(over * share + under * (1 - share)):02x}" for over, under in pairs)


_SURFACE: Final = Pair("#ffffff", "#1b232d")

ROLES: Final[Mapping[str, Pair]] = MappingProxyType(
    {
        "ink": Pair("#0f141a", "#ebebf0"),
        "muted": Pair("#656871", "#a4a4ad"),
        "words": Pair("#424650", "#c6c6cd"),
        "surface": _SURFACE,
        "line": Pair("#8c8c94", "#8d99a8"),
        "panel": Pair("#f6f6f9", "#12181f"),
        "frame": Pair("#b4b4bb", "#5f6b7a"),
        "faint": Pair("#c6c6cd", "#424650"),
        "caught": Pair(STATUSES["CAUGHT"].light, STATUSES["CAUGHT"].dark),
        **{f"status-{name.lower()}": Pair(style.light, style.dark) for name, style in STATUSES.items()},
        **{
            f"tint-{name.lower()}": Pair(
                _mixed(style.light, _SURFACE.light, 0.08), _mixed(style.dark, _SURFACE.dark, 0.14)
            )
            for name, style in STATUSES.items()
        },
    }
)
