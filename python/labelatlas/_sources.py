"""What an atlas is made of: the columns, arrays and functions that say where rows lie, and the vectors they become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

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

    @property
    def forgot(self) -> bool:
        """Tell whether something was not written down when the atlas was saved: vectors at hand, or a function."""
        return FORGOTTEN in self.embedder.values() or (isinstance(self.embedding, str) and self.embedding == FORGOTTEN)

    @property
    def tell(self) -> bool:
        """Tell whether these sources say how the rows of another frame become vectors: vectors at hand do not."""
        at_hand = self.embedding is not None and not callable(self.embedding) and not isinstance(self.embedding, str)
        return bool(self.named) and not self.forgot and not (at_hand and "embedding" in self.used)

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
        weights = None if self.weights is None else {name: float(weight) for name, weight in self.weights.items()}
        return replace(self, embedder={name: _checked(name, given.get(name)) for name in cells}, weights=weights)

    def at_hand(self, table: Table) -> Sources:
        """Return the sources with vectors that are there already, in memory or in a file, as one array.

        Parameters
        ----------
        table : Table

        Returns
        -------
        Sources
            A column and a function stay what they are.

        Raises
        ------
        InputError
            What is given are no vectors, or not one a row.
        """
        from labelatlas import embed

        given: Any = self.embedding
        if given is None or callable(given):
            return self
        if isinstance(given, str) and (given in table.column_names or not embed.is_vector_file(given)):
            return self
        if hasattr(given, "toarray"):  # a sparse matrix
            message = f"embedding must be a dense array. Got {type(given).__name__}."
            raise InputError(message, hint="Reduce it first, for example by TruncatedSVD, or pass embedding.toarray().")
        array = embed.read_vectors(Path(given)) if isinstance(given, str | Path) else embed.vector_array(given)
        if array.ndim == 0:
            message = f"embedding must be a column, a file, a function or one vector a row. Got {type(given).__name__}."
            raise InputError(message, hint="embedding=vectors, of shape (rows, dimensions).")
        if len(array) != table.n_rows:
            message = f"embedding must have one vector a row. Got {len(array)} for {table.n_rows} rows."
            raise InputError(message, hint="Embed the rows of this very frame, in its order.")
        return replace(self, embedding=array)

    def check(self, table: Table) -> None:
        """Raise when a column is missing or a weight is for nothing.

        Parameters
        ----------
        table : Table
        """
        named = [("text", self.text), ("image", self.image), ("audio", self.audio)]
        named += [("features", name) for name in self.features]
        for parameter, name in named:
            if name is not None or parameter == "features":
                table.require(name, parameter)
        if self.weights is None:
            return
        if not isinstance(self.weights, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"weights must say for each source what it counts. Got {type(self.weights).__name__} instead."
            raise InputError(message, hint='weights={"text": 1, "features": 0.3}')
        if not self.weights or not set(self.weights) <= set(self.named):
            message = f"weights must name some of {self.named}. Got {sorted(self.weights)} instead."
            raise InputError(message, hint="Give weights to sources that are given too: text=, image=, ...")
        if not all(_is_weight(weight) for weight in self.weights.values()):
            raise InputError(f"weights must be above 0. Got {dict(self.weights)} instead.", hint="Leave a source out.")


def _is_weight(weight: Any) -> bool:
    """Return whether something is a finite number above 0."""
    try:
        return 0.0 < float(weight) < np.inf
    except (TypeError, ValueError):
        return False


def _checked(name: str, given: EmbedderSource | None) -> EmbedderSource:
    """Return what embeds the cells of a source: what is given, if it can, else the default."""
    from labelatlas import embed

    if given is not None and callable(given):
        return given
    if name == "text" and isinstance(given, str | Path | None):  # pyright: ignore[reportUnnecessaryIsInstance]
        return given or ("tf-idf + wordllama" if embed.has_words() else "tf-idf")
    if name == "image" and (given is None or embed.embeds_pictures(given)):
        return given or "pixels"
    message = (
        f"embedder must be a function from a list of the cells of {name}= to their vectors. Got {given!r} instead."
    )
    named = {
        "image": ' Or one of "pixels", "efficientnet-lite0", "timm:MODEL", "open_clip:MODEL".',
        "text": ' Or "tf-idf + wordllama", "wordllama", "tf-idf", or the folder of a sentence-transformers model.',
    }
    raise InputError(message, hint=f"embedder=lambda cells: model.encode(cells).{named.get(name, '')}")


def settled_xy(xy: XySource) -> XySource:
    """Return positions as they are named, by columns, or as one array of what was given.

    Parameters
    ----------
    xy : as of `Atlas.from_frame`

    Returns
    -------
    str, tuple, or ndarray of shape (n, 2) or (n,) of pairs
    """
    from labelatlas.embed import vector_array

    given: Any = xy
    if isinstance(given, str) or (isinstance(given, tuple) and all(isinstance(name, str | int) for name in given)):
        return given
    if isinstance(given, list) and len(given) == 2 and all(isinstance(name, str) for name in given):
        return given[0], given[1]  # what a person writes who thinks of columns
    return vector_array(given)


def positions_of(table: Table, xy: XySource) -> Float32Array:
    """Return the positions that the caller gives.

    Parameters
    ----------
    table : Table
    xy : str, tuple of two str, or ndarray
        From `settled_xy`.

    Returns
    -------
    ndarray of shape (n, 2), float32

    Raises
    ------
    InvalidRowsError
        Positions that are missing, no pairs, or not finite.
    InputError
        Another shape, or no numbers.
    """
    from labelatlas.embed import InvalidRowsError

    if isinstance(xy, tuple):
        for name in xy:
            table.require(name, "xy")
        values = np.stack([_numbers(table.values(name), name) for name in xy], axis=1)
    else:
        found = table.vectors(xy, "xy") if isinstance(xy, str) else xy
        values = _pairs(found) if found.dtype == object and found.ndim == 1 else _numbers(found, None)
    if values.shape != (table.n_rows, 2):
        message = f"xy must have shape ({table.n_rows}, 2). Got {values.shape} instead."
        raise InputError(message, hint="Give two columns, xy=('x', 'y'), or one pair of numbers a row.")
    with np.errstate(over="ignore"):  # what does not fit float32 becomes infinite and is named
        places = values.astype(np.float32)
    bad = np.flatnonzero(~np.isfinite(places).all(axis=1))
    if len(bad):
        message = f"xy must be two finite numbers a row. Got {len(bad)} that are not instead"
        raise InvalidRowsError(message, bad.tolist(), hint="Drop these rows, or let labelatlas make the map.")
    return places


def _numbers(values: npt.NDArray[Any], name: object) -> npt.NDArray[np.float64]:
    """Return numbers as float64, NaN where one is missing."""
    cause: Exception | None = None
    if values.dtype.kind not in "cMm":
        try:
            filled = [np.nan if value is None else value for value in values] if values.ndim == 1 else values
            return np.asarray(filled, dtype=np.float64)
        except (TypeError, ValueError) as error:
            cause = error
    where = "" if name is None else f" in column {name!r}"
    message = f"xy must be numbers. Got others{where}: {cause or values.dtype}."
    raise InputError(message, hint="Give two columns of numbers, xy=('x', 'y').") from cause


def _pairs(cells: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return one pair a cell, NaN where it holds none."""
    pairs = np.full((len(cells), 2), np.nan)
    for row, cell in enumerate(cells):
        try:
            pair = np.asarray(cell, dtype=np.float64)
        except (TypeError, ValueError):
            continue
        if pair.shape == (2,):
            pairs[row] = pair
    return pairs
