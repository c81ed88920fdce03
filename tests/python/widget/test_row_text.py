"""Search over texts, against Python's own string and pattern matching one row at a time."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelatlas.exceptions import InputError
from labelatlas.widget.row_text import FoldedText, compile_pattern, fold

TEXTS = ["Card LOST", "", None, "café", "CAFE\nau lait", "Straße", "x\x00y", "a.b*c", 5, "ÅNGSTRÖM", "naïve ﬁt", "קָפֶה"]
letters = st.text(alphabet=st.sampled_from("aAbéÉßşİñ \n\x00.*[K"), max_size=8)


def slow_fold(text: str) -> str:
    """The definition, letter by letter."""
    spread = unicodedata.normalize("NFKD", text)
    marks = "".join(c for c in spread if not (unicodedata.combining(c) and ord(c) < 0x0370))
    return marks.casefold()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.none() | letters, max_size=6), letters)
def test_a_text_is_found_exactly_where_python_finds_it(texts, query):
    clean = slow_fold(query.replace("\x00", " "))
    if not clean:
        return
    expected = [t is not None and clean in slow_fold(t.replace("\x00", " ")) for t in texts]
    assert FoldedText(texts).containing(query).tolist() == expected


@pytest.mark.parametrize(
    "query", ["cafe", "CAFÉ", "strasse", "STRASSE", "x y", "a.b*c", "5", "angstrom", "fit", "lait"]
)
def test_case_and_accents_do_not_matter(query):
    expected = [t is not None and slow_fold(query) in slow_fold(str(t).replace("\x00", " ")) for t in TEXTS]
    found = FoldedText(TEXTS).containing(query)
    assert found.tolist() == expected
    assert found.any()


def test_the_points_of_hebrew_are_letters_and_stay():
    assert FoldedText(["קָפֶה"]).containing("קפה").tolist() == [False]


@pytest.mark.parametrize(
    "pattern", [r"^c", r"t$", r"\bau\b", r"[^a-z]", r"\S{4}", r"\Acaf.\Z", r"^$", r"É", r"(a|å)n", "ß"]
)
def test_a_pattern_is_found_exactly_where_pandas_finds_it(pattern):
    folded = pd.Series([None if t is None else slow_fold(str(t).replace("\x00", " ")) for t in TEXTS], dtype=object)
    plain = {"É": "e", "(a|å)n": "(a|a)n", "ß": "ss"}.get(pattern, pattern)
    expected = folded.map(lambda t: t is not None and re.search(plain, t, re.IGNORECASE) is not None)
    assert FoldedText(TEXTS).matching(compile_pattern(pattern)).tolist() == expected.tolist()


def test_no_hit_reaches_over_the_border_of_two_rows():
    text = FoldedText(["ab", "cd", "", "e"])
    assert not text.containing("bc").any()
    assert not text.matching(compile_pattern("b.?c")).any()
    assert text.matching(compile_pattern(r"[^x]")).tolist() == [True, True, False, True]
    assert text.containing("e").tolist() == [False, False, False, True]


@pytest.mark.parametrize("texts", [[], [None], [""], [None, None]])
def test_nothing_is_found_where_there_is_nothing(texts):
    text = FoldedText(texts)
    assert text.containing("a").tolist() == [False] * len(texts)
    assert text.matching(compile_pattern("^")).tolist() == [t is not None for t in texts]


def test_row_0_and_the_last_row_are_found():
    assert np.flatnonzero(FoldedText(["hit", "no", "hit"]).containing("HIT")).tolist() == [0, 2]


@pytest.mark.parametrize("pattern", ["(", "[a", "*a", "a{2,1}", r"\1", "(?P<", "a**", "(?z)"])
def test_a_bad_pattern_is_one_sentence_with_its_cure(pattern):
    with pytest.raises(InputError, match="is no regular expression") as caught:
        compile_pattern(pattern)
    assert "plain text" in caught.value.hint


@pytest.mark.parametrize("pattern", ["[[a]", "[a&&b]", "x||y"])
def test_a_pattern_that_a_later_python_may_read_otherwise_is_read_as_this_one_does(pattern):
    assert compile_pattern(pattern).pattern == pattern


@pytest.mark.parametrize("query", ["", "\u0301"])
def test_an_empty_search_is_refused(query):
    with pytest.raises(InputError, match="for some text"):
        FoldedText(["a"]).containing(query)


def test_folding_is_idempotent_on_what_people_write():
    for text in ("Straße", "İstanbul", "ŸÑ", "ﬁ", "Ⅷ"):
        assert fold(fold(text)) == fold(text)
