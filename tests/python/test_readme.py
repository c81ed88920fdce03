"""Every python block of the README runs, in order and in one namespace, in an empty folder."""

from __future__ import annotations

import re
import sys
import types
from pathlib import Path

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"
_FENCE = re.compile(r"^```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^```\s*$", re.MULTILINE | re.DOTALL)


def python_blocks(text: str) -> list[tuple[int, str]]:
    """Return line number and code of each fenced block that says python."""
    return [
        (text.count("\n", 0, match.start("code")) + 1, match["code"])
        for match in _FENCE.finditer(text)
        if match["language"] == "python"
    ]


def run(text: str, name: str) -> dict[str, object]:
    """Run the blocks of a document in one namespace; an error's traceback tells the document's line."""
    module = types.ModuleType("__readme__")
    sys.modules[module.__name__] = module  # classes defined in a block can be pickled
    try:
        for line, code in python_blocks(text):
            exec(compile("\n" * (line - 1) + code, name, "exec"), vars(module))  # noqa: S102 - our own README
        return dict(vars(module))
    finally:
        del sys.modules[module.__name__]


def test_the_readme_has_code_and_all_of_it_runs() -> None:
    text = README.read_text(encoding="utf-8")
    assert python_blocks(text)
    run(text, str(README))


def test_every_file_that_the_readme_links_to_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text)
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_a_block_sees_the_names_of_those_before_it_and_other_languages_are_left_alone() -> None:
    text = "```python\na = 1\n```\n```console\n$ make test\n```\n```python\nb = a + 1\n```\n"
    assert run(text, "planted")["b"] == 2


def test_a_block_that_fails_tells_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run("# Title\n\n```python\na = 0\n1 / a\n```\n", "planted")
    assert caught.traceback[-1].lineno == 4
