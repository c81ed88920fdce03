"""Agreement: against scikit-learn, against the worked example of Fleiss (1971), and what cannot be said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from labelatlas._agreement import SILENT, Agreement, cohen_kappa, confusion_counts, fleiss_kappa
from labelatlas.exceptions import InputError, NotApplicable

# Fleiss (1971), table 1: 30 patients, 6 psychiatrists each, 5 diagnoses
PATIENTS = """00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
              00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"""


def words_of(counts):
    return np.array([[d for d, times in enumerate(map(int, row)) for _ in range(times)] for row in counts.split()]).T


CODES = arrays(np.int32, 12, elements=st.integers(SILENT, 3))


@given(CODES, CODES)
def test_cohens_kappa_is_that_of_scikit_learn(a, b):
    both = (a > SILENT) & (b > SILENT)
    counts = confusion_counts(a, b, 4)
    assert counts.sum() == both.sum()
    if not both.any() or len(set(a[both]) | set(b[both])) == 1:
        with pytest.raises(NotApplicable):
            cohen_kappa(counts)
        return
    labels = list(range(-1, 4))
    assert counts.tolist() == confusion_matrix(a[both], b[both], labels=labels).tolist()
    assert cohen_kappa(counts) == pytest.approx(cohen_kappa_score(a[both], b[both]), abs=1e-12)


def test_fleiss_kappa_of_the_papers_own_example_is_its_0_430():
    words = words_of(PATIENTS)
    assert words.shape == (6, 30)
    kappa, rows = fleiss_kappa(words.astype(np.int32))
    assert rows == 30
    assert kappa == pytest.approx(0.430, abs=5e-4)


def test_who_is_asked_first_or_which_label_comes_first_does_not_matter():
    words = words_of(PATIENTS).astype(np.int32)
    expected = fleiss_kappa(words)[0]
    assert fleiss_kappa(words[::-1])[0] == pytest.approx(expected)
    assert fleiss_kappa(4 - words)[0] == pytest.approx(expected)


def test_rows_that_not_everybody_labelled_count_when_asked_for():
    words = words_of(PATIENTS).astype(np.int32)
    words[5, :10] = SILENT
    words[1:, 29] = SILENT
    assert fleiss_kappa(words)[1] == 19
    assert fleiss_kappa(words, at_least=2)[1] == 29, "a row with one word says nothing of agreement"
    whole, _ = fleiss_kappa(words[:, 10:29])
    assert fleiss_kappa(words)[0] == pytest.approx(whole)


def test_what_cannot_be_said_is_said_so():
    silent = np.full((2, 3), SILENT, dtype=np.int32)
    same = np.zeros((2, 3), dtype=np.int32)
    with pytest.raises(NotApplicable, match="no row was labelled by 2 people"):
        fleiss_kappa(silent)
    with pytest.raises(NotApplicable, match="only one label"):
        fleiss_kappa(same)
    with pytest.raises(NotApplicable, match="no row in common"):
        cohen_kappa(confusion_counts(silent[0], same[0], 1))
    with pytest.raises(NotApplicable, match="no row was labelled"):
        fleiss_kappa(np.empty((2, 0), dtype=np.int32))


def test_an_agreement_has_a_line_for_each_pair_and_a_confusion_table():
    words = np.array([[0, 0, 1, -1, -2], [0, 1, 1, 0, 0], [-2, -2, -2, -2, -2]], dtype=np.int32)
    found = Agreement(authors=("ada", "bob", "cy"), words=words, names=("cat", "dog"))
    table = found.to_frame()
    assert table[["a", "b", "rows"]].to_numpy().tolist() == [["ada", "bob", 4], ["ada", "cy", 0], ["bob", "cy", 0]]
    assert table["agreement"][0] == 0.5
    assert table["kappa"][0] == pytest.approx(cohen_kappa_score([0, 0, 1, -1], [0, 1, 1, 0]))
    assert table["kappa"].isna().tolist() == [False, True, True]
    crossed = found.confusion("ada", "bob").to_dict("split")["data"]
    assert sorted(crossed) == [["", "cat", 1], ["cat", "cat", 1], ["cat", "dog", 1], ["dog", "dog", 1]]
    with pytest.raises(InputError, match="no gesture is by 'eve'"):
        found.confusion("ada", "eve")
