"""Names of regions against a count by hand."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter

import numpy as np
import pytest

from labelatlas.exceptions import InputError
from labelatlas.taxonomy import _terms, region_terms

WORDS = ["the", "card", "cards", "Café", "refund", "fee", "pin", "12", "x1", "a", "to", "straße"]


def by_hand(texts, regions, n_terms):
    """Return the same by loops over words, without a matrix."""
    number = max([-1, *regions]) + 1
    fold = lambda text: "".join(  # noqa: E731
        c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c)
    )
    words = [[w for w in re.findall(r"\w\w+", fold(text or "")) if not w.isdigit()] for text in texts]
    of = [[w for w, r in zip(words, regions, strict=True) if r == c] for c in range(number)]
    tf = [Counter(w for row in rows for w in row) for rows in of]
    total = sum(tf, Counter())
    mean = sum(total.values()) / max(number, 1)
    common = {
        w
        for w in total
        if sum(sum(w in row for row in rows) > 0.1 * len(rows) for rows in of if rows) > number / 2 and number > 1
    }
    names = []
    for counts in tf:
        ranked = sorted(counts, key=lambda w: (-counts[w] * math.log(1 + mean / total[w]), w))
        found = []
        for word in ranked:
            if word in common or len(found) == n_terms:
                continue
            if not any(word.startswith(o) or o.startswith(word) for o in found):
                found.append(word)
        names.append(tuple(found))
    return names


@pytest.mark.parametrize("seed", range(25))
def test_the_terms_are_those_of_a_count_by_hand(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 60))
    lean = rng.dirichlet(np.full(len(WORDS), 0.4), size=5)
    regions = rng.integers(-1, 5, n)
    texts = [
        None if rng.random() < 0.1 else " ".join(rng.choice(WORDS, size=rng.integers(0, 7), p=lean[r])) for r in regions
    ]
    assert region_terms(texts, regions, n_terms=3) == by_hand(texts, regions.tolist(), 3)


def test_planted_topics_are_found_and_words_of_every_topic_are_not():
    rng = np.random.default_rng(0)
    topics = [["refund", "money"], ["card", "lost"], ["rate", "exchange"], ["pin", "blocked"]]
    regions = np.repeat(np.arange(4), 300)
    texts = [f"please tell me the {rng.choice(topics[r])} about my {rng.choice(topics[r])} thing" for r in regions]
    assert [set(terms) for terms in region_terms(texts, regions, n_terms=2)] == [set(topic) for topic in topics]


def test_accents_and_case_are_folded_and_a_plural_stands_under_its_singular():
    texts = ["Café CAFE café", "refund refunds refund fees"]
    assert region_terms(texts, [0, 1]) == [("cafe",), ("refund", "fees")]


def test_a_large_region_is_named_by_a_part_of_its_rows(monkeypatch):
    monkeypatch.setattr(_terms, "_MOST_ROWS", 10)
    told = []
    texts = ["alpha beta"] * 500 + ["gamma delta"] * 3
    found = region_terms(texts, np.repeat([0, 1], [500, 3]), n_terms=1, progress=lambda *said: told.append(said))
    assert found == [("alpha",), ("delta",)]
    assert told == [("reading the rows", 0, 13)]


@pytest.mark.parametrize(
    ("texts", "regions", "wanted"),
    [
        ([], [], []),
        (["word"], [0], [("word",)]),
        ([None, ""], [0, 0], [()]),
        (["1 22 333 !"], [0], [()]),
        (["word", "other"], [-1, -1], []),
        (["word", "other"], [-1, 2], [(), (), ("other",)]),
        ([5, "nine"], [0, 1], [(), ("nine",)]),
    ],
)
def test_few_rows_and_none_and_regions_without_a_word(texts, regions, wanted):
    assert region_terms(texts, np.array(regions, dtype=np.int64)) == wanted


@pytest.mark.parametrize(
    ("regions", "n_terms"),
    [([0], 3), ([0, -2], 3), ([0.5, 1.0], 3), ([0, 1], 0)],
    ids=["short", "below", "float", "none"],
)
def test_what_fits_no_text_is_refused(regions, n_terms):
    with pytest.raises(InputError, match=r"regions must be"):
        region_terms(["a", "b"], regions, n_terms=n_terms)
