"""Graphviz without the machine's fonts: it measures text by tables of its own, so a drawing is the same everywhere.

pygraphviz's wheels carry all of Graphviz, and with it a plugin that measures text in whatever fonts this machine has.
Here its C library is called without that plugin, which pygraphviz's own functions cannot do.
https://graphviz.org/docs/library/
"""

import ctypes
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from sfn_notebook.errors import SfnNotebookError

FONT: Final = "Arial"  # one that the tables know
_PLUGINS: Final = ("gvplugin_core_LTX_library", "gvplugin_dot_layout_LTX_library")
_SILENT: Final = 3  # Graphviz's AGMAX: no message is that bad


class _Plugin(ctypes.Structure):
    _fields_ = (("name", ctypes.c_char_p), ("address", ctypes.c_void_p))


_SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "gvContextPlugins": (ctypes.c_void_p, (ctypes.POINTER(_Plugin), ctypes.c_int)),
    "gvFreeContext": (ctypes.c_int, (ctypes.c_void_p,)),
    "agmemread": (ctypes.c_void_p, (ctypes.c_char_p,)),
    "agclose": (ctypes.c_int, (ctypes.c_void_p,)),
    "agseterr": (ctypes.c_int, (ctypes.c_int,)),
    "aglasterr": (ctypes.c_char_p, ()),
    "gvLayout": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)),
    "gvFreeLayout": (ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p)),
    "gvRenderData": (
        ctypes.c_int,
        (
            ctypes.c_void_p,
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.POINTER(ctypes.c_size_t),
        ),
    ),
    "gvFreeRenderData": (None, (ctypes.c_void_p,)),
}


def svg(dot: str) -> bytes | None:
    """Graphviz's SVG of a DOT text; None where its library cannot be called so. Not for two threads at once.

    Raises:
        SfnNotebookError: Graphviz could not draw it.
    """
    library = _library()
    if library is None:
        return None
    with _quiet(library):
        context = library.gvContextPlugins(_plugins(library), 0)
        drawing = library.agmemread(dot.encode())
        try:
            if not drawing or library.gvLayout(context, drawing, b"dot"):
                raise _failed(library)
            try:
                return _rendered(library, context, drawing)
            finally:
                library.gvFreeLayout(context, drawing)
        finally:
            if drawing:
                library.agclose(drawing)
            library.gvFreeContext(context)


def _rendered(library: Any, context: Any, drawing: Any) -> bytes:
    data, length = ctypes.c_void_p(), ctypes.c_size_t()
    if library.gvRenderData(context, drawing, b"svg", ctypes.byref(data), ctypes.byref(length)):
        raise _failed(library)
    try:
        return ctypes.string_at(data.value or 0, length.value)
    finally:
        library.gvFreeRenderData(data)


def _failed(library: Any) -> SfnNotebookError:
    told = (library.aglasterr() or b"").decode(errors="replace").strip()
    return SfnNotebookError(f"Graphviz could not draw this graph: {told}", hint="Please report it with its .dot.")


@cache
def _library() -> Any:
    """Graphviz's C library, by way of the extension module that is linked with it; None when it is not to be had."""
    spec = importlib.util.find_spec("pygraphviz")
    folders = [] if spec is None else spec.submodule_search_locations or []
    for file in (file for folder in folders for file in sorted(Path(folder).glob("_graphviz*"))):
        try:
            library = ctypes.CDLL(str(file))
            for name, (result, arguments) in _SIGNATURES.items():
                function = getattr(library, name)
                function.restype, function.argtypes = result, arguments
            _plugins(library)
        except (OSError, AttributeError, ValueError):  # not a library, or one that keeps its parts to itself
            continue
        return library
    return None


def _plugins(library: Any) -> Any:
    named = [
        _Plugin(name.encode(), ctypes.addressof(ctypes.c_char.in_dll(library, name)))  # where it lies in the library
        for name in _PLUGINS
    ]
    return (_Plugin * (len(named) + 1))(*named)  # the last one is empty: the end


@contextmanager
def _quiet(library: Any) -> Iterator[None]:
    """Graphviz says on stderr which letters its tables lack; `dot.py` gives such texts their room itself."""
    before = library.agseterr(_SILENT)
    try:
        yield
    finally:
        library.agseterr(before)
