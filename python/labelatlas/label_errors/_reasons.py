"""Why a label is suspected, in words: the one place where they are worded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from labelatlas._typing import UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    import numpy.typing as npt

    from labelatlas._typing import BoolArray


def reasons_for(
    given: int,
    suggested: int,
    confidence: float,
    called: npt.NDArray[np.integer[Any]],
    twins: BoolArray,
    *,
    names: Sequence[Any] | None = None,
    group: Sequence[tuple[int, int]] = (),
) -> tuple[str, ...]:
    """Return why the label of a row is suspected.

    Parameters
    ----------
    given, suggested : int
        Codes; -1 = unlabelled. The same = there is no suggestion.
    confidence : float
        Of the suggestion, in [0, 1].
    called : ndarray of shape (k,), int
        Codes of the row's neighbours, nearest first; -1 = unlabelled.
    twins : ndarray of shape (k,), bool
        Which of them are near-duplicates of the row.
    names : sequence or None
        Of the codes; None = the codes themselves.
    group : sequence of (code, int)
        How the other labelled rows of its group are called, most frequent first.

    Returns
    -------
    tuple of str
        Sentences, the strongest first.

    Examples
    --------
    >>> import numpy as np
    >>> for reason in reasons_for(0, 1, 0.97, np.array([1, 1, 0]), np.array([True, False, False]), names=["cat", "dog"]):
    ...     print(reason)
    A near-duplicate is labelled dog.
    1 of its 3 nearest rows is cat, 2 dog.
    Its own label left aside, it looks like dog with 97%.
    """

    def name(code: int) -> str:
        return "unlabelled" if code == UNLABELLED else str(code if names is None else names[code])

    reasons: list[str] = []
    against = called[twins & (called != given) & (called != UNLABELLED)]
    if len(against):
        others = " or ".join(sorted({name(int(code)) for code in against}))
        reasons.append(
            f"A near-duplicate is labelled {others}."
            if len(against) == 1
            else f"{len(against)} near-duplicates are labelled {others}."
        )
    if len(called):
        alike = int((called == given).sum())
        said = f"{alike} of its {len(called)} nearest rows {'is' if alike == 1 else 'are'} {name(given)}"
        if suggested != given:
            said += f", {int((called == suggested).sum())} {name(suggested)}"
        reasons.append(said + ".")
    if suggested != given:
        sure = "more than 99%" if confidence > 0.99 else f"{confidence:.0%}"
        reasons.append(f"Its own label left aside, it looks like {name(suggested)} with {sure}.")
    else:
        reasons.append("No other label fits it better.")
    if group:
        total = sum(count for _, count in group)
        most, count = group[0]
        rows = "row of its group is" if total == 1 else f"{total} rows of its group {count} are"
        reasons.append(f"{'The' if total == 1 else 'Of the'} other {rows} {name(most)}.")
    return tuple(reasons)
