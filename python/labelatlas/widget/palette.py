"""The colours of labels: one owner, told to the page.

The first ten follow the qualitative schemes of P. Tol ("Colour Schemes", SRON technical note, 2021), which were chosen to
stay apart for colour-blind eyes; the eighth is another, for its teal was a protanope's rose. The next ten are the same hues at another lightness. Codes beyond the list begin again.
"""

from __future__ import annotations

PALETTE = (
    "#4477aa",
    "#ee6677",
    "#228833",
    "#ccbb44",
    "#66ccee",
    "#aa3377",
    "#ee7733",
    "#45d7bf",
    "#785ef0",
    "#997755",
    "#1f4e79",
    "#a83248",
    "#0d4f1c",
    "#8a7a12",
    "#2f8fb3",
    "#6a1a4a",
    "#b24f12",
    "#00574d",
    "#4a36b0",
    "#5f4630",
)

EDITED = ("#a9abb2", "#d7263d")
"""Rows as they came, and those that were edited, where the colours say that."""

_STOPS = ("#3b3a98", "#2a6fa8", "#1f9a8c", "#74bf5c", "#f0dd4e")


def ramp(steps: int) -> tuple[str, ...]:
    """Return the colours of a scale from low to high, growing lighter all the way, "#rrggbb"; at least two.

    Examples
    --------
    >>> ramp(3)
    ('#3b3a98', '#1f9a8c', '#f0dd4e')
    """
    stops = [[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in _STOPS]
    out: list[str] = []
    for step in range(steps):
        at = step / (steps - 1) * (len(stops) - 1)
        below = min(len(stops) - 2, int(at))
        mixed = [a + (b - a) * (at - below) for a, b in zip(stops[below], stops[below + 1], strict=True)]
        out.append("#" + "".join(f"{int(part + 0.5):02x}" for part in mixed))
    return tuple(out)
