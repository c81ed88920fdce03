"""Findings in a notebook: short to read, whole as a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl

from labelatlas._findings import Findings


@dataclass(frozen=True, kw_only=True, repr=False)
class Many(Findings):
    n: int

    def columns(self):
        return {"key": [f"<b>{i}" for i in range(self.n)], "score": np.arange(self.n) / 7}


def test_a_million_lines_are_shown_by_their_first():
    many = Many(n=1000)
    assert len(repr(many).splitlines()) < 30
    assert "the first 20 of 1,000 lines" in repr(many)
    assert isinstance(many.to_frame(), pd.DataFrame)
    assert len(many.to_frame()) == 1000


def test_in_a_notebook_they_are_a_table_with_the_data_escaped():
    shown = Many(n=3)._repr_html_()
    assert "<table" in shown
    assert "&lt;b&gt;2" in shown
    assert "<b>" not in shown


def test_they_are_of_the_callers_kind():
    assert isinstance(Many(n=2, frame_kind="polars").to_frame(), pl.DataFrame)
    assert "2 lines" in repr(Many(n=2, frame_kind="polars"))
