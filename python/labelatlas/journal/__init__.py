"""The journal: an append-only log of gestures, durable before anyone is told that an edit is saved.

This is the only room that knows the database (SQLAlchemy Core). What may be imported here: numpy, sqlalchemy, `_typing`,
`exceptions`. It knows keys, values and gestures; it knows no frame and no position.

- `Journal`: opens a file, a database URL, or memory, and hands out streams.
- `Stream`: one label column of one dataset; append gestures, read them again.
- `Gesture`, `Edits`: one act, and the rows it touched.
- `fold`, `UndoBook`, `undo_stacks`, `undone_gestures`: over what was read; no database.

To change what a gesture records: schema.py (a new column and a raised SCHEMA_VERSION), gesture.py, and the golden journal
in tests/python/journal.
"""

from labelatlas.journal.fold import Fold, UndoBook, UndoStacks, fold, joined, undo_stacks, undone_gestures
from labelatlas.journal.gesture import Action, Edits, Gesture, GestureSummary, NewGesture
from labelatlas.journal.store import Journal, Stream, StreamKey, now

__all__ = [
    "Action",
    "Edits",
    "Fold",
    "Gesture",
    "GestureSummary",
    "Journal",
    "NewGesture",
    "Stream",
    "StreamKey",
    "UndoBook",
    "UndoStacks",
    "fold",
    "joined",
    "now",
    "undo_stacks",
    "undone_gestures",
]
