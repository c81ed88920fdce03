"""The journal: an append-only log of gestures, durable before anyone is told that an edit is saved.

This is the only room that knows the database (SQLAlchemy Core). What may be imported here: numpy, sqlalchemy, `_typing`,
`exceptions`. It knows keys, values and gestures; it knows no frame and no position.

- `Journal`: opens a file, a database URL, or memory, and hands out streams; `verify` reads all of it.
- `Stream`: one label column of one dataset; append gestures, read them again, write them to a file and take them from one.
- `Gesture`, `Edits`: one act, and the rows it touched.
- `fold`, `Folding`, `UndoBook`, `undo_stacks`, `undone_gestures`: over what was read; no database.
- `salvage`: what can still be read of a damaged file, into a new journal.
- `edit_columns`, `gestures_from_columns`: the gestures as columns of text, for file formats that another room knows.
- `code_of`: the edits as Python.

To change what a gesture records: schema.py (a new column and a raised SCHEMA_VERSION), migrate.py, gesture.py, lines.py, and
the tests in tests/python/journal. To add a file format of text: one function each way in files.py.
"""

from labelatlas.journal.clock import now
from labelatlas.journal.code import code_of
from labelatlas.journal.edits import Edits
from labelatlas.journal.files import edit_columns, gestures_from_columns
from labelatlas.journal.fold import Fold, Folding, first_and_last, fold
from labelatlas.journal.gesture import Action, Gesture, GestureSummary, NewGesture
from labelatlas.journal.salvage import Salvage, salvage
from labelatlas.journal.store import Journal
from labelatlas.journal.stream import Stream
from labelatlas.journal.stream_key import StreamKey
from labelatlas.journal.undo_book import UndoBook, UndoStacks, undo_stacks, undone_gestures
from labelatlas.journal.verify import Damage

__all__ = [
    "Action",
    "Damage",
    "Edits",
    "Fold",
    "Folding",
    "Gesture",
    "GestureSummary",
    "Journal",
    "NewGesture",
    "Salvage",
    "Stream",
    "StreamKey",
    "UndoBook",
    "UndoStacks",
    "code_of",
    "edit_columns",
    "first_and_last",
    "fold",
    "gestures_from_columns",
    "now",
    "salvage",
    "undo_stacks",
    "undone_gestures",
]
