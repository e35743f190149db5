"""The value that people hold: a machine's graph, in every form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sfn_notebook import _status
from sfn_notebook._display import Shown
from sfn_notebook.asl import Machine
from sfn_notebook.draw import dot as dots
from sfn_notebook.draw import mermaid, scene, svg, text
from sfn_notebook.draw.palette import THEMES, Theme
from sfn_notebook.draw.render import render
from sfn_notebook.errors import InvalidArgument, MissingDependency, did_you_mean

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Graph(Shown):
    """The graph of a state machine. Every form is made when first asked for, and kept.

    The same machine, statuses and marks always give the same text and bytes.

    Attributes:
        machine: The machine that is drawn; it may be unfinished.
        statuses: State name -> status (`"SUCCEEDED"`, `"WAITING"`, … of `sfn_notebook._status.STATUSES`).
        marks: State name -> short notes shown on the state.
        title: A heading, or "".
        theme: "light", "dark", or "auto": an SVG that follows the reader's setting.

    Example:
        >>> from sfn_notebook import asl
        >>> print(graph(asl.read({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})).text)
        ● → A
        • A · Pass → ◎ End
    """

    machine: Machine
    statuses: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    marks: Mapping[str, Sequence[str]] = field(default_factory=lambda: _NOTHING)
    title: str = ""
    theme: Theme = "light"

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise InvalidArgument(f"unknown theme {self.theme!r}", hint=did_you_mean(str(self.theme), THEMES))
        for name, status in self.statuses.items():
            if status not in _status.STATUSES:
                hint = did_you_mean(str(status), _status.STATUSES)
                raise InvalidArgument(f"unknown status {status!r} of state {name!r}", hint=hint)

    @cached_property
    def scene(self) -> scene.Scope:
        """What is drawn, before any layout."""
        return scene.build(self.machine, self.statuses, self.marks)

    @cached_property
    def ids(self) -> dict[str, str]:
        """Element id in the SVG -> state name."""
        return {box.id: box.name for box in self.scene.boxes() if box.kind == "state"}

    @cached_property
    def dot(self) -> str:
        """Graphviz DOT."""
        return dots.dot(self.scene, theme=self.theme, title=self.title)

    @cached_property
    def svg(self) -> str:
        """SVG; a text drawing in SVG where Graphviz is not installed."""
        name = self.title or "State machine"
        try:
            drawn = render(self.dot, "svg")
        except MissingDependency:
            return svg.from_text(self.text, title=name, theme=self.theme)
        return svg.finish(drawn, self.scene, title=name, theme=self.theme)

    @cached_property
    def png(self) -> bytes:
        """PNG with a transparent ground, 144 dots per inch.

        Raises:
            MissingDependency: Graphviz is not installed.
        """
        return render(self.dot, "png")

    @cached_property
    def pdf(self) -> bytes:
        """PDF, one page as large as the graph.

        Raises:
            MissingDependency: Graphviz is not installed.
        """
        return render(self.dot, "pdf")

    @cached_property
    def mermaid(self) -> str:
        """A Mermaid flowchart."""
        return mermaid.mermaid(self.scene)

    @cached_property
    def text(self) -> str:
        """A drawing for the terminal, one line for each state."""
        return text.text(self.scene, title=self.title)

    @cached_property
    def ascii(self) -> str:
        """The same in ASCII, for a terminal that shows nothing else."""
        return text.text(self.scene, title=self.title, ascii=True)

    def with_(self, **changes: Any) -> Graph:
        """The same graph with other `statuses`, `marks`, `title` or `theme`."""
        return replace(self, **changes)

    def save(self, file: str | Path) -> Path:
        """Write the graph to a file; its suffix says in which form.

        Args:
            file: A name that ends in .svg, .png, .pdf, .dot, .gv, .mmd, .mermaid or .txt.

        Returns:
            The path that was written.

        Raises:
            InvalidArgument: the suffix is none of these.
            MissingDependency: PNG or PDF is wanted and Graphviz is not installed.
        """
        path = Path(file)
        make = _FORMS.get(path.suffix.lower())
        if make is None:
            raise InvalidArgument(
                f"cannot tell from {path.name!r} how to save the graph", hint=f"Give it a suffix: {', '.join(_FORMS)}."
            )
        drawn = make(self)
        path.write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())
        return path

    def __repr__(self) -> str:
        return self.text


_FORMS: Final[Mapping[str, Callable[[Graph], str | bytes]]] = {
    ".svg": lambda graph: graph.svg,
    ".png": lambda graph: graph.png,
    ".pdf": lambda graph: graph.pdf,
    ".dot": lambda graph: graph.dot,
    ".gv": lambda graph: graph.dot,
    ".mmd": lambda graph: graph.mermaid,
    ".mermaid": lambda graph: graph.mermaid,
    ".txt": lambda graph: graph.text + "\n",
}


def graph(
    machine: Machine,
    *,
    statuses: Mapping[str, str] | None = None,
    marks: Mapping[str, Sequence[str]] | None = None,
    title: str = "",
    theme: Theme = "light",
) -> Graph:
    """The graph of a machine, finished or not.

    Args:
        machine: What to draw.
        statuses: State name -> status, to colour the graph of an execution.
        marks: State name -> short notes to show on the state.
        title: A heading, or "".
        theme: "light", "dark", or "auto": an SVG that follows the reader's setting.

    Raises:
        InvalidArgument: a status or the theme does not exist.
    """
    notes = {name: tuple(texts) for name, texts in (marks or {}).items()}
    return Graph(machine, dict(statuses or {}), notes, title, theme)
