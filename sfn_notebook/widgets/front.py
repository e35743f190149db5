"""The front end's half of the live view: one ES module and one style sheet, put together from `static/`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from sfn_notebook._status import STATUSES
from sfn_notebook.draw.palette import ROLES, Theme
from sfn_notebook.draw.svg import properties

STATIC: Final = Path(__file__).parent / "static"
MODULES: Final = ("dom.js", "json.js", "store.js", "graph.js", "events.js", "desk.js", "data.js", "live.js")

_DASHES: Final = {"solid": "none", "bold": "none", "dashed": "6 3", "dotted": "2 3"}
_WIDTHS: Final = {"solid": 1.8, "bold": 2.8, "dashed": 2.2, "dotted": 2.4}
# front ends say which theme they show; where none does, the reader's own setting counts
_SAID: Final = {
    "light": ('body[data-jp-theme-light="true"]', "body.vscode-light", 'html[theme="light"]'),
    "dark": ('body[data-jp-theme-light="false"]', "body.vscode-dark", 'html[theme="dark"]'),
}


def module() -> str:
    """The ES module: the files of `static/` one after another, and before them the table of statuses.

    A widget's module has no address of its own, so it cannot import its neighbours; their `import` and `export` are
    for readers and tools.
    """
    table = {name: {"glyph": style.glyph, "label": style.label} for name, style in STATUSES.items()}
    texts = [f"const STATUSES = {json.dumps(table, ensure_ascii=False)};"]
    for name in MODULES:
        text = (STATIC / name).read_text("utf-8")
        text = re.sub(r"^import .*;\n", "", text, flags=re.MULTILINE)
        texts.append(re.sub(r"^export (?!default)", "", text, flags=re.MULTILINE))
    return "\n".join(texts)


def styles() -> str:
    """The style sheet: colours for both themes and a look for each status from the tables, then `static/live.css`."""
    light, dark = _colours("light"), _colours("dark")
    rules = [f".sfn-live{{{light}}}", f"@media (prefers-color-scheme:dark){{.sfn-live{{{dark}}}}}"]
    for said, colours in ((_SAID["light"], light), (_SAID["dark"], dark)):
        rules.append(f"{','.join(f'{where} .sfn-live' for where in said)}{{{colours}}}")
    paint = ".sfn-svg .{kind}-{role}{{{kind}:var(--sfn-{role})}}"
    rules += [paint.format(kind=kind, role=role) for role in ROLES for kind in ("fill", "stroke")]
    for name, style in STATUSES.items():
        role, where = name.lower(), f'.sfn-live[data-status="{name}"] .sfn-status,.sfn-svg [data-status="{name}"]'
        look = f"--w:{_WIDTHS[style.line]};--d:{_DASHES[style.line]}"
        rules.append(f"{where}{{--c:var(--sfn-status-{role});--t:var(--sfn-tint-{role});{look}}}")
    return "\n".join([*rules, (STATIC / "live.css").read_text("utf-8")])


def _colours(theme: Theme) -> str:
    return f"color-scheme:{theme};{properties(ROLES, theme)}"
