"""labelatlas: see, check and correct the labels of a DataFrame, inside the notebook.

`LabelMap` is the widget; `Atlas` the placed rows under it. The rooms `space`, `label_errors` and `label_shift` hold plain
functions of arrays. Everything heavy is loaded when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelatlas import label_errors, label_shift, space
    from labelatlas._compare import compare_embedders
    from labelatlas.atlas import Atlas
    from labelatlas.widget.label_map import LabelMap

__all__ = ["Atlas", "LabelMap", "compare_embedders", "label_errors", "label_shift", "space"]

_HOMES = {
    "Atlas": "labelatlas.atlas",
    "compare_embedders": "labelatlas._compare",
    "LabelMap": "labelatlas.widget.label_map",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("labelatlas")
    if name in __all__:
        return importlib.import_module(f"labelatlas.{name}")
    message = f"module 'labelatlas' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return __all__
