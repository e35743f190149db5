"""The style sheet of everything shown, made of the tables of colours and statuses.

A notebook says which theme it shows (`data-jp-theme-light`, VS Code's classes); where nothing says it, the reader's
own setting counts. It sets the `color-scheme`, which the colours (`light-dark()`) and pictures follow.
JupyterLab's fonts are used where they are.
"""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from sfn_notebook.display.html import Html
from sfn_notebook.draw.palette import ROLES

_STATIC: Final = Path(__file__).parent / "static"
_LIGHT: Final = ('[data-jp-theme-light="true"]', ".vscode-light", 'html[theme="light"]')
_DARK: Final = ('[data-jp-theme-light="false"]', ".vscode-dark", 'html[theme="dark"]')


@cache
def style() -> Html:
    """The `<style>` element that stands in everything shown."""
    return Html(f"<style>{_colours()}{_rules('shown.css')}</style>")


@cache
def page_style() -> Html:
    """The `<style>` element that a page of its own has besides."""
    return Html(f"<style>{_rules('page.css')}</style>")


def _colours() -> str:
    roles = "".join(f"--sfn-{role}:light-dark({pair.light},{pair.dark});" for role, pair in ROLES.items())
    return (
        f".sfn{{color-scheme:light dark;{roles}}}"
        f"{_where(_LIGHT)}{{color-scheme:light}}{_where(_DARK)}{{color-scheme:dark}}"
    )


def _where(selectors: Iterable[str]) -> str:
    return ",".join(f"{selector} .sfn" for selector in selectors)


def _rules(file: str) -> str:
    """A style sheet of `static/`, without comments and on one line: it is saved with every output."""
    text = re.sub(r"/\*.*?\*/", "", (_STATIC / file).read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", " ".join(text.split())).replace(": ", ":").replace(";}", "}")
