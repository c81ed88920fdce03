"""A small frame and its labels over a journal, for the tests of labels."""

from __future__ import annotations

import pandas as pd

from labelatlas.frames import LiveColumn, Table, choose_recipe, read_labels, row_keys
from labelatlas.journal import Journal, StreamKey
from labelatlas.labels import Labels


def frame_of(n=6):
    words = ["cat", "dog", "cow"]
    return pd.DataFrame(
        {"id": range(100, 100 + n), "text": [f"t{i}" for i in range(n)], "y": [words[i % 3] for i in range(n)]}
    )


def labels_of(frame, where=None, *, journal=None, live=False, key="id", **options):
    table = Table.from_any(frame)
    column = read_labels(table, "y")
    recipe = choose_recipe(table, key, ["text"])
    keys = row_keys(table, recipe)
    stream = (journal or Journal(where)).stream(StreamKey("d", "y", str(recipe), ("text",)))
    writer = LiveColumn(frame, column, recipe, keys) if live else None
    return Labels(table, column, keys, ["text"], stream, live=writer, **options)


def held(labels):
    return [labels.values[c] if c >= 0 else None for c in labels.codes]


def shown(labels):
    return {name for code, name in enumerate(labels.names) if code not in labels.retired}
