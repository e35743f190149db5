"""The look of every status: distinct without colour, readable with it."""

import itertools

import pytest

from sfn_notebook._status import STATUSES, Style

LUMA = (0.2126, 0.7152, 0.0722)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * value for weight, value in zip(LUMA, linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", STATUSES)
def test_colours_can_be_read_on_their_ground(name: str) -> None:
    assert contrast(STATUSES[name].light, "#ffffff") >= 4.5
    assert contrast(STATUSES[name].dark, "#111111") >= 4.5


def test_a_status_is_told_without_its_colour() -> None:
    for one, other in itertools.combinations(STATUSES.values(), 2):
        assert one.glyph != other.glyph
        assert one.plain != other.plain
        assert one.label != other.label


def test_the_same_colour_never_has_the_same_line() -> None:
    looks = [(style.light, style.line) for style in STATUSES.values()]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("style", STATUSES.values(), ids=list(STATUSES))
def test_glyphs_are_one_character(style: Style) -> None:
    assert len(style.glyph) == len(style.plain) == 1
    assert style.plain.isascii()
