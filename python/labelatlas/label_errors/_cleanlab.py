"""What cleanlab found, as a finding of ours: read from its results, without cleanlab being installed.

Three shapes are taken: a Datalab (it has `get_issues`), the frame of its label issues (`is_label_issue`, `label_score` or
`label_quality`, and, where there are any, `given_label` and `predicted_label`), and what `find_label_issues` returns (a mask, or
positions ranked by suspicion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelatlas._typing import BoolArray, Float64Array, Int64Array

_SCORES = ("label_score", "label_quality", "label_quality_score")
_FLAGS = ("is_label_issue", "is_issue")


@dataclass(frozen=True, kw_only=True, repr=False)
class ImportedErrors(Findings):
    """Suspected label errors that another program found.

    Attributes
    ----------
    suspicion : ndarray of shape (n,), float64
        One minus its quality score, in [0, 1]: a ranking, not a chance. Of a ranked list the first has 1.
    flagged : ndarray of shape (n,), bool
    given, suggested : tuple or None
        Labels, where it named them.
    ranking : ndarray of shape (n,), int64
        Positions, most suspicious first, flagged rows before others.
    keys : tuple or None
        Row keys; positions stand for them when None.
    """

    suspicion: Float64Array
    flagged: BoolArray
    given: tuple[Any, ...] | None
    suggested: tuple[Any, ...] | None
    ranking: Int64Array
    keys: tuple[Any, ...] | None = None

    def columns(self) -> Mapping[str, Any]:
        """Return one line per row, most suspicious first; `given` and `suggested` where they are known."""
        rows = self.ranking
        columns: dict[str, Any] = {
            "key": rows if self.keys is None else [self.keys[row] for row in rows],
            "row": rows,
            "suspicion": self.suspicion[rows],
            "flagged": self.flagged[rows],
        }
        for name, values in (("given", self.given), ("suggested", self.suggested)):
            if values is not None:
                columns[name] = [values[row] for row in rows]
        return columns


def from_cleanlab(
    issues: object, *, n_rows: int | None = None, keys: Sequence[Any] | None = None, frame_kind: str = "pandas"
) -> ImportedErrors:
    """Return cleanlab's label issues as a finding, to be reviewed with `m.review(...)`.

    Parameters
    ----------
    issues : Datalab, frame, mask of shape (n,), or positions of shape (m,)
        A Datalab after `find_issues`, its `get_issues("label")`, the frame of `CleanLearning.find_label_issues`, or what
        `cleanlab.filter.find_label_issues` returned.
        A frame may have been sorted: the whole numbers of its index say which rows its lines are about.
    n_rows : int or None
        Number of rows; only needed for positions, where it must be given.
    keys : sequence of length n or None
        Row keys for `ImportedErrors.columns`.
    frame_kind : str
        Kind of frame that `ImportedErrors.to_frame` returns.

    Returns
    -------
    ImportedErrors

    Raises
    ------
    InputError
        When it is none of these, positions lie outside, a frame is only a part of what cleanlab returned, or `n_rows` or `keys` does not
        fit.

    Examples
    --------
    >>> from_cleanlab([2, 0], n_rows=4).columns()["row"].tolist()
    [2, 0, 1, 3]
    """
    found = issues.get_issues("label") if hasattr(issues, "get_issues") else issues  # pyright: ignore[reportAttributeAccessIssue]
    given = suggested = None
    if hasattr(found, "columns"):
        found = _in_order(found)
        suspicion, flagged = _read_frame(found)
        given, suggested = (_column(found, name) for name in ("given_label", "predicted_label"))
    else:
        suspicion, flagged = _read_rows(np.asarray(found), n_rows)
    if n_rows is not None and len(flagged) != n_rows:
        message = f"issues must be about {n_rows} rows, as n_rows says. Got {len(flagged)} instead."
        raise InputError(message, hint="Leave n_rows out: it is only needed for positions.")
    if keys is not None and len(keys) != len(flagged):
        message = f"keys must have length {len(flagged)}. Got {len(keys)} instead."
        raise InputError(message, hint="Pass one key for each row, in the same order.")
    return ImportedErrors(
        frame_kind=frame_kind,
        suspicion=suspicion,
        flagged=flagged,
        given=given,
        suggested=suggested,
        ranking=np.lexsort((-suspicion, ~flagged)).astype(np.int64),
        keys=None if keys is None else tuple(keys),
    )


def _in_order(frame: Any) -> Any:
    """Return the lines of a frame in the order of the rows that they are about, as the index that cleanlab gave it says."""
    index = getattr(frame, "index", None)
    rows = np.asarray(index if hasattr(index, "dtype") else np.arange(len(frame)))
    if rows.dtype.kind not in "iu" or (rows == np.arange(len(rows))).all():
        return frame
    order = np.argsort(rows, kind="stable")
    if (rows[order] != np.arange(len(rows))).any():
        message = f"A frame of issues must have the index 0..{len(rows) - 1}, in any order. Got {rows.min()}..{rows.max()} instead."
        raise InputError(
            message,
            hint="Pass the whole frame that cleanlab returned; .reset_index(drop=True) where its lines stand in the order of the data.",
        )
    return frame.iloc[order]


def _read_frame(frame: Any) -> tuple[Float64Array, BoolArray]:
    names = [str(name) for name in frame.columns]
    flag = next((name for name in _FLAGS if name in names), None)
    score = next((name for name in _SCORES if name in names), None)
    if flag is None or score is None:
        message = f"The frame must have one column of {_FLAGS} and one of {_SCORES}. Got {names} instead."
        raise InputError(message, hint='Pass lab.get_issues("label"), or CleanLearning.find_label_issues(...).')
    quality = np.asarray(frame[score], dtype=np.float64)
    if not np.isfinite(quality).all():
        raise InputError(f"{score} must be finite. Got NaN or infinity instead.", hint="Leave out such rows.")
    return np.clip(1 - quality, 0, 1), np.asarray(frame[flag]).astype(bool)


def _read_rows(rows: Any, n_rows: int | None) -> tuple[Float64Array, BoolArray]:
    if rows.ndim == 1 and rows.dtype == np.bool_:
        return rows.astype(np.float64), rows.copy()
    if rows.ndim != 1 or (len(rows) and rows.dtype.kind not in "iu"):
        message = f"issues must be a Datalab, a frame, a mask or positions. Got dtype {rows.dtype}, shape {rows.shape} instead."
        raise InputError(message, hint="Pass what cleanlab returned, as it is.")
    if n_rows is None:
        raise InputError("Positions do not say how many rows there are.", hint="Pass n_rows=len(df).")
    rows = rows.astype(np.int64)
    if len(rows) and (rows.min() < 0 or rows.max() >= n_rows or len(np.unique(rows)) < len(rows)):
        message = f"Positions must lie in 0..{n_rows - 1} without repeats. Got {rows.min()}..{rows.max()} instead."
        raise InputError(message, hint="Pass n_rows of the data that cleanlab saw.")
    suspicion, flagged = np.zeros(n_rows), np.zeros(n_rows, dtype=bool)
    suspicion[rows] = 1 - np.arange(len(rows)) / max(1, 2 * len(rows))
    flagged[rows] = True
    return suspicion, flagged


def _column(frame: Any, name: str) -> tuple[Any, ...] | None:
    return tuple(np.asarray(frame[name]).tolist()) if name in [str(c) for c in frame.columns] else None
