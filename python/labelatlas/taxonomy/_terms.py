"""The terms that set a region apart: class-based TF-IDF over a sample of its rows."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._random import generator
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int64Array, Step

    Sparse = Any  # scipy's own stubs know no product of two sparse matrices

_STREAM = 71
_PIECE = 500  # rows that are read between two calls of `progress`
_MOST_ROWS = 1000
"""Rows of a region that are read: its leading terms are known long before."""
_TERM = r"(?u)\b(?=\w*[^\W\d_])\w\w+\b"
"""Two letters or digits at least, one of them a letter: a number names nothing."""
_COMMON = 0.1
"""A term is a stop word where it stands in more than this share of the rows, in more than half of the regions."""


def region_terms(
    texts: Sequence[str | None] | npt.NDArray[Any],
    regions: npt.ArrayLike,
    *,
    n_terms: int = 3,
    seed: int = 0,
    progress: Step | None = None,
) -> list[tuple[str, ...]]:
    """Return the terms that set each region apart, the strongest first.

    The weight of a term t in a region c is tf(t, c) · log(1 + A / f(t)), with tf how often t stands in the rows of c, f how often in
    all regions, and A the mean number of terms of a region: the class-based TF-IDF of Grootendorst, "BERTopic: Neural topic
    modeling with a class-based TF-IDF procedure", 2022. Case and accents are folded. Terms that stand in more than a tenth of
    the rows in more than half of the regions are stop words, in whatever language. Of terms of which one begins with the other
    (refund, refunds) the stronger one stands for both.

    Parameters
    ----------
    texts : sequence of str or None, of length n
        None = missing.
    regions : array-like of shape (n,), int
        Of each row, 0..R-1; -1 = in none.
    n_terms : int
        At most so many for a region; at least 1.
    seed : int
        Of a region of more than 1,000 rows as many are drawn.
    progress : callable or None
        Called with ("reading the rows", rows read, rows in all); what it raises ends the work.

    Returns
    -------
    list of tuple of str, of length R
        Empty where the rows of a region hold no term.

    Raises
    ------
    InputError
        When lengths differ, a region lies below -1, or `n_terms` is below 1.

    Examples
    --------
    >>> texts = ["my card is lost", "the card is gone", "pay the refund", "a refund is due"]
    >>> region_terms(texts, [0, 0, 1, 1], n_terms=1)
    [('card',), ('refund',)]
    """
    where = np.asarray(regions)
    if where.shape != (len(texts),) or n_terms < 1:
        message = f"regions must be of shape ({len(texts)},) and n_terms at least 1. Got {where.shape} and {n_terms!r} instead."
        raise InputError(message, hint="Pass one region for each text.")
    if len(where) and (where.dtype.kind not in "iu" or where.min() < -1):
        raise InputError(f"regions must be whole numbers from -1 on. Got {where.dtype} with {where.min()} instead.")
    number = int(where.max(initial=-1)) + 1
    rows = _sample(where.astype(np.int64), number, seed)
    counted = _counted(texts, rows, progress)
    if counted is None:
        return [()] * number
    counts, names = counted
    weights = _weights(counts, where[rows], number)
    return [_leading(weights[[region]], names, n_terms) for region in range(number)]


def _sample(where: Int64Array, number: int, seed: int) -> Int64Array:
    """Return rows of each region, sorted: all of them, or as many as are read."""
    order = np.argsort(where, kind="stable")
    ends = np.searchsorted(where[order], np.arange(number + 1))
    random = generator(seed, _STREAM)
    parts = [order[start:end] for start, end in pairwise(ends.tolist())]
    drawn = [part if len(part) <= _MOST_ROWS else random.choice(part, _MOST_ROWS, replace=False) for part in parts]
    return np.sort(np.concatenate(drawn)) if drawn else order[:0]


def _counted(
    texts: Sequence[str | None] | npt.NDArray[Any], rows: Int64Array, progress: Step | None
) -> tuple[Sparse, list[str]] | None:
    """Return how often each term stands in each row, and the terms; None = there is none."""
    from sklearn.feature_extraction.text import CountVectorizer

    def read() -> Iterator[str]:
        for at, row in enumerate(rows.tolist()):
            if progress is not None and at % _PIECE == 0:
                progress("reading the rows", at, len(rows))
            text = texts[row]
            yield "" if text is None else str(text)

    vectorizer = CountVectorizer(lowercase=True, strip_accents="unicode", token_pattern=_TERM)
    try:
        counts: Sparse = vectorizer.fit_transform(read())
    except ValueError:  # its word for an empty vocabulary
        return None
    return counts, vectorizer.get_feature_names_out().tolist()


def _weights(counts: Sparse, region: Int64Array, number: int) -> Sparse:
    """Return the weight of each term in each region, shape (R, terms); 0 = it is not a name for it."""
    from scipy import sparse

    member: Sparse = sparse.csr_matrix(
        (np.ones(len(region)), (region, np.arange(len(region)))), shape=(number, len(region))
    )
    often = (member @ counts).tocsr()
    often.sort_indices()  # of two terms that weigh the same, the first by the alphabet leads
    factor = np.log1p(often.sum() / number / np.asarray(often.sum(axis=0)).ravel())
    if number > 1:
        shares: Sparse = sparse.diags(1 / np.maximum(np.bincount(region, minlength=number), 1)) @ member @ (counts > 0)
        factor[np.asarray((shares > _COMMON).sum(axis=0)).ravel() > number / 2] = 0
    often.data = often.data * factor[often.indices]
    return often


def _leading(weights: Sparse, names: Sequence[str], n_terms: int) -> tuple[str, ...]:
    found: list[str] = []
    for at in np.argsort(-weights.data, kind="stable").tolist():
        name = names[int(weights.indices[at])]
        if len(found) == n_terms or weights.data[at] <= 0:
            break
        if not any(name.startswith(other) or other.startswith(name) for other in found):
            found.append(name)
    return tuple(found)
