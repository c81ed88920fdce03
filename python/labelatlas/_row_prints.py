"""Whether a row is still the row that was edited: by its declared content, or, where none is declared, by its vector.

Content is compared bit for bit. A vector never is: the same model gives other last digits on another machine. So a vector is
boiled down to the signs of 64 fixed random projections (M. S. Charikar, "Similarity estimation techniques from rounding
algorithms", 2002): rounding moves few of them, while the vectors of unrelated rows differ in half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._random import generator
from labelatlas.frames import fingerprints

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import BoolArray, Float32Array, Int64Array
    from labelatlas.frames import Table

    Prints = npt.NDArray[np.uint64]

_STREAM = 301
_BITS = 64
_CHUNK = 65_536  # rows hashed at once: their content is copied for it
_ROUNDING = 6  # bits; unrelated vectors share at most so many with a chance below 1e-10


class RowPrints:
    """The prints of a frame's rows.

    Parameters
    ----------
    table : Table
        The frame.
    content : sequence of str
        The declared content columns.
    vectors : ndarray of shape (n, d), float32, or None
        What stands in for them when there are none; None = nothing does, and no row is ever said to have changed.
    """

    def __init__(self, table: Table, content: Sequence[str], vectors: Float32Array | None) -> None:
        self._table, self._content = table, tuple(content)
        self._vectors = vectors if not self._content else None
        # the snapshot of the frame never changes: what was hashed once is kept, so that an undo costs no hashing
        self._held = np.zeros(table.n_rows if self._content else 0, dtype=np.uint64)
        self._known = np.zeros(len(self._held), dtype=bool)

    def of(self, rows: Int64Array) -> Prints:
        """Return the prints of some rows: uint64, 0 = there is nothing to compare."""
        if self._content:
            fresh = rows[~self._known[rows]]
            for start in range(0, len(fresh), _CHUNK):
                part = fresh[start : start + _CHUNK]
                self._held[part] = fingerprints(self._table, self._content, part)
            self._known[fresh] = True
            return self._held[rows]
        if self._vectors is None:
            return np.zeros(len(rows), dtype=np.uint64)
        vectors = self._vectors[rows].astype(np.float64)
        directions = generator(0, _STREAM, vectors.shape[1]).normal(size=(vectors.shape[1], _BITS))
        packed = np.packbits(vectors @ directions > 0, axis=1, bitorder="little")
        return packed.view("<u8").reshape(len(rows)).astype(np.uint64) | np.uint64(1)  # a print is never 0

    def changed(self, rows: Int64Array, prints: Prints) -> BoolArray:
        """Return which rows are no longer what they were when they had these prints."""
        if not len(rows) or (not self._content and self._vectors is None):
            return np.zeros(len(rows), dtype=bool)
        now = self.of(rows)
        if self._content:
            return now != prints
        return (np.bitwise_count(now ^ prints) > _ROUNDING) & (prints != 0)
