"""Texts: how good is the space that each embedder makes for labels, and how fast is it?

    python tests/bench/bench_embedders.py [--csv banking77_train.csv text category] [--rows 5000]

Without --csv: the made-up tickets of examples/. Accuracy: 10 nearest neighbours vote, each row left out of its own vote.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from labelatlas import compare_embedders
from labelatlas.embed import EMBEDDERS

NAMES = ("tf-idf", "wordllama", "tf-idf + wordllama")


def tickets() -> pd.DataFrame:
    """Return the tickets with their true intents."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples"))
    from tickets import make_tickets

    return make_tickets()[["text", "true_intent"]].set_axis(["text", "label"], axis=1)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--csv", nargs=3, metavar=("FILE", "TEXT", "LABEL"))
    parser.add_argument("--rows", type=int, default=5_000)
    given = parser.parse_args()
    os.environ["LABELATLAS_CACHE_DIR"] = tempfile.mkdtemp()
    if given.csv:
        file, *columns = given.csv
        frame = pd.read_csv(file)[columns].set_axis(["text", "label"], axis=1)
    else:
        frame = tickets()
    frame = frame.sample(min(given.rows, len(frame)), random_state=0).reset_index(drop=True)
    texts = frame["text"].tolist()
    sources = {name: {"text": "text", "embedder": name} for name in NAMES}
    ranked = compare_embedders(frame, sources, label="label", key="index").to_frame()
    print(ranked.to_string(index=False))
    print("\n| embedder | texts a CPU-s |\n|---|---|")
    for name in NAMES:
        embed = EMBEDDERS["text" if name == "tf-idf" else name].embed
        start = time.process_time()
        embed(texts, seed=0)
        print(f"| {name} | {len(texts) / (time.process_time() - start):,.0f} |", flush=True)


if __name__ == "__main__":
    main()
