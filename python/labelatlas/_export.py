"""A journal's edits in files of every kind: those of text are the journal's own work, Parquet is that of the frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labelatlas.exceptions import InputError
from labelatlas.frames import build_frame, read_file, write_file
from labelatlas.journal import edit_columns, gestures_from_columns

if TYPE_CHECKING:
    from labelatlas.journal import Stream


def export_edits(stream: Stream, path: str | Path) -> int:
    """Write every edit of a stream into a file, one line for each edited row of each gesture.

    Parameters
    ----------
    stream : Stream
        The gestures.
    path : str or Path
        Ends in .csv, .jsonl or .parquet. Columns gesture, at, author, action, source, how, arm, note, undoes, key,
        fingerprint, old, new. Labels keep their type: in CSV and Parquet a cell of key, old or new is JSON where the bare
        text would be read as something else, so that the text "3" stands in quotes, the number 3 does not, and missing is
        empty.

    Returns
    -------
    int
        Number of gestures.

    Raises
    ------
    InputError
        The file is to be of another kind, or cannot be written.
    JournalError
        The journal is damaged.
    MissingDependencyError
        Parquet, and pyarrow is not installed.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        return stream.export(path)
    columns = edit_columns(stream.gestures())
    write_file(build_frame(columns, "pandas"), path)
    return len(set(columns["gesture"]))


def import_edits(stream: Stream, path: str | Path) -> int:
    """Append the gestures of an exported file to a stream, but for those that are there already: all of them or none.

    Parameters
    ----------
    stream : Stream
        Where to.
    path : str or Path
        From `export_edits`.

    Returns
    -------
    int
        Number of gestures that were new.

    Raises
    ------
    InputError
        There is no such file, or it does not hold the edits of a journal.
    JournalError
        The journal cannot be written.
    MissingDependencyError
        Parquet, and pyarrow is not installed.
    """
    path = Path(path)
    if path.suffix.lower() != ".parquet":
        return stream.import_(path)
    frame = read_file(path)
    columns: dict[str, list[object]] = {}
    for name in frame.columns:
        values = frame[name]
        columns[str(name)] = [None if gone else v for v, gone in zip(values.tolist(), values.isna(), strict=True)]
    if not columns:
        raise InputError(f"{path} has no columns.", hint="Import a file that a journal exported.")
    return stream.append_new(gestures_from_columns(columns, path.name))
