"""Any DataFrame in, columns and row keys out, corrected labels back.

This is the only room that knows narwhals, pandas, polars and pyarrow. Everything behind it works on arrays.
What may be imported here: numpy, the DataFrame libraries (inside the functions that need them), `_typing`, `exceptions`.

- `Table`: the frame of any kind, read column by column.
- `KeyRecipe`, `choose_recipe`, `row_keys`, `KeyIndex`: how a row is known from one day to the next.
- `fingerprints`: how a row's content is known to be still the same.
- `LabelColumn`, `read_labels`, `with_labels`: the label column as codes, and back in its own dtype.
- `LiveColumn`: writes corrections into the caller's own column, never at the wrong row.
- `build_frame`: a result as a frame of the caller's kind.
- `read_file`, `write_file`: frames in CSV and Parquet files, for the command line.

To add a kind of frame: teach `Table.from_any` to recognise it, `build_frame` and `with_labels` to make it; the tests in
tests/python/frames run over every kind named in `KINDS`.
"""

from labelatlas.frames.content import fingerprints
from labelatlas.frames.files import read_file, write_file
from labelatlas.frames.keys import KeyIndex, KeyRecipe, choose_recipe, row_keys
from labelatlas.frames.label_column import LabelColumn, read_labels, with_labels
from labelatlas.frames.live import LiveColumn
from labelatlas.frames.table import KINDS, Table, build_frame

__all__ = [
    "KINDS",
    "KeyIndex",
    "KeyRecipe",
    "LabelColumn",
    "LiveColumn",
    "Table",
    "build_frame",
    "choose_recipe",
    "fingerprints",
    "read_file",
    "read_labels",
    "row_keys",
    "with_labels",
    "write_file",
]
