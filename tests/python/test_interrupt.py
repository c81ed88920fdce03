"""An atlas whose making is really interrupted, by the signal that Jupyter's stop button sends, and then made again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from labelatlas import Atlas, _cache_room, space

STAGES = {"neighbours": 0, "map": 1}
SCRIPT = """
import numpy as np
from labelatlas import Atlas
rng = np.random.default_rng(0)
rows = rng.normal(size=(40, 24))[rng.integers(0, 40, 16_000)] * 2 + rng.normal(size=(16_000, 24))
atlas = Atlas.from_frame({"id": np.arange(16_000)}, key="id", embedding=rows.astype(np.float32), exact=True)
print("made", atlas.xy.shape)
"""


def told_until(process, word):
    """Read what the bar says until it says a word; return the rest of what was read."""
    said = b""
    while word.encode() not in said:
        piece = os.read(process.stderr.fileno(), 1 << 16)
        assert piece, said
        said += piece
    return said


@pytest.mark.parametrize("stage", STAGES)
def test_an_interrupted_build_ends_at_once_and_goes_on_with_the_stage_it_was_at(stage, tmp_path, monkeypatch):
    monkeypatch.setenv("LABELATLAS_CACHE_DIR", str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    told_until(process, f"{stage} ")
    told_until(process, " left")  # at work, not at its very beginning
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert process.returncode == -signal.SIGINT
    assert b"KeyboardInterrupt" in err
    assert out == b"", "it did not go on to the end"
    assert _cache_room.cache_info(tmp_path).n_results == STAGES[stage]

    searched = []
    whole = space.search_neighbors
    monkeypatch.setattr(space, "search_neighbors", lambda *a, **o: searched.append(1) or whole(*a, **o))
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(40, 24))[rng.integers(0, 40, 16_000)] * 2 + rng.normal(size=(16_000, 24))
    frame = {"id": np.arange(16_000)}
    atlas = Atlas.from_frame(frame, key="id", embedding=rows.astype(np.float32), exact=True, progress=False)
    assert len(searched) == 1 - STAGES[stage]
    assert np.isfinite(atlas.xy).all()
    assert not list(tmp_path.glob(".*.part"))
