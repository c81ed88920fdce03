"""The support tickets of the examples: the same from a seed, of real variety, and as wrong as they say."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def module():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES))
        yield importlib.import_module("tickets")


@pytest.fixture(scope="module")
def tickets(module):
    return module.make_tickets()


def test_a_seed_gives_the_same_tickets_and_another_seed_others(module):
    one, again, other = (module.make_tickets(300, seed=seed) for seed in (3, 3, 4))
    assert one.equals(again)
    assert not one["text"].equals(other["text"])


def test_there_are_5000_tickets_of_20_intents_in_12_months(tickets):
    assert len(tickets) == 5000
    assert tickets["month"].nunique() == 12
    assert tickets["created"].is_monotonic_increasing
    assert tickets["ticket"].is_unique
    assert tickets["intent"].nunique() == 20
    assert set(tickets["true_intent"]) == {*tickets["intent"], ""}


def test_texts_hardly_repeat_and_their_vocabulary_is_wide(tickets):
    assert tickets["text"].nunique() > 0.97 * len(tickets)
    assert len({word for text in tickets["text"] for word in text.lower().split()}) > 3000


def test_about_one_label_in_eleven_is_wrong_and_the_truth_says_which(tickets):
    wrong = tickets["intent"] != tickets["true_intent"]
    assert (wrong == (tickets["error"] != "")).all()
    assert 0.07 < wrong.mean() < 0.11
    assert set(tickets["error"]) == {"", "slip", "confused", "habit", "junk"}
    assert (tickets.loc[tickets["error"] == "junk", "true_intent"] == "").all()
    assert set(tickets.loc[tickets["error"] == "habit", "agent"]) == {"dora"}


def test_the_mix_of_intents_changes_over_the_year(module, tickets):
    share = tickets.groupby("month")["true_intent"].value_counts(normalize=True).unstack(fill_value=0.0)
    assert share["cancel_subscription"].iloc[:3].max() == 0
    assert share["login_problem"].iloc[8] > 2 * share["login_problem"].iloc[5]
    assert share["lost_parcel"].iloc[11] > 1.5 * share["lost_parcel"].iloc[5]
    for month in range(12):
        assert module.mix(month).sum() == pytest.approx(1)
    planned = np.array([module.mix(month) for month in range(12)])
    assert np.abs(share[list(module.INTENTS)].to_numpy() - planned).max() < 0.08


def test_few_tickets_are_no_fault(module):
    assert len(module.make_tickets(1)) == 1
