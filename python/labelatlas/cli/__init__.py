"""The command line: `labelatlas demo`, `labelatlas journal ...`, `labelatlas cache ...`.

It composes what the package offers and may import every room. To add a command: a module here with `add_parser(commands)`,
whose parser sets `run` to a function from the options to an exit status, and its name in `_COMMANDS`.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from labelatlas.exceptions import LabelAtlasError

if TYPE_CHECKING:
    from collections.abc import Sequence

    Commands: TypeAlias = "argparse._SubParsersAction[Any]"  # noqa: SLF001 - it has no public name  # pyright: ignore[reportPrivateUsage]  # pyright: ignore[reportPrivateUsage]

__all__ = ["main"]

_COMMANDS = ("cache", "demo", "journal")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str or None
        The words after `labelatlas`; None = those of this process.

    Returns
    -------
    int
        0; 1 after an error, which is told in one line on standard error, and where `journal verify` found damage.

    Examples
    --------
    >>> main(["demo", "--notebook", "nowhere.ipynb", "--headless"])
    1
    """
    parser = argparse.ArgumentParser(prog="labelatlas", description="Correct the labels of a DataFrame in a notebook.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in _COMMANDS:
        import_module(f"labelatlas.cli.{name}").add_parser(commands)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except LabelAtlasError as error:
        sys.stderr.write(f"labelatlas: {error}\n")
        return 1
    except BrokenPipeError:  # `labelatlas journal show ... | head`
        sys.stderr.close()
        return 0
