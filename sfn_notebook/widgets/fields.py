"""The fields of a form, one for each shape of value: a text, a choice, a list, a map, an object.

What is optional has no field until somebody asks for it, so a form stays as small as what is said with it, and a
shape that holds itself ends where the person does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import ipywidgets

from sfn_notebook.asl import JSONATA
from sfn_notebook.integrations.shapes import ANY, Member, Shape
from sfn_notebook.notebook.render import fill

ABSENT: Final = ...
"""What a field gives that nothing was written into."""

_ADD: Final = "add a field …"
_ITEM: Final = "•"
_RULE: Final = "1px solid var(--jp-border-color1, #bdbdbd)"
Changed = Callable[[], None]


class Field(Protocol):
    """A place for a value."""

    widget: Any

    def value(self) -> Any:
        """What is written there, as JSON; `ABSENT` when nothing is."""

    def fill(self, value: Any) -> None:
        """Write a value there."""


def field_for(shape: Shape, changed: Changed) -> Field:
    """The field of a shape.

    Args:
        shape: What the value looks like.
        changed: Called whenever something was written.
    """
    if shape.kind == "structure":
        return Members(shape, changed)
    if shape.kind == "list":
        return Items(shape, changed)
    return Pairs(shape, changed) if shape.kind == "map" else Scalar(shape, changed)


class Scalar:
    """A text, a number, a choice, true or false; or an expression `{% … %}` in place of any."""

    def __init__(self, shape: Shape, changed: Changed) -> None:
        self._shape = shape
        options = ("true", "false") if shape.kind == "truth" else shape.choices
        given = {"placeholder": shape.words, "continuous_update": False}
        if options:
            self.widget = ipywidgets.Combobox(options=options, ensure_option=False, **given)
        elif shape.kind in ("blob", "any"):
            self.widget = ipywidgets.Textarea(rows=2, **given)
        else:
            self.widget = ipywidgets.Text(**given)
        self.widget.observe(lambda _: changed(), "value")

    def __repr__(self) -> str:
        return f"<field: {self._shape.words}>"

    def value(self) -> Any:
        """What is written, read as the shape wants it; what cannot be read so stays a text, and is told."""
        text = self.widget.value
        if not text.strip():
            return ABSENT
        if self._shape.kind == "text" or text.strip().startswith("{%"):
            return text
        wanted = _READ.get(self._shape.kind, (dict, list))
        try:
            read = json.loads(text)
        except ValueError:
            return text
        # `true` is no number, and a text in quotes is meant as a text where any JSON may stand
        fits = isinstance(read, wanted) and not (isinstance(read, bool) and bool not in wanted)
        return read if fits or self._shape.kind == "any" else text

    def fill(self, value: Any) -> None:
        """Write a value."""
        self.widget.value = _text(value)


_READ: Final[Mapping[str, tuple[type, ...]]] = {
    "whole": (int, float),
    "number": (int, float),
    "truth": (bool,),
    "moment": (int, float),
}


def _text(value: Any) -> str:
    """A value as it is typed into a field; `q(...)`, `token` and datetimes as ASL writes them."""
    written = fill(value, JSONATA)
    return written if isinstance(written, str) else json.dumps(written, ensure_ascii=False)


class _Rows:
    """Rows that can be added and taken away; or one expression in place of all of them."""

    _holds: type | tuple[type, ...] = Mapping
    _shape: Shape

    def __init__(self, changed: Changed, adder: Any) -> None:
        self._changed = changed
        self._rows: list[tuple[Any, Field]] = []  # what names the row, its field
        self._lines: dict[int, Any] = {}  # id of the field -> the widgets of its row
        self._whole = ipywidgets.Text(placeholder="or {% … %}", continuous_update=False)
        self._whole.observe(lambda _: changed(), "value")
        self._foot = ipywidgets.HBox([adder, self._whole])
        self.widget = ipywidgets.VBox([self._foot])

    def __repr__(self) -> str:
        return f"<field: {self._shape.words}>"

    def value(self) -> Any:
        """What was written into the rows, or the expression in place of them."""
        return self._whole.value.strip() or self._written()

    def fill(self, value: Any) -> None:
        """Write a value; one that the rows cannot hold goes where the expression stands, and is told there."""
        if isinstance(value, self._holds):
            self._write(value)
        else:
            self._whole.value = _text(value)

    def _written(self) -> Any:
        raise NotImplementedError

    def _write(self, value: Any) -> None:
        raise NotImplementedError

    def _put(self, head: Any, field: Field, *, fixed: bool = False) -> None:
        """A row with its name before it; one that is not fixed has a button that takes it away."""
        row = (head, field)
        name = "this one" if isinstance(head, ipywidgets.Widget) or head == _ITEM else str(head).removesuffix(" *")
        parts = [head if isinstance(head, ipywidgets.Widget) else ipywidgets.Label(str(head))]
        if isinstance(field, Scalar):
            field.widget.tooltip = name  # what a screen reader calls it: its label is another widget
            parts.append(field.widget)
        if not fixed:
            button = ipywidgets.Button(description="✕", tooltip=f"take away {name}", layout={"width": "2.5em"})
            button.on_click(lambda _: self._take(row))
            parts.append(button)
        line = ipywidgets.HBox(parts)
        if not isinstance(field, Scalar):  # rows of its own stand under its name, set in
            field.widget.layout = {"margin": "0 0 4px 8px", "padding": "0 0 0 12px", "border_left": _RULE}
            line = ipywidgets.VBox([line, field.widget])
        self._rows.append(row)
        self._lines[id(field)] = line
        self._show()

    def _take(self, row: tuple[Any, Field]) -> None:
        if row in self._rows:
            self._rows.remove(row)
            del self._lines[id(row[1])]
            self._taken(row[0])
            self._show()
            self._changed()

    def _taken(self, head: Any) -> None:
        """A row was taken away."""

    def _show(self) -> None:
        self.widget.children = [*(self._lines[id(field)] for _, field in self._rows), self._foot]


class Members(_Rows):
    """An object with fields: the required ones at once, the others when they are chosen."""

    def __init__(self, shape: Shape, changed: Changed) -> None:
        self._shape = shape
        self._chooser = ipywidgets.Dropdown(options=(), layout={"width": "16em"})
        super().__init__(changed, self._chooser)
        for name, member in shape.members.items():
            if member.required or name in shape.either[:1]:
                self._put(f"{name} *", field_for(member.shape, changed), fixed=member.required)
        self._offer()
        self._chooser.observe(self._chosen, "value")

    @property
    def fields(self) -> dict[str, Field]:
        """The fields that are there, by name."""
        return {str(head).removesuffix(" *"): field for head, field in self._rows}

    def add(self, name: str) -> Field:
        """The field of a member, made if it is not there yet; one that the shape does not know takes any JSON."""
        if name not in self.fields:
            self._put(name, field_for(self._shape.members.get(name, Member(ANY, required=False)).shape, self._changed))
            self._offer()
        return self.fields[name]

    def _written(self) -> Any:
        """The object, of what was written."""
        made = {name: one for name, field in self.fields.items() if (one := field.value()) is not ABSENT}
        return made or ABSENT

    def _write(self, value: Mapping[str, Any]) -> None:
        """Write an object, adding the fields it needs."""
        for name, one in value.items():
            self.add(name).fill(one)

    def _offer(self) -> None:
        rest = [name for name in self._shape.members if name not in self.fields]
        self._chooser.options = (_ADD, *rest)
        self._chooser.value = _ADD
        self._chooser.layout.display = None if rest else "none"

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if change["new"] not in (None, _ADD):
            self.add(change["new"])
            self._changed()

    def _taken(self, head: Any) -> None:
        self._offer()


class Items(_Rows):
    """A list."""

    _holds = (list, tuple)

    def __init__(self, shape: Shape, changed: Changed) -> None:
        self._shape = shape
        button = ipywidgets.Button(description="add an item")
        super().__init__(changed, button)
        button.on_click(lambda _: self.add())

    def add(self) -> Field:
        """One more item."""
        field = field_for(self._shape.item, self._changed)
        self._put(_ITEM, field)
        return field

    def _written(self) -> Any:
        """The items that were written."""
        made = [one for _, field in self._rows if (one := field.value()) is not ABSENT]
        return made or ABSENT

    def _write(self, value: list[Any]) -> None:
        """Write a list."""
        for one in value:
            self.add().fill(one)


class Pairs(_Rows):
    """A map: keys and values."""

    def __init__(self, shape: Shape, changed: Changed) -> None:
        self._shape = shape
        button = ipywidgets.Button(description="add a key")
        super().__init__(changed, button)
        button.on_click(lambda _: self.add(""))

    def add(self, key: str) -> Field:
        """One more key."""
        head = ipywidgets.Text(value=key, placeholder="key", continuous_update=False, layout={"width": "10em"})
        head.observe(lambda _: self._changed(), "value")
        field = field_for(self._shape.item, self._changed)
        self._put(head, field)
        return field

    def _written(self) -> Any:
        """The pairs that have a key and a value."""
        pairs = [(head.value, field.value()) for head, field in self._rows]
        return {key: one for key, one in pairs if key and one is not ABSENT} or ABSENT

    def _write(self, value: Mapping[str, Any]) -> None:
        """Write a map."""
        for key, one in value.items():
            self.add(key).fill(one)
