"""The names that scripts outside the project call: they stay, with the parameters by which they are called."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import numpy as np
import pytest

import labelatlas

# dotted name -> parameters that must be there (more may be), in this order; None: a property
KEPT: dict[str, list[str] | None] = {
    "LabelMap": [
        "data",
        "label",
        "key",
        "text",
        "image",
        "embedding",
        "features",
        "xy",
        "domain",
        "journal",
        "sync",
        "seed",
    ],
    "LabelMap.relabel": ["rows", "label", "keys"],
    "LabelMap.undo": [],
    "LabelMap.redo": [],
    "LabelMap.history": [],
    "LabelMap.to_frame": [],
    "LabelMap.selection": [],
    "LabelMap.selected": [],
    "LabelMap.plan": [],
    "LabelMap.conflicts": [],
    "LabelMap.atlas": None,
    "LabelMap.labels": None,
    "LabelMap.label_errors": [],
    "LabelMap.label_shift": ["source", "target"],
    "LabelMap.review": ["issues"],
    "LabelMap.on_selection": ["callback"],
    "Atlas.from_frame": ["data"],
    "Atlas.keys": None,
    "Atlas.vectors": None,
    "Atlas.neighbors": None,
    "Atlas.xy": None,
    "Atlas.clusters": None,
    "space.find_neighbors": ["X", "k"],
    "label_errors.suspicion": ["labels", "probabilities", "neighbors"],
    "label_errors.flag": ["labels", "probabilities", "neighbors"],
    "label_shift.estimate": ["source_probabilities", "source_labels", "target_probabilities"],
}
MANY_METHODS = 15
# `m.review(issues)` was promised by that name, beside `label_errors()`; nothing else may be added to it
MANY_METHODS_OF = {"LabelMap": 16}


def _find(dotted: str) -> Any:
    first, *rest = dotted.split(".")
    try:
        thing = getattr(labelatlas, first)
    except AttributeError:
        thing = importlib.import_module(f"labelatlas.{first}")
    for name in rest:
        thing = inspect.getattr_static(thing, name, None) or getattr(thing, name)
    return thing.__func__ if isinstance(thing, classmethod | staticmethod) else thing


@pytest.mark.parametrize("dotted", [name for name, kept in KEPT.items() if kept is not None])
def test_a_public_callable_keeps_its_parameters(dotted: str) -> None:
    kept = KEPT[dotted] or []
    taken = list(inspect.signature(_find(dotted)).parameters)
    missing = [name for name in kept if name not in taken]
    assert not missing, f"{dotted}({', '.join(taken)}) lacks {missing}"
    by_place = [name for name in kept if name in {"rows", "label", "X", "k", "source", "target", "data"}]
    if dotted != "LabelMap":
        assert [name for name in taken if name in by_place] == by_place


@pytest.fixture(scope="module")
def label_map() -> Any:
    rng = np.random.default_rng(0)
    data = {"id": list(range(30)), "label": ["a", "b", "c"] * 10}
    return labelatlas.LabelMap(data, label="label", key="id", xy=rng.normal(size=(30, 2)), journal=None, progress=False)


@pytest.mark.parametrize("dotted", [name for name, kept in KEPT.items() if kept is None])
def test_a_public_attribute_stays(dotted: str, label_map: Any) -> None:
    owner, name = dotted.split(".")
    thing = {"LabelMap": label_map, "Atlas": label_map.atlas}[owner]
    assert isinstance(thing, getattr(labelatlas, owner))
    assert hasattr(thing, name)


def test_the_number_of_neighbours_is_15_unless_said() -> None:
    assert inspect.signature(_find("space.find_neighbors")).parameters["k"].default == 15


def test_only_the_data_of_a_map_goes_by_place() -> None:
    kinds = {name: parameter.kind for name, parameter in inspect.signature(_find("LabelMap")).parameters.items()}
    assert [name for name, kind in kinds.items() if kind is not inspect.Parameter.KEYWORD_ONLY] == ["data"]


def _modules() -> list[str]:
    rooms = [module.name for module in pkgutil.iter_modules(labelatlas.__path__, "labelatlas.") if module.ispkg]
    return ["labelatlas", *(name for name in rooms if not name.rpartition(".")[2].startswith("_"))]


@pytest.mark.parametrize("module", _modules())
def test_all_is_sorted_without_repeats_and_true(module: str) -> None:
    loaded = importlib.import_module(module)
    names = list(loaded.__all__)
    assert names == sorted(set(names))
    assert [name for name in names if getattr(loaded, name, None) is None] == []


def test_the_package_lists_its_lazy_names_for_completion() -> None:
    assert set(labelatlas.__all__) <= set(dir(labelatlas))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = labelatlas.no_such_name


def _public_methods(thing: type) -> list[str]:
    return [
        name
        for name, member in vars(thing).items()
        if not name.startswith("_") and (callable(member) or isinstance(member, classmethod | staticmethod))
    ]


def _crowded(things: list[type]) -> list[str]:
    return [
        thing.__name__
        for thing in things
        if len(_public_methods(thing)) > MANY_METHODS_OF.get(thing.__name__, MANY_METHODS)
    ]


def test_no_public_class_has_more_public_methods_than_can_be_learnt() -> None:
    classes = [thing for name in labelatlas.__all__ if inspect.isclass(thing := getattr(labelatlas, name))]
    assert _crowded(classes) == []


def test_a_class_with_16_public_methods_is_seen() -> None:
    planted = type("Planted", (), {f"method_{i}": id for i in range(MANY_METHODS + 1)})
    assert _crowded([planted]) == ["Planted"]
