"""Which classes are given for which, read off the rows that are sure; and the probabilities with that taken out of them.

A head that learned from wrong labels gives a class some of what belongs to the class that is taken for it: among rows that are
truly k it says j as often as j was given. Two things follow once it is known how often (the transition). The probabilities p are
a mixture π T of what they would be, and a step or two of the Richardson-Lucy iteration (D'Agostini, "A multidimensional
unfolding method based on Bayes' theorem", 1995) from p towards π undoes most of it, while all steps would blow up what is
noise of the head itself. And a label j is the likelier wrong on a row that looks like k the oftener j is given for k.

The transition is counted where a head is hardly ever wrong: among the surest fifth of the rows of each class. Over all rows, as the
EM of `_noise_model` counts, mistakes of the head pass for wrong labels, and ranking with them is worse than ranking without:
these mistakes are then the first to be accused. Few counts are drawn towards one rate for all classes and towards uniform
confusion, each as strongly as their own evidence says (the marginal likelihood of a beta and of a Dirichlet prior, after Minka,
"Estimating a Dirichlet distribution", 2000).

Mean average precision on 69 worlds with noise planted beside a clean head and 44 with heads that learned from it (cancer, Fashion-MNIST,
banking77, CLINC, Gaussian groups; nine classifiers, ten kinds of noise): plain log-odds .838 / .769, these .839 / .779, with the true
transition .845 / .812; head and neighbours joined .835 / .803, these .841 / .814, with the true transition .847 / .831.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.label_errors._margin import FLOOR

if TYPE_CHECKING:
    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array
    from labelatlas.label_errors._evidence import Evidence

_SUREST = 0.2
_STEPS = 2
# The readings' weight beside the probabilities': whole (1), the errors of the counts cost more than the counts are worth.
_READING = 0.2
_MAX_ROWS = 50_000
# A million rows of a hundred classes must not take seconds; a transition of so many cells says little in any case.
_MAX_PRODUCTS = 2_000_000_000
_BLOCK = 1 << 12
_STREAM = 22
_STRENGTHS = np.exp(np.linspace(np.log(0.5), np.log(3000), 25))
_SPREAD = 0.5


def sure_transition(evidence: Evidence) -> Float64Array:
    """Return how often each class is given for each, among the rows whose class is surest.

    Parameters
    ----------
    evidence : Evidence
        Of more than 50,000 labelled rows so many, drawn at random.

    Returns
    -------
    ndarray of shape (C, C), float64
        Entry [k, j] is the chance that a row that is truly k is given j, above 0; rows sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from labelatlas.label_errors import Evidence
    >>> p = np.tile([[0.99, 0.01], [0.01, 0.99]], (500, 1))
    >>> given = np.tile([0, 1], 500)
    >>> given[:100] = 1 - given[:100]
    >>> sure_transition(Evidence(given, p)).round(1)
    array([[0.9, 0.1],
           [0.1, 0.9]])
    """
    rows = evidence.labelled
    if len(rows) > _MAX_ROWS:
        rows = generator(0, _STREAM).choice(rows, _MAX_ROWS, replace=False)
    return _shrunk(_count(evidence, rows))


@dataclass(frozen=True)
class Lens:
    """Through which probabilities are looked at before they are compared.

    Attributes
    ----------
    transition : ndarray of shape (C, C), floating
        As of `sure_transition`, in the dtype of the probabilities.
    readings : ndarray of shape (C, C), floating
        Entry [j, k], 1 on the diagonal: how much oftener than usual those that are truly k are given j, to the power 0.2; the usual is
        their geometric mean, so that on the whole a label is as much in doubt as the probabilities say.
    steps : int
        Of the iteration.
    """

    transition: npt.NDArray[np.floating[Any]]
    readings: npt.NDArray[np.floating[Any]]
    steps: int

    def free(self, p: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.floating[Any]]:
        """Return probabilities (m, C) without what the transition put into them; their sums stay."""
        seen = np.maximum(p, p.dtype.type(FLOOR))
        pure = seen
        back = self.transition.T
        for _ in range(self.steps):
            share = pure @ self.transition
            np.divide(seen, share, out=share)
            raised = share @ back
            raised *= pure
            pure = raised
        return pure

    def weigh(
        self, pure: npt.NDArray[np.floating[Any]], given: npt.NDArray[np.integer[Any]]
    ) -> npt.NDArray[np.floating[Any]]:
        """Return freed probabilities (m, C), each times what it counts for beside that of the given class."""
        weighed = self.readings.take(given, axis=0)  # several times as fast as an index
        weighed *= pure
        return weighed


def grind(evidence: Evidence) -> Lens:
    """Return the lens for some evidence: it frees nothing where rows and classes are too many."""
    transition = sure_transition(evidence)
    odds = np.log(transition / np.diag(transition)[:, None]).T
    odds -= odds[~np.eye(len(odds), dtype=bool)].mean()
    np.fill_diagonal(odds, 0)
    dtype = evidence.probabilities.dtype
    n, n_classes = evidence.probabilities.shape
    affordable = n * n_classes**2 <= _MAX_PRODUCTS
    return Lens(transition.astype(dtype), np.exp(_READING * odds).astype(dtype), _STEPS if affordable else 0)


def _count(evidence: Evidence, rows: Int64Array) -> Float64Array:
    """Return how many (C, C) of the surest rows of each class are given each class, mistakes of the head taken off."""
    n_classes = evidence.n_classes
    likeliest, place = _places(evidence, rows)
    given = evidence.labels[rows]
    sure = place <= _SUREST
    cells = likeliest[sure] * n_classes + given[sure]
    counts = np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes).astype(np.float64)
    against = (likeliest != given).astype(np.float64)
    near = place <= 2 * _SUREST
    share = float(against[sure].mean()) if sure.any() else 0.0
    if share == 0 or np.ptp(place[near]) == 0:
        return counts
    # Wrong labels are as many at every place, mistakes are the fewer the surer the head: at place 0 only the former are left.
    start = float(np.polyfit(place[near], against[near], 1)[1])
    diagonal = np.diag_indices(n_classes)
    wrong = counts * min(1.0, max(0.0, start / share))
    wrong[diagonal] = 0
    wrong[diagonal] = counts.sum(axis=1) - wrong.sum(axis=1)
    return wrong


def _places(evidence: Evidence, rows: Int64Array) -> tuple[Int64Array, Float64Array]:
    """Return the likeliest class (m,) of rows, and their places (m,) in [0, 1) among the rows of that class, the surest first."""
    likeliest = np.empty(len(rows), dtype=np.int64)
    lead = np.empty(len(rows))
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        p = np.maximum(evidence.probabilities[rows[block]], 0).astype(np.float64)
        every = np.arange(len(p))
        first = p.argmax(axis=1)
        top = p[every, first]
        p[every, first] = 0
        likeliest[block] = first
        lead[block] = np.log(top + FLOOR) - np.log(p.max(axis=1) + FLOOR)
    order = np.lexsort((-lead, likeliest))
    ends = np.searchsorted(likeliest[order], np.arange(evidence.n_classes), side="right")
    place = np.empty(len(rows))
    for members in np.split(order, ends[:-1]):
        # Equal leads share the first of their places, whatever the order of rows: where a head is as sure of all, all are surest.
        behind = -lead[members]
        place[members] = np.searchsorted(behind, behind, side="left") / max(1, len(members))
    return likeliest, place


def _shrunk(counts: Float64Array) -> Float64Array:
    """Return the transition (C, C) that counts of given classes for sure rows make likeliest under priors of their own strength."""
    n_classes = len(counts)
    every = np.arange(n_classes)
    total = counts.sum(axis=1)
    wrong = total - counts[every, every]
    rate = float((wrong.sum() + _SPREAD) / (total.sum() + 1))
    tried = _STRENGTHS[:, None]
    by_class = _evidence(np.stack([wrong, total - wrong], axis=1), np.array([rate, 1 - rate]), tried)
    strength = _STRENGTHS[by_class.argmax()]
    rates = (wrong + strength * rate) / (total + strength)
    elsewhere = ~np.eye(n_classes, dtype=bool)
    others = counts[elsewhere].reshape(n_classes, n_classes - 1)
    even = np.full(n_classes - 1, 1 / (n_classes - 1))
    strength = _STRENGTHS[_evidence(others, even, tried).argmax()]
    pattern = (others + strength * even) / (others.sum(axis=1, keepdims=True) + strength)
    transition = np.empty((n_classes, n_classes))
    transition[elsewhere] = (pattern * rates[:, None]).ravel()
    transition[every, every] = 1 - rates
    return transition


def _evidence(counts: Float64Array, mean: Float64Array, strengths: Float64Array) -> Float64Array:
    """Return the log marginal likelihood (s,) of rows of counts under Dirichlet priors of one mean and each strength (s, 1)."""
    from scipy.special import gammaln

    result = np.empty(len(strengths))
    total = counts.sum(axis=1)
    seen = counts > 0  # empty cells add nothing
    values, means = counts[seen], np.broadcast_to(mean, counts.shape)[seen]
    for place, strength in enumerate(strengths[:, 0]):
        rows = gammaln(strength) - gammaln(strength + total)
        result[place] = rows.sum() + (gammaln(strength * means + values) - gammaln(strength * means)).sum()
    return result
