"""The stages of an atlas, shown as they pass."""

from __future__ import annotations

from typing import Self

STAGES = ("embed", "neighbours", "map", "clusters")


class StageBar:
    """One progress bar over the stages of an atlas."""

    def __init__(self, *, enabled: bool) -> None:
        from tqdm.auto import tqdm

        self._bar = tqdm(total=len(STAGES), disable=not enabled, leave=False, bar_format="{desc} {bar} {n}/{total}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.n = len(STAGES)  # a bar that ends before its end stays in the notebook, red
        self._bar.close()

    def stage(self, number: int) -> None:
        """Say which stage is running now."""
        self._bar.n = number
        self._bar.set_description_str(STAGES[number])
