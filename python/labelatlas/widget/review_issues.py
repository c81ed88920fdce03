"""What a caller may hand to a review, as a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.frames import KeyIndex, normal_keys
from labelatlas.label_errors import ImportedErrors, LabelErrors
from labelatlas.widget.review_queue import ranking_of

if TYPE_CHECKING:
    from labelatlas._typing import Float64Array
    from labelatlas.widget.error_search import ErrorSearch
    from labelatlas.widget.review_queue import Ranking
    from labelatlas.widget.session import Session


def read_issues(session: Session, issues: object) -> tuple[Ranking, ErrorSearch | None]:
    """Return suspects as a ranking, and the search by which they are found again as labels change; None = they are not.

    Parameters
    ----------
    session : Session
        The map.
    issues : LabelErrors, ImportedErrors, mapping, sequence or None
        See `LabelMap.review`.

    Returns
    -------
    tuple of Ranking and ErrorSearch or None

    Raises
    ------
    InputError
        Rows or keys that the map does not have, scores outside [0, 1], a finding about other rows.
    """
    about = issues.suspicion if isinstance(issues, LabelErrors | ImportedErrors) else None
    if about is not None and len(about) != session.n_rows:
        message = f"issues must be about the {session.n_rows} rows of the map. Got a finding about {len(about)}."
        raise InputError(message, hint="m.review() finds its own.")
    if isinstance(issues, LabelErrors):
        return ranking_of(issues), session.search_behind(issues)
    own = session.find_errors()
    if issues is None:
        return ranking_of(own), session.usual_search
    if isinstance(issues, ImportedErrors):
        suspects = issues.ranking[issues.flagged[issues.ranking]]
        return _as_they_say(session, ranking_of(own, suspects, issues.suspicion[suspects]), issues), None
    if isinstance(issues, Mapping):
        keys = list(cast("Mapping[Any, Any]", issues))
        session.positions(None, keys)  # says what is wrong with any of them
        rows = KeyIndex(session.atlas.keys).positions(normal_keys(keys, "keys"))
        return ranking_of(own, rows, _numbers(list(issues.values()))), None
    given = np.asarray(issues)
    rows = session.positions(given, None)
    if given.dtype == bool:
        return ranking_of(own, rows[np.argsort(-own.suspicion[rows], kind="stable")]), None
    return ranking_of(own, np.array(list(dict.fromkeys(given.tolist())), dtype=np.int64)), None


def _as_they_say(session: Session, found: Ranking, issues: ImportedErrors) -> Ranking:
    """Return a ranking with the suggestions of another program, where it speaks of the labels that the map has."""
    if issues.given is None or issues.suggested is None:
        return found
    values = session.labels.values
    code_of = {value: code for code, value in enumerate(values)}
    chances = session.find_errors().evidence.probabilities
    suggested, confidence = found.suggested.copy(), found.confidence.copy()
    for row in found.rows.tolist():
        given, other = int(found.given[row]), code_of.get(issues.suggested[row])
        # it may count labels in its own way: what it calls the given one tells
        if given >= 0 and other is not None and values[given] == issues.given[row] and other != suggested[row]:
            suggested[row], confidence[row] = other, chances[row, other]
    return replace(found, suggested=suggested, confidence=confidence)


def _numbers(scores: list[Any]) -> Float64Array:
    try:
        return np.asarray(scores, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("scores must be numbers from 0 to 1.", hint="m.review({key: score, ...})") from None
