"""How the map is looked at, from Python; to be had as `m.view`.

What the page shows of the map belongs to the page. Here it is only told: an act, such as a flight, is a message that goes
to every view that stands now; nothing comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.encode import encode_rows

if TYPE_CHECKING:
    from labelatlas._typing import Int64Array
    from labelatlas.widget.session import Rows, Session


class View:
    """Every view of a map, looked at from the kernel.

    Parameters
    ----------
    session : Session
        The map.

    Examples
    --------
    >>> import numpy as np, labelatlas as la
    >>> df = {"id": [1, 2, 3], "label": ["cat", "dog", "cat"]}
    >>> m = la.LabelMap(df, label="label", key="id", xy=np.eye(3)[:, :2], journal=None, progress=False)
    >>> m.view.fly([0, 2])
    >>> m.view.fly(label="dog")
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def fly(self, rows: Rows | None = None, *, keys: Rows | None = None, label: object = ...) -> None:
        """Bring rows into sight in every view of the map; without rows, keys and label, the whole map.

        Parameters
        ----------
        rows : sequence of int, or bool mask of shape (n,), or None
            Positions.
        keys : sequence or None
            Keys instead of positions.
        label : str, int, bool or None
            All rows that hold this label now, instead; None = those without one.

        Raises
        ------
        InputError
            Rows, keys or a label that the map does not have; or more than one of the three.
        """
        given = [name for name, value in (("rows", rows), ("keys", keys)) if value is not None]
        if label is not ...:
            given.append("label")
        if len(given) > 1:
            raise InputError(f"fly takes rows, keys or a label. Got {' and '.join(given)}.", hint="m.view.fly([3, 5])")
        if not given:
            self._session.send({"kind": "view", "fly": None}, [])
            return
        found = self._rows_of(label) if label is not ... else self._session.positions(rows, keys)
        if not len(found):
            raise InputError("there is no row to fly to.", hint="m.view.fly() shows the whole map.")
        encoding, blob = encode_rows(found, self._session.n_rows)
        self._session.send({"kind": "view", "fly": encoding}, [blob])

    def _rows_of(self, label: object) -> Int64Array:
        return np.flatnonzero(self._session.labels.codes == self._session.code_of(label)).astype(np.int64)
