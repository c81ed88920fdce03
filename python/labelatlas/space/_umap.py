"""umap-learn's optimiser, made to start cold.

Nothing is compiled twice on a machine, and umap-learn's neighbour search, spectral start and graph step are left out.

Only one compiled function remains, a pass over all edges. Numba can keep it on disk; umap-learn does not ask for that, so
`load_epoch` does.

The loop over epochs is ours, so that progress can be told and an interrupt lands between two epochs. It passes the
arguments that `umap.layouts.optimize_layout_euclidean` passes; a test holds the two to the same bytes. Should another
release of umap-learn change that function's parameters, its public loop is called instead, without progress.
"""

from __future__ import annotations

import functools
import inspect
import logging
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.space._compiled import keep_compiled

if TYPE_CHECKING:
    from collections.abc import Callable

    import scipy.sparse

    from labelatlas._typing import Float32Array, Float64Array, Int64Array

_logger = logging.getLogger(__name__)

_NEGATIVES = 5
_EPOCH_PARAMETERS = (
    "head_embedding", "tail_embedding", "head", "tail", "n_vertices", "epochs_per_sample", "a", "b", "rng_state_per_sample",
    "gamma", "dim", "move_other", "alpha", "epochs_per_negative_sample", "epoch_of_next_negative_sample",
    "epoch_of_next_sample", "n", "densmap_flag", "dens_phi_sum", "dens_re_sum", "dens_re_cov", "dens_re_std",
    "dens_re_mean", "dens_lambda", "dens_R", "dens_mu", "dens_mu_tot",
)  # fmt: skip


@functools.cache
def load_epoch() -> Callable[..., None] | None:
    """Return umap-learn's pass over all edges, compiled or read from numba's cache; None when it is not the one we know.

    Returns
    -------
    callable or None
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # umap-learn warns on import that tensorflow is absent; nothing here uses it
        import umap.layouts
    epoch = getattr(umap.layouts, "_nb_optimize_layout_euclidean_single_epoch", None)
    if epoch is None or tuple(inspect.signature(epoch.py_func).parameters) != _EPOCH_PARAMETERS:
        _logger.info("this umap-learn has another inner loop: the map is made by its public function, without progress")
        return None
    edge = np.zeros(1, dtype=np.int32)
    coordinates = np.zeros((1, 2), dtype=np.float32)
    keep_compiled(
        epoch,
        lambda: _run_epochs(
            epoch, coordinates, edge, edge, np.ones(1), (1.0, 1.0), np.zeros(3, dtype=np.int64), 1, None, None, 1.0
        ),
    )
    return epoch


def optimize(
    start: Float32Array,
    graph: scipy.sparse.csr_matrix,
    curve: tuple[float, float],
    stream: Int64Array,
    n_epochs: int,
    progress: Callable[[int, int], None] | None,
    frames: Callable[[Float32Array], None] | None = None,
    pace: float = 1.0,
) -> Float32Array:
    """Return the map that umap-learn's stochastic gradient descent makes of a start and a weighted graph.

    Parameters
    ----------
    start : ndarray of shape (n, 2), float32
        Changed in place.
    graph : csr_matrix of shape (n, n), float32
    curve : (float, float)
        The a and b of the low-dimensional similarity 1 / (1 + a x^(2b)).
    stream : ndarray of shape (3,), int64
        State of the random stream.
    n_epochs : int
    progress : callable or None
    frames : callable or None
        Given the map as it stands, as often as `progress` is told.
    pace : float
        Length of the first steps, in (0, 1].

    Returns
    -------
    ndarray of shape (n, 2), float32
    """
    edges = graph.tocoo()
    strong = edges.data >= edges.data.max() / n_epochs  # weaker edges would not be drawn once
    head, tail = edges.row[strong].astype(np.int32), edges.col[strong].astype(np.int32)
    weights = edges.data[strong].astype(np.float64)
    epochs_per_sample = weights.max() / weights
    epoch = load_epoch()
    if epoch is not None:
        return _run_epochs(epoch, start, head, tail, epochs_per_sample, curve, stream, n_epochs, progress, frames, pace)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from umap.layouts import optimize_layout_euclidean

        moved: Any = optimize_layout_euclidean(
            start, start, head, tail, n_epochs, len(start), epochs_per_sample, *curve, stream,
            initial_alpha=pace, negative_sample_rate=_NEGATIVES, move_other=True,
        )  # fmt: skip
    return moved


def _run_epochs(
    epoch: Callable[..., None],
    xy: Float32Array,
    head: Any,
    tail: Any,
    epochs_per_sample: Float64Array,
    curve: tuple[float, float],
    stream: Int64Array,
    n_epochs: int,
    progress: Callable[[int, int], None] | None,
    frames: Callable[[Float32Array], None] | None,
    pace: float,
) -> Float32Array:
    per_negative = epochs_per_sample / _NEGATIVES
    next_sample, next_negative = epochs_per_sample.copy(), per_negative.copy()
    # A stream per row, told apart by the bits of its first coordinate, as umap-learn does.
    bits = xy[:, 0].astype(np.float64).view(np.int64)[:, None]
    streams = np.full((len(xy), len(stream)), stream, dtype=np.int64) + bits
    unused = (np.zeros(1, dtype=np.float32),) * 2
    move_other, densmap = True, False
    alpha = pace
    tell_every = max(1, n_epochs // 100)
    for i in range(n_epochs):
        epoch(
            xy, xy, head, tail, len(xy), epochs_per_sample, float(curve[0]), float(curve[1]), streams, 1.0, 2, move_other,
            alpha, per_negative, next_negative, next_sample, i, densmap, *unused, 0, 0, 0, 0, *unused, 0,
        )  # fmt: skip
        alpha = pace * (1.0 - i / n_epochs)
        if (i + 1) % tell_every == 0 or i + 1 == n_epochs:
            if progress is not None:
                progress(i + 1, n_epochs)
            if frames is not None:
                frames(xy)
    return xy
