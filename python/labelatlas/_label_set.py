"""The labels of a column by code, append-only within a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas._typing import UNLABELLED
from labelatlas.exceptions import LabelTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from labelatlas._typing import Int32Array
    from labelatlas.frames import LabelColumn
    from labelatlas.frames.kind import LabelValue

UNHOLDABLE = -3
"""The code of a journalled label that the column's dtype cannot hold any more."""


class LabelSet:
    """Values and their codes.

    Parameters
    ----------
    column : LabelColumn
        The label column; its values have the first codes.
    """

    def __init__(self, column: LabelColumn) -> None:
        self.column = column
        self.values: list[LabelValue] = list(column.values)
        self._codes: dict[LabelValue, int] = {value: code for code, value in enumerate(self.values)}

    def __len__(self) -> int:
        """Return the number of labels."""
        return len(self.values)

    def add(self, value: LabelValue | None) -> int:
        """Return the code of a value of the column's type, a new code when the value is new."""
        if value is None:
            return UNLABELLED
        if value not in self._codes:
            self._codes[value] = len(self.values)
            self.values.append(value)
        return self._codes[value]

    def code(self, value: LabelValue | None) -> int | None:
        """Return the code of a value of the column's type; None = it has none yet."""
        return UNLABELLED if value is None else self._codes.get(value)

    def forget_from(self, size: int) -> None:
        """Take back every label from code `size` on: those that were never committed."""
        for value in self.values[size:]:
            del self._codes[value]
        del self.values[size:]

    def code_or_unholdable(self, value: LabelValue | None) -> int:
        """Return the code of a journalled value, `UNHOLDABLE` when the column cannot hold it.

        What the column holds already needs no check: rules for typed names do not bind a frame. Numbers and booleans are
        read as text once the column has become text, as the cure for a refused name asks for.
        """
        if self.column.type == "text" and isinstance(value, (int, bool)):
            value = str(value)
        if value is not None and type(value) is type(next(iter(self._codes), None)) and value in self._codes:
            return self._codes[value]
        try:
            return self.add(self.column.parse(value))
        except LabelTypeError:
            return UNHOLDABLE

    def of(self, codes: Iterable[int]) -> list[LabelValue | None]:
        """Return the values of codes; None = unlabelled."""
        return [None if code < 0 else self.values[code] for code in codes]

    def codes_of(self, values: Sequence[LabelValue | None]) -> Int32Array:
        """Return the codes of journalled values, as int32, `UNHOLDABLE` among them."""
        return np.array([self.code_or_unholdable(v) for v in values], dtype=np.int32)


def display_name(value: LabelValue | None) -> str:
    """Return a label as a person reads it; "" = unlabelled."""
    return "" if value is None else str(value)
