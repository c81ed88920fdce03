"""The journal: an append-only log of gestures, durable before anyone is told that an edit is saved.

This is the only room that knows the database (SQLAlchemy Core). What may be imported here: numpy, sqlalchemy, `_typing`,
`exceptions`. It knows keys, values and gestures; it knows no frame and no position.

- `Journal`: opens a file, a database URL, or memory, and hands out streams.
- `Stream`: one label column of one dataset; append gestures, read them again.
- `Gesture`, `Edits`: one act, and the rows it touched.
- `fold`, `undo_stacks`, `undone_gestures`: pure functions over what was read.

To change what a gesture records: schema.py (a new column and a raised SCHEMA_VERSION), gesture.py, and the golden journal
in tests/python/journal.
"""

from labelatlas.journal.fold import Fold, UndoStacks, fold, undo_stacks, undone_gestures
from labelatlas.journal.gesture import Edits, Gesture, GestureSummary, NewGesture
from labelatlas.journal.store import Journal, Stream, StreamKey, now

__all__ = [
    "Edits",
    "Fold",
    "Gesture",
    "GestureSummary",
    "Journal",
    "NewGesture",
    "Stream",
    "StreamKey",
    "UndoStacks",
    "fold",
    "now",
    "undo_stacks",
    "undone_gestures",
]
