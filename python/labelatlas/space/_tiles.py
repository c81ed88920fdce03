"""The smallest values of each row of a tile, reading the tile once.

Minima of groups of 64 columns, then the best groups, then the best inside them: the m smallest values lie in the m groups with
the smallest minima, so nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

GROUP = 64


def smallest(tile: torch.Tensor, m: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the m smallest values of each row and their columns, in no order.

    Parameters
    ----------
    tile : tensor of shape (b, c)
    m : int
        At most c.

    Returns
    -------
    values : tensor of shape (b, m)
    columns : tensor of shape (b, m), int64
    """
    import torch

    n_groups = tile.shape[1] // GROUP
    if tile.shape[1] % GROUP:  # columns beyond whole groups
        rest = torch.full((len(tile), GROUP - tile.shape[1] % GROUP), torch.inf, device=tile.device)
        return smallest(torch.cat([tile, rest], dim=1), m)
    if n_groups <= 2 * m:
        values, places = tile.topk(m, dim=1, largest=False, sorted=False)
        return values, places
    grouped = tile.view(len(tile), n_groups, GROUP)
    groups = grouped.amin(dim=2).topk(m, dim=1, largest=False, sorted=False).indices
    inside = grouped.gather(1, groups[:, :, None].expand(-1, -1, GROUP)).flatten(1)
    values, places = inside.topk(m, dim=1, largest=False, sorted=False)
    picked = groups.gather(1, torch.div(places, GROUP, rounding_mode="floor"))
    return values, picked * GROUP + places % GROUP
