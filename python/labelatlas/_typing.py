"""Array aliases and closed sets of words, named once.

An alias says dtype; the shape stands in the docstring of what uses it: n rows, d dimensions, k neighbours, C classes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Float32Array: TypeAlias = npt.NDArray[np.float32]
Float64Array: TypeAlias = npt.NDArray[np.float64]
Int32Array: TypeAlias = npt.NDArray[np.int32]
Int64Array: TypeAlias = npt.NDArray[np.int64]
UInt32Array: TypeAlias = npt.NDArray[np.uint32]
UInt8Array: TypeAlias = npt.NDArray[np.uint8]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Device: TypeAlias = Literal["auto", "cpu", "cuda"]
Engine: TypeAlias = Literal["auto", "numba", "torch", "umap-learn", "cuml"]
Level: TypeAlias = Literal["eom", "leaf"] | int
Metric: TypeAlias = Literal["cosine", "euclidean"]
Sync: TypeAlias = Literal["live", "manual"]
SyncState: TypeAlias = Literal["live", "manual", "detached", "stopped"]
Source: TypeAlias = Literal["human", "head", "llm", "rule"]
Arm: TypeAlias = Literal["shown", "hidden", "none"]
Decision: TypeAlias = Literal["keep", "relabel", "drop", "ambiguous"]

Step: TypeAlias = Callable[[str, int, int], None]
"""What long work calls between its parts: the stage, how much of it is done, and of how much; 0 = nobody knows.

It may raise, and the work ends then: that is how a search is cancelled.
"""

UNLABELLED = -1
"""The code of a row without a label."""


class Neighbors(NamedTuple):
    """The k nearest rows of every row, nearest first, the row itself left out.

    Attributes
    ----------
    indices : ndarray of shape (n, k), int32
        Row positions.
    distances : ndarray of shape (n, k), float32
        Distances in the metric that was asked for; cosine distance is 1 - cosine, in [0, 2].
    """

    indices: Int32Array
    distances: Float32Array
