"""One value of any kind for each row (a group, a domain, a period, a cluster), as codes and names.

Columns come from every kind of frame: text, numbers, dates, categories, with holes of four kinds. Here alone it is decided what
counts as missing, what order values stand in, and that a date stays a date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int64Array

_NOTHING = {"NAType", "NaTType"}
_TOO_FINE = {"ns", "ps", "fs", "as"}  # for Python's own dates


def code_values(name: str, values: npt.ArrayLike | Sequence[Any], n: int) -> tuple[Int64Array, tuple[Any, ...]]:
    """Return a code (n,) for each row, -1 = missing, and the names of the codes in order.

    Parameters
    ----------
    name : str
        Of the argument, for the message.
    values : array-like of shape (n,)
        Any values; None, NaN, NaT and NA = missing.
    n : int

    Returns
    -------
    (ndarray of shape (n,), int64; tuple)
        Names are Python's own values: those of an ordered category in its order, others sorted, those of several types type by
        type.

    Raises
    ------
    InputError
        When there is not one value for each row, or a value is a list.

    Examples
    --------
    >>> codes, names = code_values("domain", ["b", None, "a", "b"], 4)
    >>> codes.tolist(), names
    ([1, -1, 0, 1], ('a', 'b'))
    """
    listed = list_values(name, values, n)
    try:
        found = [value for value in dict.fromkeys(listed) if value is not None]
    except TypeError:
        message = f"{name} must be single values: text, numbers, dates. Got lists or the like instead."
        raise InputError(message, hint="Pass one value for each row.") from None
    dtype = getattr(values, "dtype", None)
    if getattr(dtype, "ordered", False):
        place = {category: i for i, category in enumerate(dtype.categories.tolist())}  # pyright: ignore[reportOptionalMemberAccess]
        names = sorted(found, key=lambda value: place[value])
    else:
        names = _sorted(found)
    code_of: dict[Any, int] = {value: code for code, value in enumerate(names)}
    return np.array([-1 if v is None else code_of[v] for v in listed], dtype=np.int64), tuple(names)


def list_values(name: str, values: npt.ArrayLike | Sequence[Any], n: int) -> list[Any]:
    """Return the values as Python's own, None for missing ones; parameters as for `code_values`.

    Examples
    --------
    >>> import numpy as np
    >>> list_values("when", np.array(["2026-01-31", "NaT"], dtype="datetime64[ns]"), 2)
    [datetime.datetime(2026, 1, 31, 0, 0), None]
    """
    try:
        given: npt.NDArray[Any] = np.asarray(values)
    except ValueError:  # lists of several lengths
        message = f"{name} must be of shape ({n},). Got lists of several lengths instead."
        raise InputError(message, hint="Pass one value for each row.") from None
    if given.shape != (n,):
        message = f"{name} must be of shape ({n},). Got {given.shape} instead."
        raise InputError(message, hint="Pass one value for each row.")
    if given.dtype.kind in "mM" and np.datetime_data(given.dtype)[0] in _TOO_FINE:
        given = given.astype(f"{given.dtype.kind}8[us]")  # as a list, finer ones would be numbers
    return [None if _is_missing(value) else value for value in given.tolist()]


def _is_missing(value: object) -> bool:
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return bool(np.isnan(value))
    return type(value).__name__ in _NOTHING


def _sorted(values: list[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:
        pass
    try:
        return sorted(values, key=lambda value: (str(type(value)), value))
    except TypeError:
        return sorted(values, key=lambda value: (str(type(value)), str(value)))
