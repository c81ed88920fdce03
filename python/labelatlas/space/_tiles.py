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

    if tile.shape[1] % GROUP:  # columns beyond whole groups
        rest = torch.full((len(tile), GROUP - tile.shape[1] % GROUP), torch.inf, device=tile.device)
        return smallest(torch.cat([tile, rest], dim=1), m)
    return smallest_of(tile[None], group_minima(tile), m)


def group_minima(tile: torch.Tensor) -> torch.Tensor:
    """Return the least value of each group of columns, (b, c / GROUP); c is a multiple of the group."""
    return tile.view(len(tile), -1, GROUP).amin(dim=2)


def smallest_of(pieces: torch.Tensor, minima: torch.Tensor, m: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the m smallest values of each row and their columns, of a tile that lies in pieces side by side.

    Parameters
    ----------
    pieces : tensor of shape (k, b, c)
        c a multiple of the group.
    minima : tensor of shape (b, k * c / GROUP)
        Those of all pieces' groups.
    m : int
        At most k * c.

    Returns
    -------
    values : tensor of shape (b, m)
    columns : tensor of shape (b, m), int64
    """
    import torch

    k, b, c = pieces.shape
    if minima.shape[1] <= 2 * m:
        values, places = pieces.transpose(0, 1).reshape(b, k * c).topk(m, dim=1, largest=False, sorted=False)
        return values, places
    groups = minima.topk(m, dim=1, largest=False, sorted=False).indices
    each = c // GROUP
    row = torch.arange(b, device=pieces.device)[:, None]
    grouped = pieces.unflatten(2, (each, GROUP))
    inside = grouped[torch.div(groups, each, rounding_mode="floor"), row, groups % each].flatten(1)
    values, places = inside.topk(m, dim=1, largest=False, sorted=False)
    picked = groups.gather(1, torch.div(places, GROUP, rounding_mode="floor"))
    return values, picked * GROUP + places % GROUP
