"""Several embedders on the same labels, ranked by how well their spaces name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas.atlas import Atlas
from labelatlas.exceptions import InputError
from labelatlas.frames import Table

if TYPE_CHECKING:
    from labelatlas.space import SpaceQuality


_SOURCES = {"text", "image", "audio", "embedding", "features"}
_OPTIONS = _SOURCES | {"weights", "embedder", "on_invalid", "device", "exact"}
"""What an embedder is told; the other options of `Atlas.from_frame` are those of a map, or the same for all."""
_LIKE = 'sources={"words": {"text": "column"}, "mine": {"embedding": vectors}}'


@dataclass(frozen=True, kw_only=True, repr=False)
class EmbedderRanking(Findings):
    """Embedders, the best first.

    Attributes
    ----------
    names : tuple of str
        As the caller named them.
    embedders : tuple of str
        What each did.
    dimensions : tuple of int
        Of each space.
    qualities : tuple of SpaceQuality
        How often neighbours name a row's label, with its interval.
    """

    names: tuple[str, ...]
    embedders: tuple[str, ...]
    dimensions: tuple[int, ...]
    qualities: tuple[SpaceQuality, ...]

    def columns(self) -> Mapping[str, Any]:
        """Return one line for each embedder."""
        facts = {"name": self.names, "embedder": self.embedders, "dimensions": self.dimensions}
        parts = {name: [getattr(q, name) for q in self.qualities] for name in ("accuracy", "low", "high", "n_rows")}
        return {name: np.array(column) for name, column in {**facts, **parts}.items()}


def compare_embedders(
    data: object,
    sources: Mapping[str, Mapping[str, Any]],
    *,
    label: str,
    key: str | None = None,
    k: int = 10,
    seed: int = 0,
) -> EmbedderRanking:
    """Rank embedders by how often the nearest rows of a row name its label, each row left out of its own vote.

    Parameters
    ----------
    data : DataFrame or dict of columns
        With the label column; unlabelled rows are not asked.
    sources : mapping of str to mapping
        For each name what `Atlas.from_frame` takes: {"words": {"text": "question"}, "mine": {"embedding": vectors}}.
    label : str
        The label column.
    key : str or None
        As in `Atlas.from_frame`.
    k : int
        Voters.
    seed : int
        Of the embedders.

    Returns
    -------
    EmbedderRanking
        Intervals that overlap say that the data cannot tell two apart.

    Raises
    ------
    InputError
        There is nothing to compare, or an embedder cannot embed the rows.

    Examples
    --------
    >>> data = {"id": list(range(40)), "side": ["a", "b"] * 20, "x": [0.0, 9.0] * 20, "noise": np.sin(np.arange(40.0) ** 2)}
    >>> ranked = compare_embedders(data, {"x": {"features": ["x"]}, "noise": {"features": ["noise"]}}, label="side", key="id")
    >>> ranked.names
    ('x', 'noise')
    """
    if not isinstance(sources, Mapping) or not sources:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"sources must name at least one embedder. Got {sources!r}.", hint=_LIKE)
    for name, given in sources.items():
        if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
            message = f"sources must hold, for each name, what Atlas.from_frame takes. Got {type(given).__name__} for {name!r}."
            raise InputError(message, hint=_LIKE)
        strange = sorted(set(given) - _OPTIONS)
        if strange:
            message = f"sources must hold, for each name, some of {sorted(_OPTIONS)}. Got {strange} for {name!r}."
            raise InputError(message, hint="Key, seed and label are the same for all; a map is not made.")
        if all(given.get(source) is None for source in _SOURCES):
            message = (
                f"sources must say for each name what rows are placed by. Got none of {sorted(_SOURCES)} for {name!r}."
            )
            raise InputError(message, hint=_LIKE)
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InputError(f"k must be a whole number of at least 1. Got {k!r}.", hint="k=10 suits most data.")
    table = Table.from_any(data)
    table.require(label, "label")
    found: list[tuple[str, str, int, SpaceQuality]] = []
    # No map is needed: a place for each row, whichever, keeps it from being drawn.
    line = np.zeros((table.n_rows, 2))
    for name, given in sources.items():
        atlas = Atlas.from_frame(data, **given, xy=line, key=key, n_neighbors=k, seed=seed, progress=False)
        found.append((name, atlas.embedder, atlas.vectors.shape[1], atlas.quality(label, k=k)))
    found.sort(key=lambda one: -one[3].accuracy)
    names, embedders, dimensions, qualities = zip(*found, strict=True)
    return EmbedderRanking(names=names, embedders=embedders, dimensions=dimensions, qualities=qualities)
