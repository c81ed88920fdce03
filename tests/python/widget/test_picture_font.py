"""The fonts of a picture: boxes only for letters that no font has."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import ImageFont

from labelatlas.widget.picture_font import fonts_for, fonts_here, lacking

SIZE = 26


@pytest.fixture(scope="module")
def own() -> ImageFont.FreeTypeFont:
    """Pillow's own font."""
    font = ImageFont.load_default(SIZE)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


@pytest.fixture(scope="module")
def greek() -> ImageFont.FreeTypeFont:
    """A font with Greek capitals that comes with a package of the tests."""
    found = find_spec("marimo")
    assert found is not None
    assert found.origin is not None
    (path,) = Path(found.origin).parent.glob("_static/assets/KaTeX_Main-Regular-*.ttf")
    return ImageFont.truetype(str(path), SIZE)


def test_a_letter_that_a_font_lacks_is_told_from_one_that_it_has(own, greek) -> None:
    assert lacking(own, "plain words, 12%") == 0
    assert lacking(own, "ΩΓ") == 2
    assert lacking(greek, "ΩΓ") == 0
    assert lacking(greek, "中") == 1


def test_one_font_draws_all_words_where_it_can(own, greek) -> None:
    assert set(fonts_for(["card", "fees"], [own, greek]).values()) == {own}
    assert set(fonts_for(["card", "ΩΓ"], [own, greek]).values()) == {greek}


def test_what_no_font_has_still_gets_one(own, greek) -> None:
    assert set(fonts_for(["card", "中"], [own, greek]).values()) == {own}
    assert fonts_for([], [own]) == {}


def test_there_is_always_a_font(own) -> None:
    fonts = fonts_here(SIZE)
    assert fonts[0].getname() == own.getname()
    assert all(lacking(font, "a") <= 1 for font in fonts)
