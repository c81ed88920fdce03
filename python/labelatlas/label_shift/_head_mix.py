"""Whom to trust in a domain: the head that learned from everybody's labels, or the one that knows only its own.

Cho, Joshi, Dimitriadis, "Local or Global: Selective Knowledge Assimilation for Federated Learning with Limited Labels" (2023) let
the surer head speak. With few labels the surer head is often the worse one (digits in 5 domains with 15 labels each: local .63,
global .86, the surer .81), so that here both are calibrated and mixed, by how well each says labels that it has not seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas._typing import UNLABELLED
from labelatlas._values import code_values
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift._calibration import fit_calibration
from labelatlas.label_shift._task import on_simplex, torch_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array

_WEIGHTS = np.linspace(0, 1, 5)
# With fewer labels than this in a domain the weight of its own head is cut in proportion.
_ENOUGH_LABELS = 20


@dataclass(frozen=True, kw_only=True, repr=False)
class HeadMix(Findings):
    """What global and local heads say together; one line per domain.

    Attributes
    ----------
    domains : tuple
        The r domains, sorted.
    labelled : ndarray of shape (r,), int64
        Labelled rows of each.
    weights : ndarray of shape (r,), float64
        Of the domain's own head; the global one has the rest.
    global_loss, local_loss, mixed_loss : ndarray of shape (r,), float64
        Mean -log probability of the labels there, after calibration, in nats; NaN where nothing is labelled, or there is no
        local head.
    probabilities : ndarray of shape (n, C), float64
        Of every row; each sums to 1.
    expert : ndarray of shape (n,), float64
        How much of the probability of the most probable class is the local head's: 0 = the global head says it, 1 = the local.
        As a column of the frame it colours the map by who is the expert.
    """

    domains: tuple[Any, ...]
    labelled: Int64Array
    weights: Float64Array
    global_loss: Float64Array
    local_loss: Float64Array
    mixed_loss: Float64Array
    probabilities: Float64Array
    expert: Float64Array

    def columns(self) -> Mapping[str, Any]:
        """Return one line per domain."""
        return {
            "domain": list(self.domains),
            "labelled": self.labelled,
            "local_weight": self.weights,
            "global_loss": self.global_loss,
            "local_loss": self.local_loss,
            "mixed_loss": self.mixed_loss,
        }

    def suggest(self, at_least: npt.ArrayLike = 0.9) -> Int64Array:
        """Return the most probable class of each row, where it is probable enough.

        Parameters
        ----------
        at_least : float or array-like of shape (C,)
            For all classes, or for each.

        Returns
        -------
        ndarray of shape (n,), int64
            Codes; -1 where the heads are not sure enough.

        Raises
        ------
        InputError
            When `at_least` is neither one number nor one for each class, or lies outside 0..1.
        """
        wanted: npt.NDArray[Any] = np.asarray(at_least)
        n_classes = self.probabilities.shape[1]
        if (
            wanted.dtype.kind not in "fiu"
            or wanted.shape not in {(), (n_classes,)}
            or not ((wanted >= 0) & (wanted <= 1)).all()
        ):
            message = f"at_least must be a probability, or {n_classes} of them. Got {at_least!r} instead."
            raise InputError(message, hint="Pass at_least=0.9.")
        said = self.probabilities.argmax(axis=1)
        sure = self.probabilities.max(axis=1) >= np.broadcast_to(wanted, n_classes)[said]
        return np.where(sure, said, UNLABELLED)


def mix_heads(
    global_probabilities: npt.ArrayLike,
    local_probabilities: npt.ArrayLike,
    labels: npt.ArrayLike,
    domain: npt.ArrayLike,
    *,
    frame_kind: str = "pandas",
) -> HeadMix:
    """Return class probabilities by the global head and the domain's own, whichever is trustworthy there.

    Parameters
    ----------
    global_probabilities : array-like of shape (n, C)
        By a head that learned from the labels of all domains; of labelled rows out of fold.
    local_probabilities : array-like of shape (n, C)
        Of each row by the head of its own domain; of labelled rows out of fold. Rows of a domain that has no head: NaN.
    labels : array-like of shape (n,), int
        Codes 0..C-1; -1 = unlabelled.
    domain : array-like of shape (n,)
        Where each row comes from.
    frame_kind : str
        Kind of frame that `HeadMix.to_frame` returns.

    Returns
    -------
    HeadMix

    Raises
    ------
    InputError
        When shapes do not fit, a row is off the simplex, a label lies outside -1..C-1, or a domain has rows with a local
        prediction and rows without.
    NotApplicable
        When no row is labelled, or there are fewer than two classes.

    Notes
    -----
    Both heads are calibrated on the labels. The weight of a local head is the one of 0, .25, .5, .75, 1 under which its domain's
    labels are most likely; with n < 20 labels n/20 of it. A class that no label of the domain shows is unknown to its head, and
    keeps the probability that the global head gives it.

    Examples
    --------
    >>> import numpy as np
    >>> labels, domain = np.tile([0, 1], 60), np.repeat(["april", "may", "june"], 40)
    >>> said = np.where(labels[:, None] == [0, 1], 0.9, 0.1)
    >>> june = (domain == "june")[:, None]
    >>> wrong_in_june, knows_june_alone = np.where(june, 1 - said, said), np.where(june, said, 0.5)
    >>> found = mix_heads(wrong_in_june, knows_june_alone, labels, domain)
    >>> found.domains, found.weights.tolist()
    (('april', 'june', 'may'), [0.0, 1.0, 0.0])
    """
    of_all = on_simplex("global_probabilities", global_probabilities)
    n, n_classes = of_all.shape
    codes = _checked_labels(labels, n, n_classes)
    which, names = code_values("domain", domain, n)
    if (which < 0).any():
        message = f"Each row must have a domain. Got {int((which < 0).sum())} rows without one instead."
        raise InputError(message, hint="Leave these rows out, or name what they have in common.")
    has_head, own = _checked_local(local_probabilities, of_all, which, names)
    known = codes != UNLABELLED
    of_all = _calibrated(of_all, codes, known)
    own = _calibrated(own, codes, known & has_head[which])

    weights = np.zeros(len(names))
    losses = np.full((3, len(names)), np.nan)
    mixed, expert = of_all.copy(), np.zeros(n)
    for d in range(len(names)):
        inside = np.flatnonzero(which == d)
        judged = known[inside]
        seen = np.isin(np.arange(n_classes), codes[inside[judged]])
        if not judged.any():
            continue
        everybody, alone = of_all[inside], _known_classes(own[inside], of_all[inside], seen)
        rows, given = np.flatnonzero(judged), codes[inside[judged]]
        losses[0, d] = losses[2, d] = -np.log(everybody[rows, given]).mean()
        if not has_head[d]:
            continue
        tried = [-np.log((1 - w) * everybody[rows, given] + w * alone[rows, given]).mean() for w in _WEIGHTS]
        w = _WEIGHTS[int(np.argmin(tried))] * min(1.0, len(rows) / _ENOUGH_LABELS)
        together = (1 - w) * everybody + w * alone
        said = together.argmax(axis=1)[:, None]
        weights[d], mixed[inside] = w, together
        expert[inside] = (w * np.take_along_axis(alone, said, 1) / np.take_along_axis(together, said, 1))[:, 0]
        losses[1:, d] = tried[-1], -np.log(together[rows, given]).mean()
    return HeadMix(
        frame_kind=frame_kind,
        domains=names,
        labelled=np.bincount(which[known], minlength=len(names)),
        weights=weights,
        global_loss=losses[0],
        local_loss=losses[1],
        mixed_loss=losses[2],
        probabilities=mixed,
        expert=expert,
    )


def _checked_labels(labels: npt.ArrayLike, n: int, n_classes: int) -> Int64Array:
    codes = np.asarray(labels)
    if codes.shape != (n,) or codes.dtype.kind not in "iu":
        message = f"labels must be whole numbers of shape ({n},). Got dtype {codes.dtype}, shape {codes.shape} instead."
        raise InputError(message, hint="Pass one int code for each row, -1 where there is no label.")
    codes = codes.astype(np.int64)
    if codes.min() < UNLABELLED or codes.max() >= n_classes:
        message = f"labels must lie in -1..{n_classes - 1}. Got {codes.min()}..{codes.max()} instead."
        raise InputError(message, hint="Every label needs its column of probabilities.")
    if (codes == UNLABELLED).all():
        raise NotApplicable(
            "Heads are judged by labels. Got no labelled row instead.", hint="Label rows in some domains."
        )
    return codes


def _checked_local(
    probabilities: npt.ArrayLike, of_all: Float64Array, which: Int64Array, names: tuple[Any, ...]
) -> tuple[npt.NDArray[np.bool_], Float64Array]:
    """Return which domains have a head, and what it says; the global head's word stands for none."""
    given: npt.NDArray[Any] = np.asarray(probabilities)
    if given.shape != of_all.shape or given.dtype.kind not in "fiu":
        message = (
            f"local_probabilities must be numbers of shape {of_all.shape}, as the global ones are. "
            f"Got dtype {given.dtype}, shape {given.shape} instead."
        )
        raise InputError(
            message, hint="Pass what the head of each row's own domain says of it, NaN where there is none."
        )
    without = np.flatnonzero(np.isnan(given.astype(np.float64)).all(axis=1))
    lacking, rows = np.bincount(which[without], minlength=len(names)), np.bincount(which, minlength=len(names))
    share = lacking / rows
    torn = np.flatnonzero((share > 0) & (share < 1))
    if len(torn):
        message = (
            f"A domain has a head or has none. Got {lacking[torn[0]]} rows without a local prediction among the {rows[torn[0]]} "
            f"of {names[torn[0]]!r} instead."
        )
        raise InputError(message, hint="Predict all rows of a domain, or pass NaN for all of them.")
    said = given.astype(np.float64)
    said[without] = of_all[without]
    return share == 0, on_simplex("local_probabilities", said)


def _calibrated(p: Float64Array, codes: Int64Array, judged: npt.NDArray[np.bool_]) -> Float64Array:
    if not judged.any():
        return p
    found = fit_calibration(torch_of(p[judged], "cpu").log(), torch_of(codes[judged], "cpu"), "adaptive")
    return np.maximum(found.apply(torch_of(p, "cpu").log()).numpy(), 1e-12)


def _known_classes(own: Float64Array, of_all: Float64Array, seen: npt.NDArray[np.bool_]) -> Float64Array:
    """Return the local head's word on classes that it was shown, scaled to leave the others what the global head says."""
    left = of_all[:, seen].sum(axis=1, keepdims=True)
    shown = own[:, seen]
    found = of_all.copy()
    found[:, seen] = left * shown / np.maximum(shown.sum(axis=1, keepdims=True), 1e-300)
    return np.maximum(found, 1e-12)
