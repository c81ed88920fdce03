"""The kinds of frame, one file each.

To add one: a file here with a class that follows `labelatlas.frames.kind.FrameKind`, and one line in `KINDS`. The suite
tests/contracts/test_frame_kinds.py then tests it unasked. A kind imports its library inside its methods, and recognises the
caller's object without importing anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from labelatlas.frames.kinds.anndata_obs import AnnDataObs
from labelatlas.frames.kinds.arrow_table import ArrowTable
from labelatlas.frames.kinds.duckdb_relation import DuckDBRelation
from labelatlas.frames.kinds.hf_dataset import HfDataset
from labelatlas.frames.kinds.pandas_frame import PandasFrame
from labelatlas.frames.kinds.polars_frame import PolarsFrame
from labelatlas.frames.kinds.polars_lazy import PolarsLazy

if TYPE_CHECKING:
    from labelatlas.frames.kind import FrameKind

KINDS: dict[str, FrameKind] = {
    kind.name: kind
    for kind in (
        PandasFrame(),
        PolarsFrame(),
        PolarsLazy(),
        ArrowTable(),
        DuckDBRelation(),
        HfDataset(),
        AnnDataObs(),
    )
}
"""The kinds of frame that come in and go out, by name."""

__all__ = ["KINDS"]
