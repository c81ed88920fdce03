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
