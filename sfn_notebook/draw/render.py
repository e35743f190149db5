"""DOT to SVG, PNG or PDF: by pygraphviz in this process, else by a `dot` on PATH.

pygraphviz's wheels carry Graphviz, so no system binary is needed. Graphviz is not safe to use from two
threads at once; one lock goes round it.
"""

import shutil
import subprocess
from functools import lru_cache
from threading import Lock
from typing import Final, Literal

from sfn_notebook.errors import MissingDependency, SfnNotebookError

Format = Literal["svg", "png", "pdf"]
PNG_DPI: Final = 144  # two pixels for each point: sharp on a dense screen
TIMEOUT: Final = 120.0  # seconds for a `dot` process

_lock = Lock()


@lru_cache(maxsize=32)
def render(dot: str, kind: Format) -> bytes:
    """The drawing of a DOT text.

    Raises:
        MissingDependency: neither pygraphviz nor a `dot` program is there.
    """
    for engine in (_pygraphviz, _program):
        drawn = engine(dot, kind)
        if drawn is not None:
            return drawn
    raise MissingDependency(
        f"drawing a graph as {kind.upper()} needs Graphviz, which is not there",
        hint="Install it with: pip install pygraphviz   (or put Graphviz's own `dot` on PATH)."
        " .text, .mermaid and .dot work without it.",
    )


def _pygraphviz(dot: str, kind: Format) -> bytes | None:
    """By the Graphviz in pygraphviz's wheel, or None when that is not installed.

    Its functions are called one by one, because `AGraph.draw` writes to stderr above 1,000 nodes.
    """
    try:
        import pygraphviz  # noqa: PLC0415 - it costs a tenth of a second: only when something is drawn
        from pygraphviz import graphviz as gv  # noqa: PLC0415 - see above
    except ImportError:
        return None
    with _lock:
        drawing = pygraphviz.AGraph(string=dot)
        if kind == "png":
            drawing.graph_attr["dpi"] = str(PNG_DPI)
        context = gv.gvContextWithBuiltins()
        try:
            if gv.gvLayout(context, drawing.handle, b"dot"):
                raise SfnNotebookError("Graphviz could not lay out this graph", hint="Please report it with its .dot.")
            try:
                failed, drawn = gv.gvRenderData(context, drawing.handle, kind.encode())
            finally:
                gv.gvFreeLayout(context, drawing.handle)
        finally:
            gv.gvFreeContext(context)
            drawing.close()
    if failed:
        raise SfnNotebookError(f"Graphviz could not draw this graph as {kind}", hint="Please report it with its .dot.")
    return bytes(drawn)


def _program(dot: str, kind: Format) -> bytes | None:
    """By a `dot` program, or None when there is none."""
    program = shutil.which("dot")
    if program is None:
        return None
    command = [program, f"-T{kind}", *([f"-Gdpi={PNG_DPI}"] if kind == "png" else [])]
    # the user's own `dot`; the text goes in by stdin
    done = subprocess.run(  # noqa: S603
        command, input=dot.encode(), capture_output=True, timeout=TIMEOUT, check=False
    )
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        raise SfnNotebookError(f"{program} could not draw this graph as {kind}: {told}")
    return done.stdout
