"""How differences are shown."""

from __future__ import annotations

from typing import Any

from sfn_notebook import _display
from sfn_notebook.display.html import tag
from sfn_notebook.display.parts import picture, shown, table
from sfn_notebook.notebook.difference import Difference


@_display.renders(Difference)
def difference(found: Difference) -> dict[str, Any]:
    """A difference: both definitions in one graph, and a row for each value that differs."""
    if not found:
        return {"text/html": shown(tag("p", f"✓ {found!r}", class_="muted"))}
    rows = [(kind, name, tag("code", pointer), old, new) for kind, name, pointer, old, new in found.rows()]
    listed = table(("", "state", "where", found.old, found.new), rows)
    return {"text/html": shown(picture(found.graph(), "both definitions"), listed)}
