"""Texts from a definition made fit to be shown."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sfn_notebook.draw.words import one_line, printable, shorten, wrap


@given(st.text(alphabet=st.characters(), max_size=50))
def test_printable_text_can_stand_in_xml(text: str) -> None:
    element = ET.Element("t")
    element.text = printable(text)
    assert ET.fromstring(ET.tostring(element, encoding="unicode")).tag == "t"


def test_what_can_be_printed_stays() -> None:
    assert printable("Größe <&> 你好 🎉 שלום\n\t") == "Größe <&> 你好 🎉 שלום\n\t"


def test_direction_overrides_do_not_reach_a_label() -> None:
    assert one_line("safe\u202eelif\u202c name") == "safeelif name"


@given(st.text(max_size=200), st.integers(8, 30), st.integers(1, 5))
def test_wrapping_keeps_to_its_box(text: str, width: int, lines: int) -> None:
    wrapped = wrap(text, width, lines)
    assert 1 <= len(wrapped) <= lines
    assert all(len(line) <= width for line in wrapped)


def test_what_does_not_fit_ends_with_an_ellipsis() -> None:
    assert wrap("one two three four five", 8, 2) == ("one two", "three…")
    assert shorten("x" * 30, 10) == "x" * 9 + "…"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_nothing_is_one_empty_line(text: str) -> None:
    assert wrap(text, 10, 2) == ("",)
