"""What finding label errors costs and what it is worth, beside cleanlab where it is installed.

    python tests/bench/bench_label_errors.py            # all parts
    python tests/bench/bench_label_errors.py flags      # one: flags, rows, calibration, rate
    python tests/bench/bench_label_errors.py bounds EXAM   # how far any score could get where errors were injected, by an exam's sets

cleanlab is no dependency: `pip install "cleanlab[datalab]"` into the same environment adds its columns. Each measurement runs in
a process of its own; CPU seconds are those of the process, memory is its peak above what the inputs and imports take.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

PARTS = ("flags", "rows", "calibration", "rate")


def probabilities(n, n_classes, seed=0):
    random = np.random.default_rng(seed)
    truth = random.integers(0, n_classes, n)
    p = random.random((n, n_classes), dtype=np.float32) ** 4
    p[np.arange(n), truth] += 3
    p /= p.sum(axis=1, keepdims=True)
    wrong = random.random(n) < 0.1
    return np.where(wrong, (truth + 1) % n_classes, truth), p


def vectors(n=50_000, d=128, n_classes=20, seed=0):
    random = np.random.default_rng(seed)
    centres = 1.2 * random.normal(size=(n_classes, d)) / np.sqrt(d / 16)
    truth = random.integers(0, n_classes, n)
    X = (centres[truth] + random.normal(size=(n, d))).astype(np.float32)
    X[: n // 100] = X[n // 2 : n // 2 + n // 100] + 1e-4
    scores = -0.5 * ((X**2).sum(1)[:, None] - 2 * X @ centres.T + (centres**2).sum(1)) / 4
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    wrong = random.random(n) < 0.1
    return np.where(wrong, (truth + 1) % n_classes, truth), p.astype(np.float32), X, truth % 7


def measured(act):
    """Return CPU and wall seconds and the peak in MB above what was there before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu, wall = time.process_time(), time.perf_counter()
    act()
    spent = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"cpu": round(spent[0], 2), "wall": round(spent[1], 2), "MB": round((peak - before) / 1024)}


def ours_flags(n_classes):
    from labelatlas.label_errors import flag

    y, p = probabilities(1_000_000, n_classes)
    flag(y[:1000], p[:1000])  # imports
    return measured(lambda: flag(y, p))


def cleanlab_flags(n_classes):
    from cleanlab.filter import find_label_issues

    y, p = probabilities(1_000_000, n_classes)
    find_label_issues(y[:1000], p[:1000], n_jobs=1)
    return measured(lambda: find_label_issues(y, p, n_jobs=1))


def ours_rows():
    from labelatlas.label_errors import check_rows
    from labelatlas.space import find_neighbors

    y, p, X, groups = vectors()
    find_neighbors(X[:500], k=15)
    return measured(lambda: check_rows(y, p, find_neighbors(X, k=15), groups=groups))


def cleanlab_rows():
    from cleanlab import Datalab

    y, p, X, _ = vectors()
    lab = Datalab(data={"y": y}, label_name="y", verbosity=0)
    return measured(lambda: lab.find_issues(pred_probs=p, features=X))


def calibration():
    """Expected calibration error over planted errors: four sets, three kinds of noise, with neighbours."""
    from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_classification

    from labelatlas.label_errors import suspicion
    from labelatlas.probe import out_of_fold
    from labelatlas.space import find_neighbors

    def scaled(X):
        return ((X - X.mean(axis=0)) / (X.std(axis=0) + 1e-9)).astype(np.float32)

    made = make_classification(3000, 20, n_informative=8, n_classes=5, class_sep=1.6, flip_y=0, random_state=1)
    sets = {
        "digits": tuple(load_digits(return_X_y=True)),
        "breast cancer": tuple(load_breast_cancer(return_X_y=True)),
        "wine": tuple(load_wine(return_X_y=True)),
        "made": made,
    }
    lines = {}
    for name, (X, truth) in sets.items():
        Z = scaled(X)
        near = find_neighbors(Z, k=15)
        clean = out_of_fold(Z, truth, device="cpu").probabilities
        n, n_classes = clean.shape
        for kind in ("uniform", "by class", "hard"):
            errors = []
            for seed in range(3):
                random = np.random.default_rng([seed, len(name)])
                rival = clean.copy()
                rival[np.arange(n), truth] = 0
                rate = {"uniform": 0.1, "by class": np.linspace(0.03, 0.2, n_classes)[truth]}.get(kind)
                if kind == "hard":
                    rate = np.minimum(0.1 * rival.max(axis=1) ** 0.5 / (rival.max(axis=1) ** 0.5).mean(), 0.6)
                other = (
                    (truth + random.integers(1, n_classes, n)) % n_classes if kind != "hard" else rival.argmax(axis=1)
                )
                wrong = random.random(n) < rate
                y = np.where(wrong, other, truth)
                chances = suspicion(y, out_of_fold(Z, y, seed=seed, device="cpu").probabilities, neighbors=near)
                bins = np.minimum((chances * 15).astype(int), 14)
                gaps = [abs(chances[bins == b].sum() - wrong[bins == b].sum()) for b in range(15)]
                errors.append(sum(gaps) / n)
            lines[f"{name}, {kind}"] = round(float(np.mean(errors)), 3)
    return lines


def rate(seeds=20):
    """Planted 15% class-dependent noise on digits: error of the rate, and how often the interval holds 15%."""
    from sklearn.datasets import load_digits

    from labelatlas.label_errors import find
    from labelatlas.probe import out_of_fold
    from labelatlas.space import find_neighbors

    X, truth = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    near = find_neighbors(X, k=15)
    within = held = 0
    for seed in range(seeds):
        random = np.random.default_rng([seed, 15])
        each = random.uniform(0.05, 0.25, 10)
        each *= 0.15 / each[truth].mean()
        wrong = random.random(len(truth)) < each[truth]
        y = np.where(wrong, (truth + random.integers(1, 4, len(truth))) % 10, truth)
        found = find(y, out_of_fold(X, y, seed=seed, device="cpu").probabilities, neighbors=near)
        within += abs(found.noise_rate - 0.15) <= 0.02
        held += found.noise_interval[0] <= 0.15 <= found.noise_interval[1]
    return {"seeds": seeds, "within .02": int(within), "interval holds .15": int(held)}


def bounds(folder):
    """What a score could reach that was told which rows are wrong, beside ours; sets with injected errors of the exam in a folder.

    Injected errors know nothing of their rows but class and probabilities, so that the best score is a rising function of the log-odds
    for each class: fitted to the errors themselves (isotonic regression), it is above what any score can hope for.
    """
    from sklearn.isotonic import IsotonicRegression

    from labelatlas.label_errors import flag, suspicion

    sys.path.insert(0, folder)
    import label_errors as exam  # the exam's own module, not the room

    def best_f1(wrong, score):
        hits = np.cumsum(wrong[np.argsort(-score, kind="stable")])
        return float((2 * hits / (np.arange(1, len(wrong) + 1) + wrong.sum())).max())

    lines = {}
    known = [name for name in ("mnist", "cifar10", "20news", "imdb") if name in exam_sets(folder)]
    for track, name, y, p, wrong, _ in exam.cases_full(f"{folder}/data", False, known):
        if track != "I":
            continue
        odds, told = exam.s_logodds(y, p), np.zeros(len(y))
        for label in range(p.shape[1]):
            rows = y == label
            told[rows] = IsotonicRegression().fit(odds[rows], wrong[rows]).predict(odds[rows])
        told += 1e-9 * odds
        ours, flagged = suspicion(y, p), flag(y, p)
        lines[name] = {
            "AP": exam.ap(wrong, ours),
            "AP when told": exam.ap(wrong, told),
            "F1": 2 * float((flagged & wrong).sum()) / float(flagged.sum() + wrong.sum()),
            "F1 at the best cut": best_f1(wrong, ours),
            "F1 when told": best_f1(wrong, told),
        }
    lines["mean"] = {
        what: float(np.mean([line[what] for line in lines.values()])) for what in next(iter(lines.values()))
    }
    return {name: {what: round(value, 4) for what, value in line.items()} for name, line in lines.items()}


def exam_sets(folder):
    return {path.name.removesuffix("_mturk.json") for path in (Path(folder) / "data/label-errors").glob("*_mturk.json")}


def alone(call):
    """Return what a call of this module gives in a fresh process; None when a package is not there."""
    done = subprocess.run([sys.executable, __file__, "--call", call], capture_output=True, text=True, check=False)
    if done.returncode:
        missing = "No module named" in done.stderr
        return "not installed" if missing else f"failed: {done.stderr.strip().splitlines()[-1]}"
    return json.loads(done.stdout.strip().splitlines()[-1])


def main(parts):
    if "flags" in parts:
        for n_classes in (10, 100):
            for who in ("ours", "cleanlab"):
                print(f"flags 1M x {n_classes:3d} {who:9s}", alone(f"{who}_flags({n_classes})"))
    if "rows" in parts:
        for who in ("ours", "cleanlab"):
            print(f"row checks 50k x 128 {who:9s}", alone(f"{who}_rows()"))
    for part in ("calibration", "rate"):
        if part in parts:
            print(part, json.dumps(alone(f"{part}()"), indent=1))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--call"]:
        name, _, argument = sys.argv[2].rstrip(")").partition("(")
        print(json.dumps(globals()[name](*([int(argument)] if argument else []))))
    elif sys.argv[1:2] == ["bounds"]:
        print(json.dumps(bounds(sys.argv[2]), indent=1))
    else:
        main(sys.argv[1:] or PARTS)
