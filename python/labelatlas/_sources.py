"""What an atlas is made of: the columns, arrays and functions that say where rows lie, and the vectors they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from labelatlas._typing import Float32Array
    from labelatlas.frames import Table

EmbeddingSource: TypeAlias = "str | Path | npt.NDArray[Any] | Callable[[Any], Any]"
EmbedderSource: TypeAlias = "str | Path | Callable[[Any], Any]"
XySource: TypeAlias = "str | tuple[str, str] | npt.NDArray[Any]"


OF_CELLS = ("text", "image", "audio")
FORGOTTEN = "a function that was not written down"


@dataclass(frozen=True)
class Sources:
    """What rows are placed by.

    Attributes
    ----------
    text, image, audio : str or None
        Columns.
    embedding : str, Path, ndarray, callable or None
        A column of vectors, a file of them, the vectors, or a function from the frame to the vectors.
    features : tuple of str
        Columns.
    weights : mapping of str to float, or None
        How much each source counts when several make the space together.
    embedder : mapping of str to str, Path or callable
        What turns the cells of "text", "image" and "audio" into vectors, where that is not the default; `FORGOTTEN` for a
        function that was not written down.
    """

    text: str | None = None
    image: str | None = None
    audio: str | None = None
    embedding: EmbeddingSource | None = field(default=None, repr=False)
    features: tuple[str, ...] = ()
    weights: Mapping[str, float] | None = None
    embedder: Mapping[str, EmbedderSource] = field(default_factory=dict)

    @property
    def content(self) -> tuple[str, ...]:
        """Return the columns that say what a row is."""
        named = (self.text, self.image, self.audio, *self.features)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    @property
    def named(self) -> list[str]:
        """Return the sources that are there, the one that leads first."""
        there = {"embedding": self.embedding is not None, "image": self.image is not None}
        there |= {"audio": self.audio is not None, "text": self.text is not None, "features": bool(self.features)}
        return [name for name, given in there.items() if given]

    @property
    def used(self) -> list[str]:
        """Return the sources that make the space."""
        return list(self.weights) if self.weights is not None else self.named[:1]

    def settled(self, embedder: EmbedderSource | Mapping[str, EmbedderSource] | None) -> Sources:
        """Return the sources with what embeds each, named once: another machine may have other defaults.

        Parameters
        ----------
        embedder : str, Path, callable, mapping of these, or None
            As the caller gives it.

        Returns
        -------
        Sources

        Raises
        ------
        InputError
            It is for nothing, for several at once, or missing where there is no default.
        """
        cells = [name for name in self.used if name in OF_CELLS]
        given: Mapping[str, EmbedderSource] = {}
        if isinstance(embedder, Mapping):
            given = embedder
        elif embedder is not None:
            if len(cells) != 1:
                message = f"embedder must be for one of text, image and audio. Got sources {self.used} instead."
                raise InputError(message, hint='For several: embedder={"text": ..., "image": ...}.')
            given = {cells[0]: embedder}
        if not set(given) <= set(cells):
            raise InputError(f"embedder must name some of {cells}. Got {sorted(given)} instead.")
        return replace(self, embedder={name: _checked(name, given.get(name)) for name in cells})

    def check(self, table: Table) -> None:
        """Raise when a column is missing or a weight is for nothing.

        Parameters
        ----------
        table : Table
        """
        named = [("text", self.text), ("image", self.image), ("audio", self.audio)]
        named += [("features", name) for name in self.features]
        for parameter, name in named:
            if name is not None:
                table.require(name, parameter)
        if self.weights is None:
            return
        if not self.weights or not set(self.weights) <= set(self.named):
            message = f"weights must name some of {self.named}. Got {sorted(self.weights)} instead."
            raise InputError(message, hint="Give weights to sources that are given too: text=, image=, ...")
        if any(not np.isfinite(weight) or weight <= 0.0 for weight in self.weights.values()):
            raise InputError(f"weights must be above 0. Got {dict(self.weights)} instead.", hint="Leave a source out.")


def _checked(name: str, given: EmbedderSource | None) -> EmbedderSource:
    """Return what embeds the cells of a source: what is given, if it can, else the default."""
    from labelatlas import embed

    if given is not None and callable(given):
        return given
    if name == "text":
        return given or ("tf-idf + wordllama" if embed.has_words() else "tf-idf")
    if name == "image" and (given is None or embed.embeds_pictures(given)):
        return given or "pixels"
    message = (
        f"embedder must be a function from a list of the cells of {name}= to their vectors. Got {given!r} instead."
    )
    named = ' Or one of "pixels", "efficientnet-lite0", "timm:MODEL", "open_clip:MODEL".' if name == "image" else ""
    raise InputError(message, hint=f"embedder=lambda cells: model.encode(cells).{named}")


def positions_of(table: Table, xy: XySource) -> Float32Array:
    """Return the positions that the caller gives.

    Parameters
    ----------
    table : Table
    xy : str, tuple of two str, or ndarray of shape (n, 2)

    Returns
    -------
    ndarray of shape (n, 2), float32

    Raises
    ------
    InvalidRowsError
        Positions that are not finite.
    InputError
        Another shape.
    """
    from labelatlas.embed import InvalidRowsError

    if isinstance(xy, list) and len(xy) == 2 and all(isinstance(name, str) for name in xy):
        xy = (str(xy[0]), str(xy[1]))  # what a person writes who thinks of columns
    if isinstance(xy, str):
        found = table.vectors(xy, "xy")
        pairs = [np.full(2, np.nan) if pair is None else pair for pair in found] if found.dtype == object else found
        values = np.asarray(pairs, dtype=np.float64)
    elif isinstance(xy, tuple):
        for name in xy:
            table.require(name, "xy")
        columns = [table.values(name) for name in xy]
        values = np.stack(
            [np.array([np.nan if v is None else v for v in c], dtype=np.float64) for c in columns], axis=1
        )
    else:
        values = np.asarray(xy, dtype=np.float64)
    if values.shape != (table.n_rows, 2):
        message = f"xy must have shape ({table.n_rows}, 2). Got {values.shape} instead."
        raise InputError(message, hint="Give two columns, xy=('x', 'y'), or one pair of numbers a row.")
    bad = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(bad):
        message = f"xy must be finite. Got {len(bad)} that are not instead"
        raise InvalidRowsError(message, bad.tolist(), hint="Drop these rows, or let labelatlas make the map.")
    return values.astype(np.float32)
