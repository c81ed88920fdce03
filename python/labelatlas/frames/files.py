"""Frames in files, for work without a notebook: CSV and Parquet, read and written by pandas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import InputError, MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Sequence


def read_file(path: str | Path, *, text: Sequence[str] = ()) -> Any:
    """Read a frame from a file.

    Parameters
    ----------
    path : str or Path
        Ends in .csv or .parquet.
    text : sequence of str
        Columns of a CSV file that hold text, though they may look like numbers.

    Returns
    -------
    pandas.DataFrame
        Of a CSV file only empty cells are missing: words like "nan" and "None" are words.

    Raises
    ------
    InputError
        There is no such file, or it is of another kind.
    MissingDependencyError
        A Parquet file, and pyarrow is not installed.
    """
    return _read(Path(path), text, None)


def read_head(path: str | Path, n_rows: int) -> Any:
    """Read the first rows of a file, to see what its columns hold.

    Parameters
    ----------
    path : str or Path
        Ends in .csv or .parquet.
    n_rows : int
        At most so many.

    Returns
    -------
    pandas.DataFrame
        As `read_file` gives them.

    Raises
    ------
    InputError
        There is no such file, or it is of another kind.
    MissingDependencyError
        A Parquet file, and pyarrow is not installed.
    """
    path = Path(path)
    if _kind(path) == ".csv":
        return _read(path, (), n_rows)
    try:
        from pyarrow import Table
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise _without_pyarrow() from error
    try:
        with ParquetFile(path) as file:
            head = next(file.iter_batches(batch_size=n_rows), None)
            return (file.schema_arrow.empty_table() if head is None else Table.from_batches([head])).to_pandas()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def write_file(frame: Any, path: str | Path) -> None:
    """Write a frame into a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        The frame. A CSV file gets no index.
    path : str or Path
        Ends in .csv or .parquet.

    Raises
    ------
    InputError
        The file is to be of another kind, or cannot be written.
    MissingDependencyError
        A Parquet file, and pyarrow is not installed.
    """
    path = Path(path)
    kind = _kind(path)
    try:
        if kind == ".parquet":
            frame.to_parquet(path)
        else:
            frame.to_csv(path, index=False)
    except ImportError as error:
        raise _without_pyarrow() from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error}.", hint="Name a file you may write.") from error


def _read(path: Path, text: Sequence[str], n_rows: int | None) -> Any:
    import pandas as pd

    kind = _kind(path)
    try:
        if kind == ".parquet":
            return pd.read_parquet(path)
        # a number must come back as the number that was written, or its row would seem to be another: pandas reads so by
        # itself from 3.1 on, where the argument that asks for it is deprecated
        old = tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1)
        exactly: Any = {"float_precision": "round_trip"} if old else {}
        types: Any = dict.fromkeys(text, "str")
        words: Any = {"keep_default_na": False, "na_values": [""]}
        return pd.read_csv(path, dtype=types, nrows=n_rows, low_memory=False, **words, **exactly)
    except ImportError as error:
        raise _without_pyarrow() from error
    except (OSError, ValueError) as error:  # pyarrow's own errors are kinds of these
        raise _unreadable(path, error) from error


def _kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InputError(f"a file must end in .csv or .parquet. Got {path.name!r}.", hint="Convert it first.")
    return kind


def _unreadable(path: Path, error: Exception) -> InputError:
    why = str(error).strip().rstrip(".")
    return InputError(f"{path} cannot be read as a frame: {why}.", hint="Check the name and the content.")


def _without_pyarrow() -> MissingDependencyError:
    return MissingDependencyError("Parquet files need a package that is not installed.", hint="pip install pyarrow")
