"""What all findings share: they are frozen, and they can be had as a frame of the caller's own kind.

A room that makes findings knows arrays only. The one thing it cannot know is which DataFrame library its caller uses; that
fact rides along in `frame_kind` and is handed to `frames`, the room that does know.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Findings(ABC):
    """Base of all typed results.

    Attributes
    ----------
    frame_kind : str
        Kind of frame that `to_frame` returns: "pandas" or "polars".
    """

    frame_kind: str = field(default="pandas", repr=False)

    @abstractmethod
    def columns(self) -> Mapping[str, Any]:
        """Return the result as named columns of equal length."""

    def to_frame(self) -> Any:
        """Return the result as a new frame of kind `frame_kind`, one row per finding."""
        from labelatlas.frames import build_frame

        return build_frame(self.columns(), self.frame_kind)
