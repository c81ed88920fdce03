"""Where the label of each row comes from: the gesture that changed it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from labelatlas.frames import Provenance

if TYPE_CHECKING:
    from labelatlas._ledger import Ledger


def provenance_of(ledger: Ledger) -> Provenance:
    """Return, for each row, whether it differs from its original label, and who changed it last and when.

    Raises
    ------
    JournalError
        The journal cannot be read.
    """
    last = np.full(len(ledger.keys), -1, dtype=np.int64)
    authors: list[str | None] = []
    times: list[str | None] = []
    for place, gesture in enumerate(ledger.stream.gestures()):
        edits = gesture.edits
        rows = ledger.index.positions(edits.keys[edits.old != edits.new])  # who confirms a label did not change it
        last[rows[rows >= 0]] = place
        authors.append(gesture.author)
        times.append(gesture.at)
    # edits that were not applied changed nothing
    refused = ledger.problems.rows()
    last[refused[ledger.codes[refused] == ledger.column.codes[refused]]] = -1
    author, at = (np.array([*words, None], dtype=object)[last] for words in (authors, times))
    return Provenance(ledger.codes != ledger.original, ledger.original, author, at)
