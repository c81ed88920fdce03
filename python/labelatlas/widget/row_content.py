"""What is shown of a row: text as text, pictures and sounds as bytes, HTML only where the user said that it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from labelatlas.embed import image_peak
from labelatlas.exceptions import InputError
from labelatlas.widget.encode import png, text_cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from labelatlas._typing import Int64Array
    from labelatlas.frames import Table
    from labelatlas.widget.protocol import ColumnInfo, ColumnType
    from labelatlas.widget.row_columns import RowColumns

_MOST_SOUND = 8_000_000  # bytes: a message over 10 MiB is refused by the server
_HTML_LENGTH = 20_000


class RowContent:
    """The columns of the hover card, the table and the gallery.

    Parameters
    ----------
    table : Table
        The rows.
    columns : RowColumns
        Their columns.
    shown : sequence of str
        What the hover card shows, in this order.
    image : str or None
        A column of pictures.
    """

    def __init__(self, table: Table, columns: RowColumns, shown: Sequence[str], image: str | None) -> None:
        self._table = table
        self._columns = columns
        self.shown: tuple[str, ...] = tuple(shown)
        self._media: dict[str, ColumnType] = {} if image is None else {image: "image"}
        self._peaks: dict[str, float | None] = {}
        if image is not None:
            self._peaks[image] = image_peak(table.values(columns.own_name(image)))

    def show(self, names: Sequence[str] | None, kinds: Mapping[str, Sequence[str]]) -> None:
        """Choose what the hover card shows, and which columns are pictures, sounds or HTML; see `View.show`.

        Raises
        ------
        InputError
            No such column, or one that holds nothing that can be shown.
        """
        media = dict(self._media)
        for kind, columns in kinds.items():
            for name in columns:
                self._columns.own_name(name)
                media[name] = cast("ColumnType", kind)
        more = [name for columns in kinds.values() for name in columns]
        wanted = tuple(dict.fromkeys([*self.shown, *more] if names is None else names))
        for name in wanted:
            if name not in media and self._columns.type_of(name) is None:
                message = f"column {name!r} holds nothing that can be shown as text."
                raise InputError(message, hint=f"Say what it is: m.view.show(image=[{name!r}]), audio= or html=.")
        self._media, self.shown = media, wanted

    def info(self) -> list[ColumnInfo]:
        """Return every column that can be shown."""
        names = [str(name) for name in self._table.column_names]
        return [
            {"name": name, "type": kind, "label": self._columns.is_label(name)}
            for name in dict.fromkeys(names)
            if names.count(name) == 1 and (kind := self.type_of(name)) is not None
        ]

    def type_of(self, name: str) -> ColumnType | None:
        """Return how a column is shown; None = not at all."""
        return self._media.get(name) or self._columns.type_of(name)

    def describe(self, rows: Int64Array, names: Sequence[str], length: int) -> tuple[list[dict[str, Any]], list[bytes]]:
        """Return the cells of some rows, column by column, and the bytes that they point to."""
        part = self._table.take(rows)
        columns: list[dict[str, Any]] = []
        blobs: list[bytes] = []
        for name in names:
            kind = self.type_of(name)
            values = self._values(part, name, rows)
            if kind == "image":
                columns.append({"type": kind, "name": name, "values": _bytes_of(values, blobs, self._picture(name))})
            elif kind == "audio":
                columns.append({"type": kind, "name": name, "values": _bytes_of(values, blobs, sound)})
            elif kind == "html":
                cells = [None if value is None else str(value)[:_HTML_LENGTH] for value in values]
                columns.append({"type": kind, "name": name, "values": cells})
            else:
                columns.append({"type": "text", "name": name, "values": text_cells(values, length)})
        return columns, blobs

    def _values(self, part: Table, name: str, rows: Int64Array) -> list[Any]:
        own = self._columns.own_name(name)
        held = self._columns.values(name)[rows] if self._columns.is_label(name) else part.values(own)
        return list(held)

    def _picture(self, name: str) -> Callable[[Any], bytes]:
        if name not in self._peaks:
            self._peaks[name] = image_peak(self._table.values(self._columns.own_name(name)))
        return lambda value: png(value, self._peaks[name])


def _bytes_of(values: Sequence[Any], blobs: list[bytes], read: Callable[[Any], bytes]) -> list[int | str | None]:
    """Return places in `blobs`, which grows; one that cannot be read is a sentence and spoils no other."""
    out: list[int | str | None] = []
    for value in values:
        if value is None:
            out.append(None)
            continue
        try:
            blob = read(value)
        except InputError as error:
            out.append(error.message)
            continue
        out.append(len(blobs))
        blobs.append(blob)
    return out


def sound(value: Any) -> bytes:
    """Return a sound as it is stored: bytes, a path, or a dict of either as `datasets` has it.

    Raises
    ------
    InputError
        It is none of these, cannot be read, or is larger than 8 MB.
    """
    if isinstance(value, dict):
        value = value.get("bytes") or value.get("path")
    if isinstance(value, bytes | bytearray | memoryview):
        blob = bytes(value)
    elif isinstance(value, str | os.PathLike):
        try:
            blob = Path(value).read_bytes()
        except (OSError, ValueError) as error:
            raise InputError(f"the sound {os.fspath(value)!r} cannot be read: {error}.") from None
    else:
        raise InputError(f"a sound must be bytes or a path. Got {type(value).__name__} instead.")
    if len(blob) > _MOST_SOUND:
        raise InputError(f"the sound is too large to be sent: {len(blob) / 1e6:.0f} MB of at most 8.")
    return blob
