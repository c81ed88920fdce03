"""What all findings share: they are frozen, and they can be had as a frame of the caller's own kind.

A room that makes findings knows arrays only. The one thing it cannot know is which DataFrame library its caller uses; that
fact rides along in `frame_kind` and is handed to `frames`, the room that does know.
"""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


_SHOWN = 20


@dataclass(frozen=True, kw_only=True, repr=False)
class Findings(ABC):
    """Base of all typed results.

    Attributes
    ----------
    frame_kind : str
        Kind of frame that `to_frame` returns: "pandas" or "polars".
    """

    frame_kind: str = field(default="pandas", repr=False)

    def __repr__(self) -> str:
        """Return the first lines: all of them may be a million."""
        return f"{self._headline()}\n{self._head()}"

    def _repr_html_(self) -> str:
        """Return the first lines as a notebook shows a table."""
        head = self._head()
        table = head._repr_html_() if hasattr(head, "_repr_html_") else f"<pre>{html.escape(str(head))}</pre>"
        return f"<p>{html.escape(self._headline())}</p>{table}"

    def _headline(self) -> str:
        n = len(next(iter(self.columns().values())))
        shown = f"the first {_SHOWN} of {n:,} lines" if n > _SHOWN else f"{n} lines"
        return f"{type(self).__name__}, {shown}; .to_frame() has them all"

    def _head(self) -> Any:
        from labelatlas.frames import build_frame

        return build_frame(self._first(_SHOWN), self.frame_kind)

    def _first(self, n: int) -> Mapping[str, Any]:
        """Return the first lines of `columns`; a finding whose lines are costly makes only these."""
        return {name: column[:n] for name, column in self.columns().items()}

    @abstractmethod
    def columns(self) -> Mapping[str, Any]:
        """Return the result as named columns of equal length."""

    def to_frame(self) -> Any:
        """Return the result as a new frame of kind `frame_kind`, one row per finding."""
        from labelatlas.frames import build_frame

        return build_frame(self.columns(), self.frame_kind)
