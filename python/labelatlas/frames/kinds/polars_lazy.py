"""polars.LazyFrame: collected once, given back lazy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from labelatlas.frames.kind import is_instance_of
from labelatlas.frames.kinds.polars_frame import PolarsFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

log = logging.getLogger(__name__)


class PolarsLazy(PolarsFrame):
    """A polars query. Rows that a person looks at must be the same rows tomorrow, so the query runs once; findings are eager."""

    name = "polars_lazy"
    results = "polars"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is a polars LazyFrame."""
        return is_instance_of(data, "polars", "LazyFrame")

    def hold(self, data: Any) -> Any:
        """Return the rows."""
        rows = data.collect()
        log.info("The LazyFrame was collected: %s rows, %s columns.", f"{rows.height:,}", rows.width)
        return rows

    def give(self, store: Any) -> Any:
        """Return the rows as a LazyFrame."""
        return store.lazy()

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new LazyFrame."""
        return super().build(columns).lazy()
