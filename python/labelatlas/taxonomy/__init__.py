"""The room that finds names for regions: what the rows of a cluster speak of, in a few words.

Takes texts and the region of each, gives terms. It may import numpy, scipy, scikit-learn, and of labelatlas `_typing`, `_random`
and `exceptions`; no sibling room. To add a way to name regions: one function of (texts, regions) that gives a name or None for
each region, named here, and tested against a count by hand.
"""

from __future__ import annotations

from labelatlas.taxonomy._terms import region_terms

__all__ = ["region_terms"]
