"""`labelatlas cache`: how much is kept on disk, and removing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from labelatlas._cache import cache_dir
from labelatlas._cache_room import LIMIT_VARIABLE, cache_info, make_room

if TYPE_CHECKING:
    from labelatlas.cli import Commands


def add_parser(commands: Commands) -> None:
    """Add the command to those of the command line."""
    cache = commands.add_parser("cache", help="what is kept on disk so that it need not be computed again")
    acts = cache.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("info", help="where it is and how much it holds").set_defaults(run=_info)
    acts.add_parser("clear", help="remove all of it; nothing but time is lost").set_defaults(run=_clear)


def _info(_options: Any) -> int:
    held = cache_info(cache_dir())
    sys.stdout.write(f"{cache_dir()}\n{held.n_results} results, {held.n_bytes / 1e6:,.1f} MB")
    sys.stdout.write(f" of at most {held.limit / 1e6:,.0f} MB (set {LIMIT_VARIABLE} to change it)\n")
    return 0


def _clear(_options: Any) -> int:
    before = cache_info(cache_dir()).n_bytes
    removed = make_room(cache_dir(), limit=0)
    sys.stdout.write(f"removed {removed} results, {before / 1e6:,.1f} MB\n")
    return 0
