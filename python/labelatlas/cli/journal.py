"""`labelatlas journal`: look into a journal, check it, take its edits out, bring them into a file of data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelatlas._payload import after_of, before_of, said_of
from labelatlas.exceptions import InputError
from labelatlas.journal import Journal, Stream, StreamKey, code_of, salvage, undone_gestures

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from labelatlas.cli import Commands

_SHOWN = 20  # problems of a replay that are listed


def add_parser(commands: Commands) -> None:
    """Add the command to those of the command line."""
    journal = commands.add_parser("journal", help="look into a journal, check it, export and replay its edits")
    acts = journal.add_subparsers(dest="act", required=True, metavar="ACT")

    show = _add(acts, "show", _show, "list its streams and their gestures")
    show.add_argument("--code", action="store_true", help="print the edits as Python instead")

    export = _add(acts, "export", _export, "write every edit into a file, one line for each row")
    export.add_argument("file", type=Path, help=".csv, .jsonl or .parquet")

    importing = _add(acts, "import", _import, "append the edits of an exported file; those that are there are left out")
    importing.add_argument("file", type=Path, help=".csv, .jsonl or .parquet")
    importing.add_argument("--key", help='for a stream that is new: the key column, or "index", or "content"')
    importing.add_argument("--content", action="append", default=[], metavar="COLUMN", help="... a content column")

    _add(acts, "verify", _verify, "read all of it and name what is damaged", stream=False)

    salvaging = _add(acts, "salvage", _salvage, "save what can be read of a damaged file", stream=False)
    salvaging.add_argument("--out", type=Path, required=True, help="the new journal")

    replay = acts.add_parser("replay", help="bring the edits into a file of data")
    replay.add_argument("data", type=Path, help=".csv or .parquet")
    replay.add_argument("--journal", required=True, help="a file or a database URL")
    replay.add_argument("--out", type=Path, required=True, help="the corrected data, .csv or .parquet")
    replay.add_argument("--key", help="the key column; default: that of the journal")
    _choose(replay)
    replay.set_defaults(run=_replay)


def _add(acts: Commands, name: str, run: Any, words: str, *, stream: bool = True) -> argparse.ArgumentParser:
    parser = acts.add_parser(name, help=words)
    parser.add_argument("journal", help="a file or a database URL")
    parser.set_defaults(run=run)
    if stream:
        _choose(parser)
    return parser


def _choose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--label", help="the label column, where the journal has several")
    parser.add_argument("--dataset", help="the dataset, where the journal has several")


def _show(options: argparse.Namespace) -> int:
    journal = _open(options.journal)
    keys = _matching(journal.streams(), options)
    if options.code:
        key = _only(keys, journal)
        sys.stdout.write(code_of(journal.stream(key).gestures(), words=said_of))
        return 0
    sys.stdout.write(f"{journal}: {len(keys)} {'stream' if len(keys) == 1 else 'streams'}\n")
    for key in keys:
        gestures = [gesture.summary() for gesture in journal.stream(key).gestures()]
        undone = undone_gestures(gestures)
        sys.stdout.write(f"\n{key}: {len(gestures)} gestures\n")
        for g in gestures:
            before, after = (_names(labels) for labels in (before_of(g), after_of(g)))
            marks = ", undone" if g.id in undone else ""
            takes = f" of {g.undoes}" if g.undoes is not None else ""
            said = said_of(g)
            note = f"  {said!r}" if said else ""
            words = f"{g.at}  {g.author!r}  {g.action}{takes} ({g.how}{marks})"
            sys.stdout.write(f"  {g.id:>5}  {words}  {g.rows:,} rows: {before} -> {after}{note}\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    from labelatlas._export import export_edits

    journal = _open(options.journal)
    key = _only(_matching(journal.streams(), options), journal)
    count = export_edits(journal.stream(key), options.file)
    sys.stdout.write(f"{count:,} gestures of {key} written to {options.file}\n")
    return 0


def _import(options: argparse.Namespace) -> int:
    from labelatlas._export import import_edits

    if not options.file.is_file():
        raise InputError(f"{options.file} is no file.", hint="Name a file that `labelatlas journal export` wrote.")
    journal = Journal(options.journal)
    if options.key is None:
        key = _only(_matching(journal.streams(), options), journal)
    else:
        if options.label is None:
            raise InputError("a new stream needs the name of its label column.", hint="Pass --label as well.")
        content = tuple(options.content)
        recipe = {"index": "index", "content": f"content:{','.join(content)}"}.get(options.key, f"column:{options.key}")
        key = StreamKey(options.dataset or "default", options.label, recipe, content)
    count = import_edits(journal.stream(key), options.file)
    sys.stdout.write(f"{count:,} new gestures of {options.file} appended to {key}\n")
    return 0


def _verify(options: argparse.Namespace) -> int:
    journal = _open(options.journal)
    problems = journal.verify()
    for problem in problems:
        sys.stdout.write(f"{problem.kind}: {problem.message}\n")
    counts = f"{len(problems)} problems" if problems else "clean"
    sys.stdout.write(f"{journal}: {counts}\n")
    return 1 if problems else 0


def _salvage(options: argparse.Namespace) -> int:
    result = salvage(options.journal, options.out)
    for problem in result.problems:
        sys.stdout.write(f"{problem.kind}: {problem.message}\n")
    sys.stdout.write(f"{result.gestures:,} gestures of {len(result.streams)} streams saved in {options.out}\n")
    return 0


def _replay(options: argparse.Namespace) -> int:
    from labelatlas.frames import Table, choose_recipe, read_file, read_labels, row_keys, write_file
    from labelatlas.labels import Labels

    if not options.data.is_file():
        raise InputError(f"{options.data} is no file.", hint="Name the data, .csv or .parquet.")
    if options.out.resolve() == options.data.resolve():
        raise InputError("the corrected data must be another file than the data.", hint="Name another --out.")
    journal = _open(options.journal)
    keys = _matching(journal.streams(), options)
    if options.key is not None:
        keys = [key for key in keys if key.key_recipe in (f"column:{options.key}", options.key)]
    chosen = _only(keys, journal)
    stream = journal.stream(chosen)
    by, _, column = chosen.key_recipe.partition(":")
    table = Table.from_any(read_file(options.data, text=_text_columns(stream, chosen.label_column, by, column)))
    recipe = choose_recipe(table, {"column": column, "index": "index"}.get(by), chosen.content_columns)
    labels = Labels(
        table, read_labels(table, chosen.label_column), row_keys(table, recipe), chosen.content_columns, stream
    )
    write_file(labels.to_frame(), options.out)
    conflicts, orphans = labels.n_problems
    sys.stdout.write(
        f"{labels.n_replayed:,} of {table.n_rows:,} rows corrected, {conflicts} conflicts, {orphans} orphans; "
        f"written to {options.out}\n"
    )
    for problem in labels.problems[:_SHOWN]:
        held = "is not in the data" if problem.row < 0 else f"holds {_names([problem.held])}"
        words = f"key {problem.key!r} {held}, journal {_names([problem.said])} ({problem.reason})"
        sys.stdout.write(f"  not applied: {words}\n")
    if len(labels.problems) > _SHOWN:
        sys.stdout.write(f"  ... and {len(labels.problems) - _SHOWN} more\n")
    return 0


def _text_columns(stream: Stream, label: str, by: str, column: str) -> list[str]:
    """Return the columns that the journal knows as text: "007" of a CSV file is then no 7."""
    found: set[str] = set()
    for gesture in stream.gestures():
        if any(isinstance(value, str) for value in gesture.edits.values):
            found.add(label)
        if by == "column" and len(gesture.edits) and gesture.edits.keys.dtype == object:
            found.add(column)
    return sorted(found)


def _open(where: str) -> Journal:
    """Open a journal that is there: a look must not make one."""
    if "://" not in where and not Path(where).is_file():
        raise InputError(f"there is no journal {where}.", hint="Name the file, by default labelatlas.sqlite.")
    return Journal(where)


def _matching(keys: Sequence[StreamKey], options: argparse.Namespace) -> list[StreamKey]:
    return [key for key in keys if options.label in (None, key.label_column) and options.dataset in (None, key.dataset)]


def _only(keys: Sequence[StreamKey], journal: Journal) -> StreamKey:
    if len(keys) == 1:
        return keys[0]
    listed = "; ".join(str(key) for key in (keys or journal.streams())) or "none"
    message = f"expected one stream of {journal} to fit. Found {len(keys)}."
    raise InputError(message, hint=f"Choose one with --label and --dataset. It holds: {listed}.")


def _names(labels: Sequence[object]) -> str:
    shown = [repr(label) if label is not None else "unlabelled" for label in labels[:3]]
    return ", ".join(shown or ["nothing"]) + (f" and {len(labels) - 3} more" if len(labels) > 3 else "")
