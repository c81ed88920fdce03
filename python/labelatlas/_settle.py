"""Conflicts and orphans: settled, reopened by an undo, settled again by a redo; each is one gesture.

A settlement makes the label that holds the last of its row's chain, and the other one a link of it; a row that is gone is only
let go of. Its undo says of the same rows what they hold then, and whoever reads it puts their chains back (see `_reading`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from labelatlas._change import Change, Said
from labelatlas._label_set import UNHOLDABLE
from labelatlas._payload import Payload, payload_of
from labelatlas._problems import Keep
from labelatlas.exceptions import InputError, JournalError
from labelatlas.journal import Edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from labelatlas._ledger import Ledger
    from labelatlas._problems import Problem
    from labelatlas._typing import Int32Array, Int64Array


def resolve(ledger: Ledger, keys: Iterable[Any] | None, keep: Keep, said: Said, *, plan: bool) -> Change:
    """Settle conflicts and orphans: of the rows with these keys, or all."""
    if keep not in get_args(Keep):
        raise InputError(f'keep must be "journal" or "frame". Got {keep!r} instead.')
    standing = ledger.problems.by_key
    chosen = list(standing.values()) if keys is None else [standing[k] for k in keys if k in standing]
    able = [p for p in chosen if p.can_keep(keep)]
    skipped = len(chosen) - len(able)
    here = [p for p in able if p.row >= 0]
    rows = np.array([p.row for p in here], dtype=np.int64)
    if plan or not able:
        return Change(None, rows, skipped)
    payload = Payload(note=said.note, keep=keep)
    edits, step = _settling(ledger, here, [p for p in able if p.row < 0], keep)
    change = ledger.commit_edits("resolve", edits, step, said._replace(note=str(payload)))
    return Change(change.gesture, change.rows, skipped)


def reopen(ledger: Ledger, settlement: int, said: Said) -> Change:
    """Take a settlement back: its rows are in conflict again, but for those that somebody has spoken of since."""
    lines = ledger.log.gestures
    newest = max(g.id for g in lines if ledger.log.settlement(g.id) == settlement and g.action != "undo")
    edits = _edits_of(ledger, newest)
    later = [ledger.log.step(g.id)[0] for g in lines[ledger.log.place_after(newest) :]]
    spoken = np.zeros(len(ledger.codes), dtype=bool)
    spoken[np.concatenate([np.empty(0, dtype=np.int64), *later])] = True
    positions = ledger.index.positions(edits.keys)
    kept = np.ones(len(edits), dtype=bool)
    kept[positions >= 0] = ~spoken[positions[positions >= 0]]
    summary = ledger.log.find(settlement)
    by_journal = summary is not None and payload_of(summary).keep == "journal"
    back = replace(_part(edits, kept), old=edits.new[kept], new=(edits.old if by_journal else edits.new)[kept])
    change = ledger.commit_edits("undo", back, _step(ledger, back), said, undoes=settlement)
    return replace(change, skipped=int((~kept).sum()))


def settle_again(ledger: Ledger, undo: int, said: Said) -> Change:
    """Bring back a settlement that was undone, for the rows that are in conflict still."""
    settlement = ledger.log.settlement(undo)
    edits = _edits_of(ledger, settlement or undo)
    reopened = {*_edits_of(ledger, undo).keys.tolist()}
    keys: list[Any] = edits.keys.tolist()
    wanted = np.array([key in reopened for key in keys], dtype=bool)
    kept = wanted & np.array([key in ledger.problems.by_key for key in keys], dtype=bool)
    again = _part(edits, kept)
    change = ledger.commit_edits("redo", again, _step(ledger, again), said, undoes=undo)
    return replace(change, skipped=int(wanted.sum() - kept.sum()))


# ---- inside ----------------------------------------------------------------------------------------------------------
def _edits_of(ledger: Ledger, gesture: int) -> Edits:
    """Return all edits of a gesture, those of rows that are not here among them."""
    found = ledger.stream.gesture(gesture)
    if found is None:
        raise JournalError(f"gesture {gesture} is not in the journal any more.", hint="labelatlas journal verify")
    return found.edits


def _part(edits: Edits, kept: npt.NDArray[np.bool_]) -> Edits:
    return Edits(edits.keys[kept], edits.fingerprints[kept], edits.values, edits.old[kept], edits.new[kept])


def _step(ledger: Ledger, edits: Edits) -> tuple[Int64Array, Int32Array, Int32Array]:
    """Return what edits mean here: a row whose column cannot hold its label keeps the one that it has."""
    positions = ledger.index.positions(edits.keys)
    here = positions >= 0
    new = ledger.set.codes_of(edits.values)[edits.new[here]]
    rows = positions[here]
    old = ledger.codes[rows]
    return rows, old, np.where(new == UNHOLDABLE, old, new).astype(np.int32)


def _settling(
    ledger: Ledger, here: Sequence[Problem], missing: Sequence[Problem], keep: Keep
) -> tuple[Edits, tuple[Int64Array, Int32Array, Int32Array]]:
    """Return edits that make the chosen label the last of each row's chain, and the other one a link of it."""
    rows = np.array([p.row for p in here], dtype=np.int64)
    held = [ledger.set.of([int(ledger.codes[p.row])])[0] for p in here]
    pairs = [(h, p.said) if keep == "journal" else (p.said, h) for h, p in zip(held, here, strict=True)]
    pairs += [(p.said, p.said) for p in missing]
    distinct = dict.fromkeys((type(v), v) for pair in pairs for v in pair)  # with its type, for 1 == True
    places = {typed: i for i, typed in enumerate(distinct)}
    old, new = (np.array([places[type(v), v] for v in side], dtype=np.int32) for side in zip(*pairs, strict=True))
    keys = [*ledger.keys[rows].tolist(), *(p.key for p in missing)]
    text = any(isinstance(k, str) for k in keys)
    column = np.empty(len(keys), dtype=object if text else np.int64)
    column[:] = [str(k) for k in keys] if text else keys
    prints = np.concatenate([ledger.prints.of(rows), np.array([p.print_ for p in missing], dtype=np.uint64)])
    edits = Edits(column, prints, tuple(v for _, v in places), old, new)
    lookup = ledger.set.codes_of(edits.values)
    return edits, (rows, lookup[old[: len(rows)]], lookup[new[: len(rows)]])
