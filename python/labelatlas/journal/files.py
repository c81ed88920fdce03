"""The edits of a stream in a file of text, CSV or JSON lines, and back; as columns, for formats that another room knows."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelatlas.exceptions import InputError, JournalError
from labelatlas.journal.lines import CELLS, COLUMNS, Line, check_line, from_cell, gestures_of, lines_of, to_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import IO

    from labelatlas.journal.gesture import Gesture
    from labelatlas.journal.lines import Numbered


def write_edits(gestures: Iterable[Gesture], path: Path) -> int:
    """Write the edits of gestures into a file, which is there whole or not at all.

    Parameters
    ----------
    gestures : iterable of Gesture
        In order.
    path : Path
        Ends in .csv or .jsonl.

    Returns
    -------
    int
        Number of gestures.

    Raises
    ------
    InputError
        The file is to be of another kind.
    JournalError
        It cannot be written.
    """
    write = _format(path)[0]
    count = 0

    def lines() -> Iterator[Line]:
        nonlocal count
        for gesture in gestures:
            count += 1
            yield from lines_of(gesture)

    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                write(file, lines())
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        message = f"the edits cannot be written to {path}: {error.strerror or error}."
        raise JournalError(message, hint="Name a file you may write, where there is room.") from error
    return count


def read_edits(path: Path) -> Iterator[Numbered]:
    """Yield the gestures that a file tells of.

    Parameters
    ----------
    path : Path
        From `write_edits`.

    Yields
    ------
    Numbered

    Raises
    ------
    InputError
        There is no such file, or it does not hold the edits of a journal.
    """
    read = _format(path)[1]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from gestures_of(read(file, path.name), path.name)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.", hint="Check the name.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} must be UTF-8 text: {error}.", hint="Import the file as it was exported.") from error


def edit_columns(gestures: Iterable[Gesture]) -> dict[str, list[Any]]:
    """Return the edits of gestures as columns of text and whole numbers.

    Parameters
    ----------
    gestures : iterable of Gesture
        In order.

    Returns
    -------
    dict of str to list
        Columns gesture and undoes (int; 0 = none), key, old and new as cells (a bare text stands for itself, all else is
        JSON, None = missing), fingerprint (16 hexadecimal digits), and what a gesture says, in text. One element a line.

    Examples
    --------
    >>> list(edit_columns([]))[:3]
    ['gesture', 'at', 'author']
    """
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for gesture in gestures:
        for line in lines_of(gesture):
            for name, value in zip(COLUMNS, line, strict=True):
                columns[name].append((to_cell(value) or None) if name in CELLS else value)
    columns["undoes"] = [number or 0 for number in columns["undoes"]]
    return columns


def gestures_from_columns(columns: Mapping[str, Sequence[Any]], name: str) -> Iterator[Numbered]:
    """Yield the gestures that columns tell of; the inverse of `edit_columns`.

    Parameters
    ----------
    columns : mapping of str to sequence
        As `edit_columns` returns them.
    name : str
        Where they come from, for messages.

    Yields
    ------
    Numbered

    Raises
    ------
    InputError
        They do not hold the edits of a journal.
    """
    _check_header(list(columns), name)

    def lines() -> Iterator[Line]:
        rows = zip(*(columns[column] for column in COLUMNS), strict=True)
        for i, row in enumerate(rows, 1):
            texts = {c: "" if v is None else str(v) for c, v in zip(COLUMNS, row, strict=True)}
            yield _line_of_texts(texts, f"row {i} of {name}")

    return gestures_of(lines(), name)


def _format(path: Path) -> tuple[Callable[[IO[str], Iterator[Line]], None], Callable[[IO[str], str], Iterator[Line]]]:
    formats = {".csv": (_write_csv, _read_csv), ".jsonl": (_write_jsonl, _read_jsonl)}
    found = formats.get(path.suffix.lower())
    if found is None:
        message = f"edits are exported as .csv, .jsonl or .parquet. Got {path.name!r} instead."
        raise InputError(message, hint="For Parquet: labelatlas journal export JOURNAL edits.parquet.")
    return found


def _write_csv(file: IO[str], lines: Iterator[Line]) -> None:
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines:
        undoes = "" if line.undoes is None else line.undoes
        writer.writerow([*line[:8], undoes, to_cell(line.key), line.fingerprint, to_cell(line.old), to_cell(line.new)])


def _read_csv(file: IO[str], name: str) -> Iterator[Line]:
    rows = csv.reader(file)
    try:
        header = next(rows, [])
        _check_header(header, name)
        for row in rows:
            place = f"line {rows.line_num} of {name}"
            if len(row) != len(header):
                message = f"{place} must have {len(header)} cells. Got {len(row)}."
                raise InputError(message, hint="Import the file as it was exported.")
            yield _line_of_texts(dict(zip(header, row, strict=True)), place)
    except csv.Error as error:
        raise InputError(f"line {rows.line_num} of {name} is no CSV: {error}.", hint="Export it again.") from error


def _line_of_texts(row: Mapping[str, str], place: str) -> Line:
    try:
        typed: dict[str, Any] = dict(row)
        typed |= {name: from_cell(row[name]) for name in CELLS}
        typed["gesture"] = int(row["gesture"])
        typed["undoes"] = int(row["undoes"] or 0) or None
    except ValueError as error:
        message = f"{place} must hold the edits of a journal, as they were exported: {error}."
        raise InputError(message, hint=f"The columns are {', '.join(COLUMNS)}.") from error
    return check_line([typed[name] for name in COLUMNS], place)


def _write_jsonl(file: IO[str], lines: Iterator[Line]) -> None:
    for line in lines:
        text = json.dumps(line._asdict(), ensure_ascii=False)
        # half a surrogate pair has no UTF-8; as an escape it has
        file.write((text if _is_utf8(text) else json.dumps(line._asdict())) + "\n")


def _read_jsonl(file: IO[str], name: str) -> Iterator[Line]:
    for i, text in enumerate(file, 1):
        place = f"line {i} of {name}"
        try:
            found = json.loads(text)
        except ValueError as error:
            raise InputError(f"{place} is no JSON: {error}.", hint="Import the file as it was exported.") from error
        _check_header(list(found) if isinstance(found, dict) else [], place)
        yield check_line([found[column] for column in COLUMNS], place)


def _check_header(names: list[str], place: str) -> None:
    lost = [column for column in COLUMNS if column not in names]
    if lost:
        message = f"{place} must have the columns {', '.join(COLUMNS)}. It lacks {', '.join(lost)}."
        raise InputError(message, hint="Import a file that a journal exported.")


def _is_utf8(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)
