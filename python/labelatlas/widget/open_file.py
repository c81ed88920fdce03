"""A table in a file as a label map: what JupyterLab's "Open with" asks the kernel for.

The page shows the columns that `columns_of` finds and asks which is which; `open_file` then makes the map. Both are run in a
kernel that was started in the file's folder, so that the journal lies beside the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from labelatlas.exceptions import InputError, LabelAtlasError
from labelatlas.frames import Table, read_file, read_head, read_labels, write_file
from labelatlas.widget.label_map import LabelMap

if TYPE_CHECKING:
    from collections.abc import Sequence

ANSWER = "application/vnd.labelatlas.file+json"
"""The kind of output that carries an answer to the page."""

_HEAD = 2_000  # rows that are looked at before the columns are chosen
_LABEL_NAMES = ("label", "labels", "class", "category", "intent", "target", "y")
_KEY_NAMES = ("id", "key", "uuid", "row_id", "index")
_LONG = 24  # letters of a cell that is rather a text than a name


class Place(TypedDict):
    """A way to place the rows: its words, and the arguments of `open_file` that say it."""

    title: str
    arguments: dict[str, Any]


class Columns(TypedDict):
    """What the page's dialog offers, and what it has chosen beforehand; "" = none."""

    labels: list[str]
    texts: list[str]
    keys: list[str]
    places: list[Place]
    label: str
    text: str
    key: str


def columns_of(path: str | Path) -> Columns:
    """Return which columns of a file may be what, and the likely ones.

    Parameters
    ----------
    path : str or Path
        Ends in .csv or .parquet.

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        The file cannot be read, or no column of it can hold labels.
    """
    table = Table.from_any(read_head(path, _HEAD))
    kinds = {name: _kind(table, name) for name in table.column_names}
    labels = [name for name in table.column_names if _holds_labels(table, name)]
    if not labels:
        message = f"a map needs a column of labels. Got {Path(path).name}, which has none."
        raise InputError(
            message, hint="Labels are words, whole numbers or true/false; add such a column, empty if need be."
        )
    texts = [name for name, kind in kinds.items() if kind in {"text", "word"}]
    long = [name for name, kind in kinds.items() if kind == "text"]
    keys = [name for name in table.column_names if kinds[name] in {"text", "word", "whole"} and _is_unique(table, name)]
    numeric = {name for name, kind in kinds.items() if kind in {"number", "whole"}}
    drawn = {"x", "y"} <= numeric  # then "y" is a place and no label
    likely = [name for name in labels if not (drawn and name in {"x", "y"})]
    label = _named(likely, _LABEL_NAMES) or next((name for name in likely if name not in {*long, *keys}), labels[0])
    key = _named(keys, _KEY_NAMES)
    text = next((name for name in long if name != label), "")
    places: list[Place] = [
        {"title": f"The vectors in “{name}”", "arguments": {"embedding": name}}
        for name, kind in kinds.items()
        if kind == "vector"
    ]
    if drawn:
        places.append({"title": "The columns x and y", "arguments": {"xy": ["x", "y"]}})
    numbers = [name for name in table.column_names if name in numeric - {label, key}]
    if numbers:
        words = f"{len(numbers)} columns of numbers" if len(numbers) > 1 else f"The numbers in “{numbers[0]}”"
        places.append({"title": words, "arguments": {"features": numbers}})
    if texts:  # what is first is chosen beforehand
        places.insert(0 if text else len(places), {"title": "The text", "arguments": {}})
    return {"labels": labels, "texts": texts, "keys": keys, "places": places, "label": label, "text": text, "key": key}


def open_file(
    path: str | Path,
    *,
    label: str,
    text: str | None = None,
    key: str | None = None,
    embedding: str | None = None,
    features: Sequence[str] | None = None,
    xy: Sequence[str] | None = None,
    journal: str | None = "labelatlas.sqlite",
) -> LabelMap:
    """Make the map of a file. The file itself is never changed.

    Parameters
    ----------
    path : str or Path
        Ends in .csv or .parquet.
    label, text, key, embedding, features, xy, journal : see `LabelMap`

    Returns
    -------
    LabelMap
        Its edits are kept apart from those of other files in the same journal.

    Raises
    ------
    InputError
        The file cannot be read, or used as it is.
    JournalError
        The journal cannot be opened.
    """
    frame = read_file(path, text=[name for name in (text,) if name is not None])
    positions = None if xy is None else (xy[0], xy[1])
    return LabelMap(
        frame,
        label=label,
        text=text,
        key=key,
        embedding=embedding,
        features=features,
        xy=positions,
        journal=journal,
        dataset=Path(path).name,
        sync="manual",  # nobody holds the frame: the corrections leave by `save_copy`
    )


def save_copy(label_map: LabelMap, path: str | Path, source: str | Path) -> None:
    """Write the corrected frame into a file of its own.

    Parameters
    ----------
    label_map : LabelMap
        The map.
    path : str or Path
        Ends in .csv or .parquet.
    source : str or Path
        The file that the map was made of, which is not written over.

    Raises
    ------
    InputError
        The file is the source, is to be of another kind, or cannot be written.
    """
    if Path(path).resolve() == Path(source).resolve():
        message = f"the copy needs a name of its own. Got {Path(path).name!r}, which is the file that was opened."
        raise InputError(message, hint="The journal's edits belong to the labels as they were.")
    write_file(label_map.to_frame(), path)


def _kind(table: Table, name: str) -> str:
    """Return what the first cells of a column are: "text", "word", "whole", "number", "vector" or "other"."""
    cells = [cell for cell in table.values(name).tolist() if cell is not None]
    if not cells:
        return "other"
    if all(isinstance(cell, str) for cell in cells):
        return "text" if sum(map(len, cells)) > _LONG * len(cells) else "word"
    if all(isinstance(cell, bool) for cell in cells):
        return "other"
    if all(isinstance(cell, int) for cell in cells):
        return "whole"
    if all(isinstance(cell, int | float) for cell in cells):
        return "number"
    return "vector" if all(hasattr(cell, "__len__") and not isinstance(cell, str) for cell in cells) else "other"


def _holds_labels(table: Table, name: str) -> bool:
    try:
        read_labels(table, name)
    except LabelAtlasError:
        return False
    return True


def _is_unique(table: Table, name: str) -> bool:
    cells = table.values(name).tolist()
    return None not in cells and len(set(cells)) == len(cells)


def _named(names: Sequence[str], wanted: Sequence[str]) -> str:
    """Return the first of the names that is a usual one; "" when none is."""
    return next((name for word in wanted for name in names if name.lower() == word), "")
