"""cuML's UMAP, for those who have it: fed our neighbours and our start. It is never a dependency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import MissingDependencyError

if TYPE_CHECKING:
    from labelatlas._typing import Float32Array, Neighbors


def optimize_cuml(start: Float32Array, neighbors: Neighbors, seed: int, n_epochs: int) -> Float32Array:
    """Return the map that cuML makes of a start and a neighbour graph.

    Parameters
    ----------
    start : ndarray of shape (n, 2), float32
    neighbors : Neighbors
    seed : int
    n_epochs : int

    Returns
    -------
    ndarray of shape (n, 2), float32

    Raises
    ------
    MissingDependencyError
        When cuml is not installed.
    """
    try:
        from cuml.manifold import UMAP  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        message = "engine='cuml' needs the package cuml and a GPU. It cannot be imported here."
        raise MissingDependencyError(message, hint="engine='auto' needs neither.") from error
    n, k = neighbors.indices.shape
    own = np.arange(n, dtype=np.int64)[:, None], np.zeros((n, 1), dtype=np.float32)  # cuML counts the row itself
    graph = [np.hstack([first, part]) for first, part in zip(own, neighbors, strict=True)]
    model: Any = UMAP(
        n_neighbors=k + 1, init=start, n_epochs=n_epochs, random_state=seed % 2**32, precomputed_knn=tuple(graph), output_type="numpy"
    )  # fmt: skip
    return np.asarray(model.fit_transform(np.zeros((n, 1), dtype=np.float32)), dtype=np.float32)
