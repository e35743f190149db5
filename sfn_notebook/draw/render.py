"""DOT to SVG, PNG or PDF: by pygraphviz in this process, else by a `dot` on PATH.

pygraphviz's wheels carry Graphviz, so no system binary is needed. Graphviz is not safe to use from two
threads at once; one lock goes round it. An SVG is laid out without the fonts of this machine, for it is kept in
notebooks and compared; PNG and PDF are drawn in them.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Final, Literal

from sfn_notebook.draw import plain_graphviz
from sfn_notebook.draw.dot import FONT
from sfn_notebook.errors import MissingDependency, SfnNotebookError

Format = Literal["svg", "png", "pdf"]
PNG_DPI: Final = 144  # two pixels for each point: sharp on a dense screen
TIMEOUT: Final = 120.0  # seconds for a `dot` process

_lock = Lock()
_said: list[bool] = []  # filled by the first drawing


@lru_cache(maxsize=32)
def render(dot: str, kind: Format) -> bytes:
    """The drawing of a DOT text.

    Raises:
        MissingDependency: neither pygraphviz nor a `dot` program is there.
    """
    for engine in (_plain, _pygraphviz, _program):
        drawn = engine(dot, kind)
        if drawn is not None:
            return drawn
    raise MissingDependency(
        f"drawing a graph as {kind.upper()} needs Graphviz, which is not there",
        hint="Install it with: pip install pygraphviz   (or put Graphviz's own `dot` on PATH)."
        " .text, .mermaid and .dot work without it.",
    )


def _plain(dot: str, kind: Format) -> bytes | None:
    """An SVG that is the same on every machine, or None."""
    if kind != "svg":
        return None
    with _lock:
        drawn = plain_graphviz.svg(dot.replace(f'"{FONT}"', f'"{plain_graphviz.FONT}"'))
    ours, theirs = (f'font-family="{font}"'.encode() for font in (FONT, plain_graphviz.FONT))
    return None if drawn is None else drawn.replace(theirs, ours)


def _pygraphviz(dot: str, kind: Format) -> bytes | None:
    """By the Graphviz in pygraphviz's wheel, or None when that is not installed.

    Its functions are called one by one, because `AGraph.draw` writes to stderr above 1,000 nodes.
    """
    try:
        import pygraphviz  # noqa: PLC0415 - it costs a tenth of a second: only when something is drawn
        from pygraphviz import graphviz as gv  # noqa: PLC0415 - see above
    except ImportError:
        return None
    with _lock, _first_words():
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


@contextmanager
def _first_words() -> Iterator[None]:
    """The first time, keep fontconfig's complaints about the machine's font files out of the notebook.

    The C library says them once per process, straight to file descriptor 2, which a kernel shows under the cell.
    Whatever else is said there meanwhile is passed on.
    """
    if _said:
        yield
        return
    _said.append(True)
    with tempfile.TemporaryFile() as caught:
        try:
            kept = os.dup(2)
        except OSError:  # there is no stderr
            yield
            return
        try:
            os.dup2(caught.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        caught.seek(0)
        for line in caught:
            if not line.startswith(b"Fontconfig "):
                os.write(2, line)


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
