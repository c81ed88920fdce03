"""Who still holds the caller's frame.

A weak reference dies with the frame; but a notebook that once displayed a frame keeps it in its output history, so that after
`df = df.sort_values(...)` the old frame lives on where nobody will look again. Then edits reach nobody, and must not be said
to reach `df`.
"""

from __future__ import annotations

import builtins
import gc
import sys
from types import FrameType


def only_history_holds(data: object) -> bool:
    """Tell whether nothing but a notebook's output history holds an object.

    Parameters
    ----------
    data : object
        The caller's frame.

    Returns
    -------
    bool
        False outside a notebook, and whenever anything of the caller's could hold it: a variable, a list, an attribute.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        return False
    names = shell.user_ns
    for name, value in tuple(names.items()):  # no generator: its closure would be one more holder
        if value is data and not name.startswith("_"):
            return False
    keepers = [shell.displayhook, shell.last_execution_result]  # an object is its own holder, or its dict is
    history = [names, names.get("Out"), shell.user_ns_hidden, vars(builtins), *keepers]
    history += [vars(keeper) for keeper in keepers if keeper is not None]
    # the frames of running functions are ours: a caller's function that holds it is running no more, or will write it back
    return all(isinstance(h, FrameType) or any(h is known for known in history) for h in gc.get_referrers(data))
