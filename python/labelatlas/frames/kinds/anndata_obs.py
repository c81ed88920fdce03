"""anndata.AnnData: rows are observations, columns those of `obs`, vectors and positions those of `obsm`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.frames.kind import FrameKind, is_instance_of
from labelatlas.frames.kinds.pandas_frame import PandasFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from labelatlas.frames.kind import Edit, RawLabels

_OBS = PandasFrame()


class AnnDataObs(FrameKind):
    """An annotated matrix; live sync writes into the caller's own `obs`.

    What comes out shares its matrices with what came in: they are never changed, and may be larger than memory allows twice.
    """

    name = "anndata"
    results = "pandas"

    def recognises(self, data: object) -> bool:
        """Return whether `data` is an AnnData object."""
        return is_instance_of(data, "anndata", "AnnData")

    def hold(self, data: Any) -> Any:
        """Return an AnnData with an `obs` of its own."""
        if data.isbacked:
            message = "an AnnData object must be in memory. Got one that is backed by a file."
            raise InputError(message, hint="Read it first: adata.to_memory().")
        return _with_obs(data, data.obs.copy(deep=False))

    def n_rows(self, store: Any) -> int:
        """Return the number of observations."""
        return int(store.n_obs)

    def column_names(self, store: Any) -> list[Any]:
        """Return the columns of `obs`."""
        return list(store.obs.columns)

    def take(self, store: Any, rows: npt.NDArray[np.integer]) -> Any:
        """Return some observations, as a copy: a view would turn into one at the first write anyway."""
        return store[rows].copy()

    def values(self, store: Any, name: Any) -> npt.NDArray[Any]:
        """Return a column of `obs` as an array."""
        return _OBS.values(store.obs, name)

    def labels(self, store: Any, name: Any) -> RawLabels:
        """Return a column of `obs` as codes."""
        return _OBS.labels(store.obs, name)

    def with_labels(self, store: Any, name: Any, into: Any, edit: Edit) -> Any:
        """Return the object with the column `into` of `obs` = column `name`, edited."""
        return _with_obs(store, _OBS.with_labels(store.obs, name, into, edit))

    def with_columns(self, store: Any, columns: Mapping[str, npt.NDArray[Any]]) -> Any:
        """Return the object with more columns in `obs`."""
        return _with_obs(store, _OBS.with_columns(store.obs, columns))

    def build(self, columns: Mapping[str, Any]) -> Any:
        """Return a new object with these columns in `obs`, and no matrix."""
        import anndata

        obs = _OBS.build(columns)
        return anndata.AnnData(obs=obs.set_axis([str(i) for i in range(len(obs))]))

    def index(self, store: Any) -> Any:
        """Return `obs_names`."""
        return store.obs.index

    def vectors(self, store: Any, name: str) -> npt.NDArray[Any] | None:
        """Return a matrix of `obsm`."""
        if name not in store.obsm:
            return None
        found = store.obsm[name]
        return np.asarray(found.toarray() if hasattr(found, "toarray") else found)

    def live(self, data: Any) -> Any:
        """Return the caller's own `obs`; a view of another object has none of its own."""
        return None if data.is_view else data.obs


def _with_obs(data: Any, obs: Any) -> Any:
    import anndata

    parts: dict[str, Any] = {name: dict(getattr(data, name)) for name in ("obsm", "varm", "layers", "obsp", "varp")}
    out = anndata.AnnData(X=data.X, obs=obs, var=data.var.copy(deep=False), uns=dict(data.uns), **parts)
    if data.raw is not None:
        out.raw = data.raw.to_adata()
    return out
