"""Each public name's docstring against its signature, so that the documents cannot drift from the code.

Public is what stands in `labelatlas.__all__` or in a room's `__all__`, and the public methods of such classes.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import typing
from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any

import pytest

import labelatlas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SECTION = re.compile(r"^(?P<title>[A-Z][A-Za-z ]+)\n-{3,}$", re.MULTILINE)
_ENTRY = re.compile(r"^(?P<names>\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: ?:.*)?$")
_NO_SENTENCE = "the first line must be a sentence that ends with a full stop"


def sections(docstring: str) -> dict[str, str]:
    """Return the numpydoc sections of a docstring by title; the text before the first is under ""."""
    found = list(_SECTION.finditer(docstring))
    ends = [*(match.start() for match in found), len(docstring)][1:]
    parts = {match["title"]: docstring[match.end() : end].strip("\n") for match, end in zip(found, ends, strict=True)}
    return {"": docstring[: found[0].start()] if found else docstring, **parts}


def entries(section: str) -> list[str]:
    """Return the names that a Parameters section describes, in order."""
    names: list[str] = []
    for line in section.splitlines():
        if line and not line[0].isspace() and (match := _ENTRY.match(line)):
            names += [name.strip().lstrip("*") for name in match["names"].split(",")]
    return names


def parameters(thing: Callable[..., Any]) -> list[str]:
    """Return the names of a callable's parameters but for self and cls."""
    return [name for name in inspect.signature(thing).parameters if name not in {"self", "cls"}]


def returns_something(thing: Callable[..., Any]) -> bool:
    """Return whether the annotation says that a value comes back."""
    annotation = inspect.signature(thing).return_annotation
    return annotation not in {None, "None", inspect.Signature.empty, "NoReturn", "Never", typing.Never, typing.NoReturn}


def faults(name: str, thing: Any) -> list[str]:
    """Return a sentence for each way in which a public thing's docstring does not match it.

    A class is described by its docstring: its parameters there (numpydoc), those of a dataclass under Attributes, if it likes.
    A property needs a docstring, whose first line says what it is.
    """
    docstring = inspect.getdoc(thing.fget if isinstance(thing, property) else thing)
    if not docstring:
        return [f"{name}: has no docstring."]
    wrong = [] if docstring.splitlines()[0].rstrip().endswith((".", "?", ":")) else [f"{name}: {_NO_SENTENCE}."]
    if isinstance(thing, property) or not callable(thing):
        return wrong
    parts = sections(docstring)
    if inspect.isclass(thing):
        return wrong + _class_faults(name, thing, parts)
    expected, described = parameters(thing), entries(parts.get("Parameters", ""))
    if expected != described:
        wrong.append(f"{name}: takes {expected}, its docstring describes {described}.")
    if returns_something(thing) and not (
        {"Returns", "Yields"} & set(parts) or _says_what_comes_back(parts[""], expected)
    ):
        wrong.append(f"{name}: returns a value, its docstring has no Returns section.")
    return wrong


def _says_what_comes_back(summary: str, expected: list[str]) -> bool:
    """A callable without parameters may say it in its first line: "Return the ..."."""
    return not expected and summary.startswith(("Return", "The ", "Whether", "A ", "An "))


def _class_faults(name: str, thing: type, parts: dict[str, str]) -> list[str]:
    if issubclass(thing, BaseException) or typing.is_typeddict(thing) or getattr(thing, "_is_protocol", False):
        return []
    described = entries(parts.get("Parameters", ""))
    if is_dataclass(thing) or hasattr(thing, "_fields"):
        described += entries(parts.get("Attributes", ""))
        missing = [field for field in _own_fields(thing) if field not in described]
        return [f"{name}: the fields {missing} are described nowhere."] if missing else []
    try:
        expected = parameters(thing)
    except ValueError:  # a built-in base without a signature
        return []
    return [] if expected == described else [f"{name}: takes {expected}, its docstring describes {described}."]


def _own_fields(thing: type) -> list[str]:
    """Return the public fields that the class itself declares; a base describes its own."""
    return [field for field in inspect.get_annotations(thing) if not field.startswith("_")]


def _rooms() -> Iterator[Any]:
    yield labelatlas
    for module in pkgutil.iter_modules(labelatlas.__path__, "labelatlas."):
        if not module.name.rpartition(".")[2].startswith("_"):
            yield importlib.import_module(module.name)


def _public() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for room in _rooms():
        for name in getattr(room, "__all__", ()):
            thing = getattr(room, name)
            own = str(getattr(thing, "__module__", "")).startswith("labelatlas")
            if not own or inspect.ismodule(thing) or not callable(thing):
                continue  # constants, registries and type aliases are explained where they stand
            found[f"{room.__name__}.{name}"] = thing
            if inspect.isclass(thing) and not typing.is_typeddict(thing):
                for method, member in vars(thing).items():
                    plain = member.__func__ if isinstance(member, classmethod | staticmethod) else member
                    if not method.startswith("_") and (inspect.isfunction(plain) or isinstance(plain, property)):
                        found[f"{room.__name__}.{name}.{method}"] = plain
    return found


PUBLIC = _public()


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_name_is_described_as_it_is(name: str) -> None:
    wrong = faults(name, PUBLIC[name])
    assert not wrong, "\n".join(wrong)


def _drifted_names(a: int, b: int) -> int:
    """Return the sum.

    Parameters
    ----------
    a, c : int
        Numbers.

    Returns
    -------
    int
    """
    return a + b


def _drifted_order(a: int, b: int) -> None:
    """Do nothing.

    Parameters
    ----------
    b : int
    a : int
    """


def _no_returns(a: int) -> int:
    """Return it.

    Parameters
    ----------
    a : int
    """
    return a


def _no_docstring(a: int) -> int:
    return a


def _no_sentence() -> None:
    """Does something"""


class _DriftedClass:
    """A thing.

    Parameters
    ----------
    size : int
    """

    def __init__(self, length: int) -> None:
        self.length = length


PLANTED = [
    (_drifted_names, r"takes \['a', 'b'\], its docstring describes \['a', 'c'\]"),
    (_drifted_order, r"takes \['a', 'b'\], its docstring describes \['b', 'a'\]"),
    (_no_returns, "no Returns section"),
    (_no_docstring, "has no docstring"),
    (_no_sentence, "full stop"),
    (_DriftedClass, r"takes \['length'\], its docstring describes \['size'\]"),
]


@pytest.mark.parametrize(("thing", "message"), PLANTED)
def test_a_planted_drift_is_seen(thing: Any, message: str) -> None:
    wrong = faults("planted", thing)
    assert len(wrong) == 1
    assert re.search(message, wrong[0])


def _described(a: int, *rest: int, b: int = 0) -> int:
    """Return the sum.

    Parameters
    ----------
    a : int
        First.
        Second line: with a colon.
    *rest : int
    b : int, default 0

    Returns
    -------
    int
        The sum.

    Examples
    --------
    >>> _described(1, 2, b=3)
    6
    """
    return a + sum(rest) + b


def test_a_docstring_that_matches_is_let_pass() -> None:
    assert faults("described", _described) == []
