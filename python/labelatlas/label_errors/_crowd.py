"""Several people labelled the same rows: what is true, who mixes up what, and whose words are doubtful.

Dawid, Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm" (1979): the truth of a row is drawn from
the class shares, and each annotator says j of a true k at a rate of their own. Both are fitted by EM, begun with the majority. The
rates lean on a pattern of a careful annotator by a few readings, so that somebody with three rows is not believed to the letter.
Head probabilities may speak as well: they take the place of the class shares, row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import InputError, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int32Array, Int64Array

_STEPS = 200
_TOLERANCE = 1e-6
_CAREFUL = 0.8
_PSEUDO_READINGS = 1.0
_FLOOR = 1e-12


@dataclass(frozen=True, kw_only=True, repr=False)
class Opinions(Findings):
    """What several annotators amount to.

    Attributes
    ----------
    consensus : ndarray of shape (n,), int32
        Most probable class of each row; -1 = nobody labelled it.
    posterior : ndarray of shape (n, C), float64
        Chance of each class; rows sum to 1, and a row that nobody labelled has the class shares.
    confusion : ndarray of shape (a, C, C), float64
        Entry [i, k, j] is the chance that annotator i says j of a row that is truly k; rows sum to 1.
    accuracy : ndarray of shape (a,), float64
        Chance that an annotator is right on a row of the usual mix.
    rows : ndarray of shape (a,), int64
        How many rows each has labelled.
    doubt : ndarray of shape (n, a), float64
        Chance that an annotator's label of a row is wrong, in [0, 1]; 0 where they said nothing.
    annotators : tuple
        Their names.
    """

    consensus: Int32Array
    posterior: Float64Array
    confusion: Float64Array
    accuracy: Float64Array
    rows: Int64Array
    doubt: Float64Array
    annotators: tuple[Any, ...]

    def columns(self) -> Mapping[str, Any]:
        """Return one line per annotator, in their order."""
        return {
            "annotator": list(self.annotators),
            "rows": self.rows,
            "accuracy": self.accuracy,
            "expected_wrong": self.doubt.sum(axis=0),
        }


def crowd_consensus(
    labels: npt.ArrayLike,
    *,
    n_classes: int | None = None,
    probabilities: npt.ArrayLike | None = None,
    annotators: Sequence[Any] | None = None,
    frame_kind: str = "pandas",
) -> Opinions:
    """Return the consensus of several annotators, with the confusion of each.

    Parameters
    ----------
    labels : array-like of shape (n, a), int
        Code 0..C-1 that each annotator gave; -1 = they said nothing of the row.
    n_classes : int or None
        C; the largest code + 1 when None, or the columns of `probabilities`.
    probabilities : array-like of shape (n, C) or None
        Out of fold, of a head that learned from a consensus; it then speaks as one more voice, by way of the prior of each row.
    annotators : sequence of length a or None
        Names; positions stand for them when None.
    frame_kind : str
        Kind of frame that `Opinions.to_frame` returns.

    Returns
    -------
    Opinions

    Raises
    ------
    InputError
        When shapes do not fit, codes lie outside, or probabilities are not finite and positive in sum.
    NotApplicable
        When no row has two labels, or fewer than two classes occur.

    Examples
    --------
    >>> import numpy as np
    >>> truth = np.tile([0, 1], 30)
    >>> said = np.stack([truth, truth, np.zeros(60, dtype=int)], axis=1)
    >>> found = crowd_consensus(said, annotators=["ann", "bob", "lazy"])
    >>> bool((found.consensus == truth).all()), found.accuracy.round(1).tolist()
    (True, [1.0, 1.0, 0.5])
    """
    try:
        said = np.asarray(labels)
    except ValueError:
        message = "labels must be of shape (n, annotators). Got rows of several lengths instead."
        raise InputError(message, hint="Pass one column of codes per annotator, -1 where they said nothing.") from None
    if said.ndim != 2 or (said.size and said.dtype.kind not in "iu"):
        message = f"labels must be whole numbers of shape (n, annotators). Got dtype {said.dtype}, shape {said.shape} instead."
        raise InputError(message, hint="Pass one column of codes per annotator, -1 where they said nothing.")
    said = said.astype(np.int64)
    prior = None if probabilities is None else np.asarray(probabilities, dtype=np.float64)
    classes = n_classes or (int(said.max(initial=-1)) + 1 if prior is None else prior.shape[-1])
    _check(said, classes, prior, annotators)
    heard = said != UNLABELLED
    row, who = np.nonzero(heard)
    spoken = said[row, who]
    votes = np.zeros((len(said), classes))
    np.add.at(votes, (row, spoken), 1.0)
    known = heard.any(axis=1)
    truth = np.where(known[:, None], votes / np.maximum(votes.sum(axis=1, keepdims=True), 1), 1 / classes)
    careful = np.full((classes, classes), (1 - _CAREFUL) / (classes - 1))
    np.fill_diagonal(careful, _CAREFUL)
    confusion = np.empty((said.shape[1], classes, classes))
    share = np.full(classes, 1 / classes)
    for _ in range(_STEPS):
        share = truth[known].mean(axis=0)
        heard_of = np.zeros((said.shape[1], classes, classes))  # by annotator, word and truth
        np.add.at(heard_of, (who, spoken), truth[row])
        counts = heard_of.swapaxes(1, 2) + _PSEUDO_READINGS * careful
        confusion = counts / counts.sum(axis=2, keepdims=True)
        log = np.log(np.maximum(share if prior is None else prior, _FLOOR)) + np.zeros((len(said), 1))
        np.add.at(log, row, np.log(confusion[who, :, spoken]))
        moved = np.exp(log - log.max(axis=1, keepdims=True))
        moved /= moved.sum(axis=1, keepdims=True)
        step = float(np.abs(moved - truth)[known].max())
        truth = moved
        if step < _TOLERANCE:
            break
    doubt = np.where(heard, 1 - np.take_along_axis(truth, np.maximum(said, 0), axis=1), 0.0)
    return Opinions(
        frame_kind=frame_kind,
        consensus=np.where(known, truth.argmax(axis=1), UNLABELLED).astype(np.int32),
        posterior=truth,
        confusion=confusion,
        accuracy=np.einsum("k,akk->a", share, confusion),
        rows=heard.sum(axis=0),
        doubt=np.clip(doubt, 0, 1),
        annotators=tuple(range(said.shape[1])) if annotators is None else tuple(annotators),
    )


def _check(said: Int64Array, classes: int, prior: Float64Array | None, annotators: Sequence[Any] | None) -> None:
    if said.size and (said.min() < UNLABELLED or said.max() >= classes):
        message = f"labels must lie in -1..{classes - 1}. Got {said.min()}..{said.max()} instead."
        raise InputError(message, hint="-1 = nothing said; pass n_classes when codes are not all in use.")
    if prior is not None and prior.shape != (len(said), classes):
        message = f"probabilities must be of shape ({len(said)}, {classes}). Got {prior.shape} instead."
        raise InputError(message, hint="Pass one row of class probabilities for each row.")
    if prior is not None:
        bad = np.flatnonzero(~(np.isfinite(prior) & (prior >= 0)).all(axis=1) | (prior.sum(axis=1) <= 0))
        if len(bad):
            message = f"Each row of probabilities must be finite, not negative and positive in sum. Got {len(bad)} that are not, the first at row {bad[0]}."
            raise InputError(message, hint="Pass the softmax of the scores.")
    if annotators is not None and len(annotators) != said.shape[1]:
        message = f"annotators must have length {said.shape[1]}. Got {len(annotators)} instead."
        raise InputError(message, hint="Pass one name per column.")
    if len(np.unique(said[said != UNLABELLED])) < 2 or not ((said != UNLABELLED).sum(axis=1) >= 2).any():
        message = "A consensus needs two classes, and a row that two people labelled."
        raise NotApplicable(message, hint="Let two people label some of the same rows.")
