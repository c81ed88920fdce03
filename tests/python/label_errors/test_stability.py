"""Which model is best, before and after: against brute force over test sets with more and more wrong labels."""

from __future__ import annotations

import numpy as np
import pytest

from labelatlas._random import generator
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_errors import benchmark_stability


def benchmark(n=4000, seed=0):
    """A sound model (90% right) and one that learned the errors: 85% right on clean rows, repeats 70% of the wrong labels."""
    random = generator(seed, 77)
    truth = random.integers(0, 5, n)
    wrong = random.random(n) < 0.1
    given = np.where(wrong, (truth + 1) % 5, truth)
    sound = np.where(random.random(n) < 0.90, truth, (truth + 2) % 5)
    copies = np.where(random.random(n) < 0.85, truth, (truth + 2) % 5)
    copies = np.where(wrong & (random.random(n) < 0.7), given, copies)
    return given, truth, {"copies": copies, "sound": sound}


def test_the_flip_is_where_brute_force_finds_equal_accuracy():
    given, truth, said = benchmark()
    found = benchmark_stability(given, truth, said, resamples=200)
    better, worse, flip, low, high = found.pairs[0]
    assert (better, worse) == ("sound", "copies")
    wrong = given != truth
    shares = np.linspace(0, 1, 1001)
    gap = [
        share * ((said["copies"] == given)[wrong].mean() - (said["sound"] == given)[wrong].mean())
        + (1 - share) * ((said["copies"] == given)[~wrong].mean() - (said["sound"] == given)[~wrong].mean())
        for share in shares
    ]
    assert flip == pytest.approx(shares[int(np.argmin(np.abs(gap)))], abs=2e-3)
    assert low < flip < high


def test_models_are_ranked_on_both_kinds_of_labels():
    given, truth, said = benchmark()
    lines = benchmark_stability(given, truth, said, resamples=50).to_frame()
    assert lines["model"].tolist() == ["sound", "copies"]
    assert lines["rank_corrected"].tolist() == [1, 2]
    assert lines["corrected"].iloc[0] == pytest.approx((said["sound"] == truth).mean())


def test_the_interval_holds_the_flip_of_the_whole_in_most_samples():
    exact = (0.9 - 0.85) / ((0.9 - 0.85) + 0.7)  # the sound model is right on no wrong label
    held = 0
    for seed in range(40):
        given, truth, said = benchmark(n=1500, seed=seed)
        _, _, _, low, high = benchmark_stability(given, truth, said, resamples=200).pairs[0]
        held += low <= exact <= high
    assert held >= 34


def test_a_model_that_is_better_everywhere_never_flips():
    truth = np.array([0, 1] * 50)
    given = truth.copy()
    given[:10] = 1 - given[:10]
    worse = np.where(np.arange(100) < 20, 1 - truth, truth)
    worse[:10] = truth[:10]
    found = benchmark_stability(given, truth, {"perfect": truth, "worse": worse}, resamples=10)
    assert np.isnan(found.pairs[0][2:]).all()


@pytest.mark.parametrize(
    ("given", "truth", "said", "kind", "message"),
    [
        ([0, 1], [0, 1], {"a": [0, 1], "b": [0, 1]}, NotApplicable, "0 of 2 corrected"),
        ([1, 0], [0, 1], {"a": [0, 1], "b": [0, 1]}, NotApplicable, "2 of 2 corrected"),
        ([0], [0, 1], {"a": [0], "b": [0]}, InputError, "one length"),
        ([], [], {}, InputError, "at least 1"),
        ([0, 1], [0, 0], {"a": [0, 1]}, InputError, "two models"),
        ([0, 1], [0, 0], {"a": [0, 1], "b": [0]}, InputError, "two models with 2 rows"),
    ],
)
def test_what_cannot_be_compared_is_said(given, truth, said, kind, message):
    with pytest.raises(kind, match=message):
        benchmark_stability(given, truth, said)


@pytest.mark.parametrize("nothing", [None, np.nan])
def test_rows_without_a_label_before_or_after_take_no_part(nothing):
    truth = np.tile([0, 1], 50).astype(object)
    given = truth.copy()
    given[:10] = 1 - given[:10]
    said = {"good": np.tile([0, 1], 50), "copies": np.r_[given[:10], np.zeros(90)].astype(int)}
    whole = benchmark_stability(given[:80], truth[:80], {name: values[:80] for name, values in said.items()})
    truth[80:] = nothing  # dropped in the review
    given[90:] = nothing
    found = benchmark_stability(given, truth, said)
    assert found.pairs == whole.pairs
    assert found.prevalence == whole.prevalence == 10 / 80
    np.testing.assert_array_equal(found.corrected, whole.corrected)


def test_labels_and_predictions_of_another_kind_are_no_wrong_predictions():
    given, truth = [0, 1] * 10, [1, 1] + [0, 1] * 9
    with pytest.raises(InputError, match="a must hold labels like those of original, numbers. Got text"):
        benchmark_stability(given, truth, {"a": [str(v) for v in given], "b": given})
    with pytest.raises(InputError, match="a mapping from model to labels. Got list"):
        benchmark_stability(given, truth, [given, truth])  # pyright: ignore[reportArgumentType]
