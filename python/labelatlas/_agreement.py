"""How far several people agree beyond chance: pure functions of label codes, and the findings made of them.

Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological Measurement 20(1), 37-46.
Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological Bulletin 76(5), 378-382.
Gwet, K. L. (2014). Handbook of Inter-Rater Reliability, 4th ed.: rows that not every rater has seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.frames import build_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelatlas._typing import Int32Array, Int64Array

SILENT = -2
"""The code of a row of which somebody has said nothing; -1 = they said that it has no label, which is a word too."""


def confusion_counts(a: Int32Array, b: Int32Array, n_labels: int) -> Int64Array:
    """Return how often the first says one label and the second another.

    Parameters
    ----------
    a, b : ndarray of shape (n,), int32
        Codes in [-2, n_labels).
    n_labels : int
        Number of labels.

    Returns
    -------
    ndarray of shape (n_labels + 1, n_labels + 1), int64
        Rows where both spoke; place 0 = "unlabelled", place c + 1 = label c.

    Examples
    --------
    >>> confusion_counts(np.array([0, 0, -2]), np.array([0, -1, 0]), 1).tolist()
    [[0, 0], [1, 1]]
    """
    both = (a > SILENT) & (b > SILENT)
    size = n_labels + 1
    pairs = (a[both].astype(np.int64) + 1) * size + b[both] + 1
    return np.bincount(pairs, minlength=size * size).reshape(size, size)


def cohen_kappa(counts: Int64Array) -> float:
    """Return the agreement of two people beyond chance (Cohen 1960), in [-1, 1]; 1 = they agree throughout.

    Parameters
    ----------
    counts : ndarray of shape (k, k)
        How often the first said i and the second j.

    Returns
    -------
    float

    Raises
    ------
    NotApplicable
        They share no row, or both said one and the same label throughout: chance alone explains all.

    Examples
    --------
    >>> round(cohen_kappa(np.array([[20, 5], [10, 15]])), 3)
    0.4
    """
    total = counts.sum()
    if total == 0:
        raise NotApplicable("two people who labelled no row in common cannot be compared.")
    observed = np.trace(counts) / total
    expected = float(counts.sum(axis=0) @ counts.sum(axis=1)) / float(total) ** 2
    return _beyond_chance(float(observed), expected)


def fleiss_kappa(words: Int32Array, *, at_least: int | None = None) -> tuple[float, int]:
    """Return the agreement of many people beyond chance (Fleiss 1971), and the number of rows it rests on.

    Parameters
    ----------
    words : ndarray of shape (m, n), int32
        Codes of m people on n rows, at least -2.
    at_least : int or None
        Rows count that at least so many people labelled, at least 2; None = all people. With fewer than all, each row
        weighs the same, however many labelled it (Gwet 2014).

    Returns
    -------
    tuple of float and int
        At most 1; 1 = they agree throughout.

    Raises
    ------
    NotApplicable
        No row counts, or all used one and the same label.

    Examples
    --------
    >>> fleiss_kappa(np.array([[0, 1, 1], [0, 1, 0], [0, 1, 1]]))[1]
    3
    """
    needed = len(words) if at_least is None else at_least
    spoken = (words > SILENT).sum(axis=0)
    kept = np.flatnonzero((spoken >= needed) & (spoken >= 2))
    if not len(kept):
        raise NotApplicable(f"no row was labelled by {max(needed, 2)} people.")
    # only the labels that occur: a set may hold thousands of names
    used, places = np.unique(words[:, kept], return_inverse=True)
    places = places.reshape(len(words), len(kept))
    counts = np.zeros((len(kept), len(used)))
    for person in places:
        np.add.at(counts, (np.arange(len(kept)), person), 1.0)
    counts = counts[:, used > SILENT]
    raters = counts.sum(axis=1)
    observed = ((counts**2).sum(axis=1) - raters) / (raters * (raters - 1))
    shares = (counts / raters[:, None]).mean(axis=0)
    return _beyond_chance(float(observed.mean()), float((shares**2).sum())), len(kept)


def _beyond_chance(observed: float, expected: float) -> float:
    if expected >= 1:
        raise NotApplicable("only one label was used: chance alone explains the agreement.")
    return (observed - expected) / (1 - expected)


@dataclass(frozen=True, kw_only=True)
class Agreement(Findings):
    """How far the authors of a journal agree, two by two and all together.

    Attributes
    ----------
    authors : tuple of str
        Whom it compares.
    words : ndarray of shape (m, n), int32
        What each said of each row: a label code, -1 = unlabelled, -2 = nothing.
    names : tuple of str
        Display names by code.
    """

    authors: tuple[str, ...]
    words: Int32Array = field(repr=False)
    names: tuple[str, ...] = field(repr=False)

    def columns(self) -> Mapping[str, Any]:
        """Return one line for each pair: a, b, rows (that both labelled), agreement (share, in [0, 1]), kappa (Cohen 1960).

        Where there is nothing to compare agreement or kappa is nan: no row in common, or one label throughout.
        """
        pairs = list(combinations(range(len(self.authors)), 2))
        tables = [confusion_counts(self.words[i], self.words[j], len(self.names)) for i, j in pairs]
        rows = np.array([t.sum() for t in tables], dtype=np.int64)
        agreed = np.array([np.trace(t) for t in tables], dtype=np.float64)
        return {
            "a": [self.authors[i] for i, _ in pairs],
            "b": [self.authors[j] for _, j in pairs],
            "rows": rows,
            "agreement": np.divide(agreed, rows, out=np.full(len(pairs), np.nan), where=rows > 0),
            "kappa": np.array([_or_nan(t) for t in tables], dtype=np.float64),
        }

    def fleiss(self, *, at_least: int | None = None) -> tuple[float, int]:
        """Return Fleiss' kappa of all authors together, and the number of rows it rests on.

        Parameters
        ----------
        at_least : int or None
            Rows count that at least so many authors labelled; None = all of them.

        Returns
        -------
        tuple of float and int

        Raises
        ------
        NotApplicable
            No row counts, or all used one and the same label.
        """
        return fleiss_kappa(self.words, at_least=at_least)

    def confusion(self, a: str, b: str) -> Any:
        """Return who said what where two authors both labelled a row.

        Parameters
        ----------
        a, b : str
            The authors.

        Returns
        -------
        frame of the caller's kind
            Columns: the two authors' labels (as `a` and `b`; "" = unlabelled) and rows; most rows first.

        Raises
        ------
        InputError
            There is no such author.
        """
        cells = self.cells(a, b)
        columns: dict[str, Any] = {
            "a": [said for said, _, _ in cells],
            "b": [said for _, said, _ in cells],
            "rows": np.array([rows for _, _, rows in cells], dtype=np.int64),
        }
        return build_frame(columns, self.frame_kind)

    def cells(self, a: str, b: str) -> list[tuple[str, str, int]]:
        """Return the lines of `confusion`: what the first said, what the second said, how many rows.

        Parameters
        ----------
        a, b : str
            The authors.

        Returns
        -------
        list of tuple

        Raises
        ------
        InputError
            There is no such author.
        """
        places = [place_of(self.authors, name) for name in (a, b)]
        counts = confusion_counts(self.words[places[0]], self.words[places[1]], len(self.names))
        first, second = np.nonzero(counts)
        order = np.argsort(-counts[first, second], kind="stable")
        shown = ("", *self.names)
        return [(shown[i], shown[j], int(counts[i, j])) for i, j in zip(first[order], second[order], strict=True)]


def place_of(authors: Sequence[str], author: str) -> int:
    """Return the place of an author; `InputError` names those that there are."""
    if author not in authors:
        known = ", ".join(map(repr, authors)) or "nobody yet"
        raise InputError(f"no gesture is by {author!r}.", hint=f"The authors are {known}.")
    return list(authors).index(author)


def _or_nan(counts: Int64Array) -> float:
    try:
        return cohen_kappa(counts)
    except NotApplicable:
        return float("nan")
