"""What the points of an exported map are coloured by, and which of them stand out: a view's look, told without a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.widget.colours import EMPTY, SCALE_TOP, colours_of
from labelatlas.widget.facts import label_facts
from labelatlas.widget.palette import EDITED, PALETTE, ramp

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from labelatlas._typing import Int32Array
    from labelatlas.widget.protocol import ColourBy
    from labelatlas.widget.session import Session

HIDDEN, FAINT, SHOWN = 0, 1, 2


@dataclass(frozen=True)
class Look:
    """How a view looks at the rows.

    Attributes
    ----------
    by : str
        What the colours follow, one of `protocol.ColourBy`.
    column : str or None
        With "column", which one.
    hidden, isolated : tuple of int
        Codes of labels whose rows are not drawn, and of those that keep their colour while all others are grey; -1 = unlabelled.
    names : bool
        Whether names stand on the map.
    """

    by: ColourBy = "label"
    column: str | None = None
    hidden: tuple[int, ...] = ()
    isolated: tuple[int, ...] = ()
    names: bool = True


@dataclass(frozen=True)
class Inks:
    """The colours of the rows.

    Attributes
    ----------
    title : str
        What they follow; "" = the labels.
    slots : ndarray of shape (n,), int32
        Of each row; -1 = no value. On a scale 0 to 254.
    names : tuple of str
        By slot; none on a scale.
    palette : tuple of str
        "#rrggbb", repeated.
    own : tuple of str
        Colours that were chosen, by slot; "" or none = the palette's.
    ends : tuple of str
        The values at the two ends of a scale, in words; else empty.
    missing : str
        What a row without a value is called.
    """

    title: str
    slots: Int32Array
    names: tuple[str, ...]
    palette: tuple[str, ...] = PALETTE
    own: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    missing: str = "no value"

    @property
    def colours(self) -> tuple[str, ...]:
        """Return the colour of each slot."""
        number = max(len(self.names), 0 if self.names else len(self.palette))
        chosen = [*self.own, *[""] * max(0, number - len(self.own))]
        return tuple(chosen[slot] or self.palette[slot % len(self.palette)] for slot in range(number))


def label_inks(codes: Int32Array, names: Sequence[str], own: Sequence[str] = (), title: str = "") -> Inks:
    """Return the colours of labels.

    Parameters
    ----------
    codes : ndarray of shape (n,), int32
        Labels; -1 = unlabelled.
    names, own : sequence of str
        By code; "" in `own`, or none = the palette's colour.
    title : str
        What the labels are, where they are not those of now.
    """
    return Inks(title, codes, tuple(names), own=tuple(own), missing="unlabelled")


def inks_of(session: Session, look: Look) -> Inks:
    """Return the colours of the rows as a view shows them.

    Raises
    ------
    InputError, NotApplicable
        As `colours_of`.
    """
    labels = session.labels
    with labels.lock:
        own = label_facts(labels).get("colours", [])
        if look.by == "label":
            return label_inks(labels.codes, labels.names, own)
        if look.by == "original":
            return label_inks(labels.original, labels.names, own, "original label")
    found = colours_of(session, look.by, look.column)
    slots = np.where(found.slots == EMPTY, np.int32(-1), found.slots.astype(np.int32))
    palette = ramp(SCALE_TOP + 1) if found.ends else EDITED if look.by == "edited" else PALETTE
    return Inks(found.title, slots, found.names, palette, ends=found.ends)


def stands_of(session: Session, look: Look) -> npt.NDArray[np.uint8]:
    """Return how each row stands, shape (n,), uint8: 0 hidden, 1 faint, 2 shown; by its label, and by the filter."""
    codes = session.labels.codes
    stands = np.full(session.n_rows, SHOWN, dtype=np.uint8)
    if look.isolated:
        stands[~np.isin(codes, look.isolated)] = FAINT
    passes = np.zeros(session.n_rows, dtype=bool)
    passes[session.filter.rows] = True
    stands[~passes] = FAINT if session.filter.rest == "grey" else HIDDEN
    stands[np.isin(codes, look.hidden)] = HIDDEN
    return stands
