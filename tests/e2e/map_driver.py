"""The map of a LabelMap, as a hand with a mouse sees it.

The page tells two things for tests and assistive tools alike: the root element carries `data-status`
and `data-revision`, and its canvas carries `data-view` = "sx,sy,tx,ty": row (x, y) is drawn at (x sx + tx, y sy + ty), in
CSS pixels from the canvas's upper left corner.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt
    from playwright.sync_api import FloatRect, Locator, Page

    Points = npt.NDArray[np.float64]

ROOT = "[data-status][data-revision]"
WAIT_MS = 60_000
CIRCLE_CORNERS = 24
LEAST_RADIUS = 12
ROOM = 24


def inside(polygon: Points, points: Points) -> npt.NDArray[np.bool_]:
    """Return which points lie inside a polygon, by winding number: the brute-force oracle of the page's lasso.

    Parameters
    ----------
    polygon : ndarray of shape (m, 2), float64
    points : ndarray of shape (n, 2), float64

    Returns
    -------
    ndarray of shape (n,), bool
    """
    winding = np.zeros(len(points), dtype=np.int64)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        left = (x1 - x0) * (points[:, 1] - y0) - (points[:, 0] - x0) * (y1 - y0)
        winding += (y0 <= points[:, 1]) & (y1 > points[:, 1]) & (left > 0)
        winding -= (y0 > points[:, 1]) & (y1 <= points[:, 1]) & (left < 0)
    return winding != 0


def circle(center: Sequence[float], radius: float) -> Points:
    """Return the corners of a regular polygon around a point, shape (24, 2)."""
    angle = np.linspace(0, 2 * np.pi, CIRCLE_CORNERS, endpoint=False)
    return np.column_stack([center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle)])


@dataclass
class MapDriver:
    """One view of a LabelMap; `index` counts the views on the page."""

    page: Page
    index: int = 0

    @property
    def root(self) -> Locator:
        """The widget's outermost element."""
        return self.page.locator(ROOT).nth(self.index)

    @property
    def canvas(self) -> Locator:
        """The canvas that the points are drawn on."""
        return self.root.locator("canvas[data-view]").first

    def wait_ready(self) -> None:
        """Wait until the view has its rows and has drawn them, and bring all of it into the window."""
        self.canvas.wait_for(state="visible", timeout=WAIT_MS)
        self.wait_status("saved")
        self.root.scroll_into_view_if_needed()
        self.next_frame()

    def status(self) -> str:
        """Return the state that the view shows: "saved", "saving", ..."""
        return self.root.get_attribute("data-status") or ""

    def revision(self) -> int:
        """Return the revision of the labels that the view shows."""
        return int(self.root.get_attribute("data-revision") or -1)

    def wait_status(self, wanted: str, *, beyond: int = -1) -> None:
        """Wait until the view shows a state, and a revision above `beyond`."""
        self.page.wait_for_function(
            """([selector, index, wanted, beyond]) => {
              const root = document.querySelectorAll(selector)[index];
              return root?.dataset.status === wanted && Number(root.dataset.revision) > beyond;
            }""",
            arg=[ROOT, self.index, wanted, beyond],
            timeout=WAIT_MS,
        )

    def box(self) -> FloatRect:
        """Return where the canvas stands in the window, CSS pixels."""
        box = self.canvas.bounding_box()
        if box is None:
            raise AssertionError("expected the map's canvas to be visible. It is not.")
        return box

    def to_canvas(self, xy: npt.ArrayLike) -> Points:
        """Return where rows are drawn, CSS pixels from the canvas's corner, shape (n, 2)."""
        scale_x, scale_y, shift_x, shift_y = map(float, (self.canvas.get_attribute("data-view") or "").split(","))
        return np.asarray(xy, dtype=np.float64) * [scale_x, scale_y] + [shift_x, shift_y]

    def lasso(self, corners: npt.ArrayLike, modifiers: Iterable[str] = ()) -> Points:
        """Draw a lasso with the mouse, corner by corner, on whole pixels of the window.

        Parameters
        ----------
        corners : array-like of shape (m, 2)
            CSS pixels from the canvas's corner; at least 3 apart, for a hand that rests draws no corner.
        modifiers : iterable of str
            Keys held down meanwhile: "Shift" adds, "Alt" subtracts.

        Returns
        -------
        ndarray of shape (m, 2), float64
            The corners as they were drawn.
        """
        box = self.box()
        corner = np.array([box["x"], box["y"]])
        points = np.rint(np.asarray(corners, dtype=np.float64) + corner)
        held = list(modifiers)
        for key in held:
            self.page.keyboard.down(key)
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for x, y in points[1:]:
            self.page.mouse.move(x, y)
        self.page.mouse.up()
        for key in held:
            self.page.keyboard.up(key)
        return points - corner

    def lasso_rows(
        self, xy: npt.ArrayLike, rows: Sequence[int], modifiers: Iterable[str] = ()
    ) -> npt.NDArray[np.int64]:
        """Draw a circle around some rows; return all rows that it encloses, by brute force.

        Of the circles with some room around the rows, the one is drawn that keeps furthest from every row, so that no row
        lies on the line.
        """
        points = self.to_canvas(xy)
        mine = points[list(rows)]
        center = (mine.min(axis=0) + mine.max(axis=0)) / 2
        away = np.linalg.norm(points - center, axis=1)
        reach = float(np.linalg.norm(mine - center, axis=1).max())
        radii = np.maximum(reach, LEAST_RADIUS) + np.arange(2, ROOM, 0.5)
        gaps = np.abs(away[:, None] - radii[None, :]).min(axis=0)
        drawn = self.lasso(circle(center, float(radii[gaps.argmax()])), modifiers)
        return np.flatnonzero(inside(drawn, points))

    def hover(self, xy: npt.ArrayLike, row: int) -> None:
        """Put the mouse on a row."""
        box, (x, y) = self.box(), self.to_canvas(xy)[row]
        self.page.mouse.move(box["x"] + x, box["y"] + y)

    def next_frame(self) -> None:
        """Wait until the browser has drawn what was asked for."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def picture(self) -> Image.Image:
        """Return what the window shows where the canvas stands."""
        box = self.box()
        self.next_frame()
        return Image.open(io.BytesIO(self.page.screenshot(clip=box))).convert("RGB")

    def colors(self, xy: npt.ArrayLike, rows: Sequence[int]) -> npt.NDArray[np.uint8]:
        """Return the colour shown at some rows, shape (len(rows), 3); the mouse is moved away first."""
        box = self.box()
        self.page.mouse.move(box["x"] + 1, box["y"] + 1)
        pixels = np.asarray(self.picture())
        at = np.rint(self.to_canvas(xy)[list(rows)] - 0.5).astype(np.int64)
        return pixels[np.clip(at[:, 1], 0, len(pixels) - 1), np.clip(at[:, 0], 0, pixels.shape[1] - 1)]
