"""The room that looks at a selection where its rows lie in truth: how well it holds together, larger, smaller.

A line drawn on a map of two dimensions may enclose rows that have little to do with each other. The neighbour graph of the
original space knows better. This room takes arrays and gives arrays; it may import numpy, `_typing`, `_random` and
`exceptions`. To add a way to change a selection: one function of `(rows, neighbors)` that gives sorted rows, named here, and
tested against a loop over sets.
"""

from labelatlas.select._neighborhood import Cohesion, cohesion, grow, shrink

__all__ = ["Cohesion", "cohesion", "grow", "shrink"]
