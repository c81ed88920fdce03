"""The page's request for the map as a file; `handlers` answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from labelatlas.exceptions import InputError
from labelatlas.widget.export_view import export_view, page_size
from labelatlas.widget.inks import Look
from labelatlas.widget.protocol import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from labelatlas._typing import Step
    from labelatlas.widget.session import Session

_MOST_SENT = 60_000_000  # bytes of a file for the page


def export(
    session: Session, message: Mapping[str, Any], _: Sequence[Any], step: Step
) -> tuple[dict[str, Any], list[bytes]]:
    """Answer with a picture of what is in sight, with the page to share, or with how large that would be."""
    kind = message["format"]
    hidden, isolated = (tuple(map(int, message[name])) for name in ("hidden", "isolated"))
    look = Look(message["by"], message["column"], hidden, isolated, bool(message["names"]))
    if message["plan"]:
        return {"bytes": page_size(session, look)}, []
    width, height = map(int, message["size"])
    box = None if message["box"] is None else tuple(map(float, message["box"]))
    made = export_view(
        session, kind, look, box=cast("Any", box), width=width, height=height, shade=message["shade"], step=step
    )
    if len(made) > _MOST_SENT:
        told = f"the file has {len(made) / 1e6:,.0f} MB, more than is sent to a page."
        raise InputError(told, hint=f'm.view.save("map.{kind}") writes it without the page.')
    return {"bytes": len(made)}, [made[at : at + CHUNK_BYTES] for at in range(0, len(made), CHUNK_BYTES)]
