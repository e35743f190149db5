"""The ground floor: JSON, the exception tree, the display hook."""

import builtins
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook import _display, _json, errors


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
        max_leaves=20,
    )
)
def test_json_survives_the_round_trip(value: object) -> None:
    assert _json.loads(_json.dumps(value)) == value


@pytest.mark.parametrize("text", ["", "{", "NaN", "[1,]", "{'a': 1}", "1 2", "[" * 100_000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(errors.InvalidJson, match="not valid JSON"):
        _json.loads(text)


def test_size_counts_bytes_of_utf8() -> None:
    assert (_json.size("abc"), _json.size("é€😀")) == (3, 9)


CLASSES = [
    value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, errors.SfnNotebookError)
]


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    drawn = set(re.findall(r"^\s*[│├└─ ]*([A-Z]\w+)", errors.__doc__.split("Each message")[0], re.MULTILINE)) - {
        "Every"
    }
    assert drawn == {cls.__name__ for cls in CLASSES}


@pytest.mark.parametrize("cls", [cls for cls in CLASSES if cls is not errors.SfnNotebookError])
def test_each_error_is_the_nearest_builtin_too_and_shows_its_hint(cls: type[errors.SfnNotebookError]) -> None:
    assert any(
        base.__name__ in vars(builtins) and base is not Exception
        for base in cls.__mro__
        if issubclass(base, Exception) and base.__module__ == "builtins"
    )
    assert str(cls("what happened", **({} if cls is errors.QueryFailure else {"hint": "mend it"}))).startswith(
        "what happened"
    )


def test_a_notebook_shows_the_message_and_no_traceback() -> None:
    assert errors.UnknownName("no state 'X'", hint="Did you mean 'Y'?")._render_traceback_() == [
        "UnknownName: no state 'X'\nDid you mean 'Y'?"
    ]


class Thing(_display.Shown):
    def __repr__(self) -> str:
        return "<Thing>"


def test_a_thing_without_renderer_has_its_text() -> None:
    assert Thing()._repr_mimebundle_() == {"text/plain": "<Thing>"}


def test_a_renderer_that_fails_never_fails_the_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_display, "_renderers", {})

    @_display.renders(Thing)
    def broken(thing: Thing) -> dict[str, object]:
        raise RuntimeError("no ink")

    assert _display.mimebundle(Thing()) == {"text/plain": "<Thing>\n(could not be drawn: RuntimeError: no ink)"}


def test_include_and_exclude_are_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_display, "_renderers", {Thing: lambda thing: {"text/html": "<b>", "image/svg+xml": "<svg/>"}})
    assert set(_display.mimebundle(Thing(), include=["text/html"])) == {"text/html"}
    assert set(_display.mimebundle(Thing(), exclude=["image/svg+xml"])) == {"text/plain", "text/html"}
