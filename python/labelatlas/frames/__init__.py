"""Any DataFrame in, columns and row keys out, corrected labels back.

This is the only room that knows pandas, polars, pyarrow, duckdb, datasets and anndata. Everything behind it works on arrays.
What may be imported here: numpy, `_typing`, `exceptions`; the DataFrame libraries inside the functions that need them, which
for all but pandas are reached only when the caller's own object comes from them.

- `Table`: the frame of any kind, read column by column.
- `KeyRecipe`, `choose_recipe`, `row_keys`, `KeyIndex`: how a row is known from one day to the next.
- `fingerprints`: how a row's content is known to be still the same.
- `LabelColumn`, `read_labels`: the label column as codes; `with_labels`, `Provenance`: back in its own dtype.
- `LiveColumn`: writes corrections into the caller's own column, never at the wrong row.
- `build_frame`: a result as a frame of the caller's kind.
- `read_file`, `read_head`, `write_file`: frames in CSV and Parquet files, for the command line and the file browser.

To add a kind of frame: one file in `kinds/` that follows `kind.FrameKind`, and its line in `kinds.KINDS`; the suite
tests/contracts/test_frame_kinds.py then tests it unasked.
"""

from labelatlas.frames.content import fingerprints
from labelatlas.frames.files import read_file, read_head, write_file
from labelatlas.frames.keys import KeyIndex, KeyRecipe, choose_recipe, normal_keys, row_keys
from labelatlas.frames.kinds import KINDS
from labelatlas.frames.label_column import LabelColumn, read_labels
from labelatlas.frames.live import LiveColumn
from labelatlas.frames.table import Table, build_frame
from labelatlas.frames.write_back import Provenance, with_labels

__all__ = [
    "KINDS",
    "KeyIndex",
    "KeyRecipe",
    "LabelColumn",
    "LiveColumn",
    "Provenance",
    "Table",
    "build_frame",
    "choose_recipe",
    "fingerprints",
    "normal_keys",
    "read_file",
    "read_head",
    "read_labels",
    "row_keys",
    "with_labels",
    "write_file",
]
