"""The review panel, as a person at the keyboard sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from e2e.map_driver import WAIT_MS

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from e2e.map_driver import MapDriver
    from e2e.notebook import NotebookPage

DATA = """
import sys
sys.path.insert(0, {examples!r})
from tickets import make_tickets

import labelatlas as la

df = make_tickets(n={n})
df = df.rename(columns={{"intent": "label"}})
"""
MAP = 'm = la.LabelMap(df, text="text", label="label", key="ticket", domain="month")\nm'
KEYS = {"accept": "a", "keep": "k", "other": "o", "drop": "d", "skip": "s", "undo": "u"}
CARD = ".la-suspect-card"


@dataclass
class ReviewDriver:
    """The review panel of one view."""

    page: NotebookPage
    view: MapDriver

    @property
    def card(self) -> Locator:
        """The row that is looked at."""
        return self.view.root.locator(CARD)

    def row(self) -> int:
        """Return the row that is looked at."""
        return int(self.card.get_attribute("data-row") or -1)

    def press(self, verdict: str) -> None:
        """Give a verdict by its key; a field that has the focus keeps it."""
        self.view.root.focus()
        self.page.page.keyboard.press(KEYS[verdict])

    def wait_row(self, row: int) -> None:
        """Wait until a row is looked at."""
        self.view.root.locator(f'{CARD}[data-row="{row}"]').wait_for(timeout=WAIT_MS)

    def wait_other_than(self, row: int) -> None:
        """Wait until another row is looked at, with its content."""
        self.view.root.locator(f'{CARD}:not([data-row="{row}"])[data-ready="true"]').wait_for(timeout=WAIT_MS)

    def wait_content(self) -> None:
        """Wait until the content of the row is there."""
        self.view.root.locator(f'{CARD}[data-ready="true"]').wait_for(timeout=WAIT_MS)
