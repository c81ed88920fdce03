"""Label shift: time, coverage of intervals, level and power of the test of the assumption, and the gate of `discover`.

    python tests/bench/bench_label_shift.py [--runs 300] [--only time interval assumption gate] [--device cpu] [--large]

The peer in the same run is a plain vectorised bootstrap of expectation-maximisation after bias-corrected temperature scaling of
the same probabilities (with its own fit). CPU seconds.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.optimize import linear_sum_assignment, minimize
from sklearn.cluster import KMeans

from labelatlas.exceptions import NotApplicable
from labelatlas.label_shift import check_assumption, discover, estimate


def rows(random, n, priors, *, spread=1.0, sure=1.0):
    """Return probabilities, labels and vectors of classes around the corners of a simplex; `sure` above 1 is too sure."""
    n_classes = len(priors)
    labels = random.choice(n_classes, n, p=priors)
    points = 3 * np.eye(n_classes)[labels] + spread * random.normal(size=(n, n_classes))
    scores = sure * 3 * points / spread**2
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True), labels, points


def bias_corrected(source, labels):
    """Return the function that makes probabilities honest: a temperature and a bias per class, by log-loss on the source."""
    logs, rows, hot = np.log(source), np.arange(len(labels)), np.eye(source.shape[1])[labels]

    def scaled(values, of):
        powers = of * values[0] + values[1:]
        powers = np.exp(powers - powers.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    def loss(values):
        chances = scaled(values, logs)
        off = (chances - hot) / len(labels)
        held = 1e-4 * (values[1:] ** 2).sum()
        slope = np.r_[(off * logs).sum(), off.sum(axis=0) + 2e-4 * values[1:]]
        return held - np.log(chances[rows, labels].clip(1e-300)).mean(), slope

    found = minimize(loss, np.r_[1.0, np.zeros(source.shape[1])], jac=True, method="L-BFGS-B").x
    return lambda p: scaled(found, np.log(p))


def plain_bootstrap(source, labels, target, random, replicates=200):
    """Return 95% intervals of expectation-maximisation with bias-corrected temperatures: the target resampled."""
    m, honest = len(target), bias_corrected(source, labels)
    weights = np.vstack([np.full(m, 1 / m), random.multinomial(m, np.full(m, 1 / m), replicates) / m])
    believed = honest(source).mean(axis=0)
    ratio, q = honest(target) / believed, np.tile(believed, (len(weights), 1))
    for _ in range(200):
        better = q * ((weights / (q @ ratio.T)) @ ratio)
        still = np.abs(better - q).max() < 1e-5
        q = better
        if still:
            break
    return np.percentile(q[1:], [2.5, 97.5], axis=0)


def cpu_seconds(work, repeats=3):
    """Return the median CPU time of a call."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return float(np.median(taken))


def show_time(device, large):
    """Print the time of an estimate with intervals."""
    print(
        "| source rows | target rows | classes | CPU-s | plain bootstrap of EM + BCTS, CPU-s |\n|---|---|---|---|---|"
    )
    random = np.random.default_rng(0)
    sizes = [(500, 500, 2), (500, 500, 10), (5_000, 500, 10), (5_000, 5_000, 10), (5_000, 5_000, 20)]
    for n, m, n_classes in [*sizes, *([(2_000, 1_000_000, 100)] if large else [])]:
        source, labels, _ = rows(random, n, np.full(n_classes, 1 / n_classes))
        target, _, _ = rows(random, m, random.dirichlet(np.ones(n_classes)))
        estimate(source[:100], labels[:100] % n_classes, target[:10]) if len(set(labels[:100])) == n_classes else None
        ours = cpu_seconds(lambda s=source, y=labels, t=target: estimate(s, y, t, device=device), 1 if m > 10**5 else 3)
        peer = (
            cpu_seconds(lambda s=source, y=labels, t=target: plain_bootstrap(s, y, t, random))
            if m <= 10**5
            else float("nan")
        )
        print(f"| {n:,} | {m:,} | {n_classes} | {ours:.3f} | {peer:.3f} |", flush=True)


def show_interval(runs, device):
    """Print how often 95% intervals, half a row wider, hold the population's priors, and their width against the peer's."""
    print("| world | alpha | held | held, prior below 1% | width / plain | plain held |\n|---|---|---|---|---|---|")
    pooled = []
    for name, n_classes, spread, sure, skew in [
        ("even source", 5, 1.5, 1.0, False),
        ("too sure", 5, 1.5, 2.5, False),
        ("skewed source, 10 classes", 10, 1.2, 1.0, True),
        ("two classes, too sure", 2, 2.0, 2.0, False),
    ]:
        for alpha in (0.1, 1.0, 10.0):
            held, rare, widths, plain, peer = [], [], [], [], []
            for run in range(runs):
                random = np.random.default_rng([run, n_classes, int(10 * alpha)])
                priors = np.full(n_classes, 1 / n_classes)
                if skew:
                    priors = random.permutation(1 / np.arange(1, n_classes + 1))
                    priors /= priors.sum()
                source, labels, _ = rows(random, 1_000, priors, spread=spread, sure=sure)
                if len(set(labels)) < n_classes:
                    continue
                truth = random.dirichlet(np.full(n_classes, alpha))
                target, _, _ = rows(random, 500, truth, spread=spread, sure=sure)
                found = estimate(source, labels, target, device=device)
                inside = (found.low - 0.001 <= truth) & (truth <= found.high + 0.001)
                held += inside.tolist()
                rare += inside[truth < 0.01].tolist()
                low, high = plain_bootstrap(source, labels, target, random)
                widths.append((found.high - found.low).mean())
                plain.append((high - low).mean())
                peer += ((low - 0.001 <= truth) & (truth <= high + 0.001)).tolist()
            few = np.mean(rare) if rare else float("nan")
            print(
                f"| {name} | {alpha:g} | {np.mean(held):.3f} | {few:.3f} | {np.mean(widths) / np.mean(plain):.2f} | "
                f"{np.mean(peer):.3f} |",
                flush=True,
            )
            pooled.append(np.mean(held))
    print(f"mean of {runs} runs a line: {np.mean(pooled):.3f}")


def show_assumption(runs, device):
    """Print how often the test rejects at 5%, where only the mix differs and where a fifth of the rows was changed."""
    print("| planted | rejected | said new content |\n|---|---|---|")
    centres = np.random.default_rng(7).normal(size=(4, 20)) * 0.8

    def model(vectors):
        scores = 1.5 * (vectors @ centres.T - 0.5 * (centres**2).sum(axis=1))
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    for plant, share in (("nothing", 1.0), ("moved by 1.5 sd", 0.2), ("noisier", 0.2), ("new content", 0.2)):
        kinds = []
        for run in range(max(20, int(runs * share))):
            random = np.random.default_rng([run, 3])
            labels, hidden = random.integers(4, size=1_000), random.choice(4, 600, p=random.dirichlet(np.ones(4)))
            source, target = (centres[y] + random.normal(size=(len(y), 20)) for y in (labels, hidden))
            changed = random.permutation(600)[:120]
            if plant == "moved by 1.5 sd":
                target[changed] += 1.5 * np.sign(centres[0]) / np.sqrt(20)
            elif plant == "noisier":
                target[changed] += 0.7 * random.normal(size=(120, 20))
            elif plant == "new content":
                target[changed] = 3 * np.sign(centres[1]) + 0.5 * random.normal(size=(120, 20))
            found = check_assumption(source, model(source), labels, target, model(target), device=device)
            kinds.append(found.kind)
        rejected = np.mean([kind != "pure label shift" for kind in kinds])
        print(f"| {plant} | {rejected:.3f} of {len(kinds)} | {kinds.count('new content')} |", flush=True)


def domains_of(random, n_rows, n_classes, n_domains, alpha, spread, misleading):
    """Return vectors, domains and hidden classes; where features mislead, clusters that are no classes lie far apart."""
    mixes = random.dirichlet(np.full(n_classes, alpha), n_domains)
    domain = np.arange(n_rows) % n_domains
    hidden = np.array([random.choice(n_classes, p=mixes[d]) for d in domain])
    vectors = 3 * np.eye(n_classes, n_classes + 4)[hidden] + spread * random.normal(size=(n_rows, n_classes + 4))
    if misleading:
        vectors[:, -1] += 12 * random.integers(n_classes, size=n_rows)
    return vectors, domain, hidden


def right_of(said, hidden, n_classes):
    """Return the share of rows of the right class, classes matched as well as can be."""
    table = np.zeros((n_classes, n_classes))
    np.add.at(table, (said, hidden), 1)
    return table[linear_sum_assignment(-table)].sum() / len(hidden)


def show_gate(runs, device):
    """Print how often `discover` refuses, by how many of its classes are right without the gate; k-means beside."""
    print("| rows, classes, domains, alpha, spread | right without gate | k-means | refused |\n|---|---|---|---|")
    judged = []
    for n_rows, n_classes, n_domains, alpha, spread, misleading in [
        (1_200, 2, 4, 0.5, 1.0, True),
        (1_200, 3, 9, 0.4, 1.0, True),
        (600, 2, 6, 1.0, 1.0, True),
        (600, 2, 3, 0.5, 1.0, False),
        (600, 3, 6, 0.5, 1.0, False),
        (600, 3, 9, 1.0, 1.0, False),
        (1_200, 4, 8, 0.3, 1.2, False),
        (1_200, 5, 10, 1.0, 1.0, False),
        (1_200, 6, 7, 1.0, 1.3, False),
        (1_200, 4, 6, 2.0, 1.0, False),
        (1_200, 10, 20, 0.2, 1.0, False),
        (1_200, 3, 4, 8.0, 1.0, False),
        (600, 4, 8, 5.0, 1.2, False),
        (600, 3, 5, 10.0, 1.0, True),
        (600, 5, 6, 10.0, 1.2, False),
        (400, 4, 4, 3.0, 1.3, True),
        (1_200, 4, 6, 50.0, 1.0, False),
    ]:
        right, plain, refused = [], [], []
        for run in range(max(3, runs // 10)):
            random = np.random.default_rng([run, 4, n_rows, n_classes, n_domains])
            vectors, domain, hidden = domains_of(random, n_rows, n_classes, n_domains, alpha, spread, misleading)
            asked = {"n_classes": n_classes, "device": device}
            try:
                found = discover(vectors, domain, **asked)
                refused.append(False)
            except NotApplicable:
                found = discover(vectors, domain, gate=False, **asked)
                refused.append(True)
            right.append(right_of(found.predict(vectors, domain), hidden, n_classes))
            by_features = KMeans(n_classes, n_init=10, random_state=run).fit_predict(vectors)
            plain.append(right_of(by_features, hidden, n_classes))
        judged += zip(right, refused, strict=True)
        name = (
            f"{n_rows:,}, {n_classes}, {n_domains}, {alpha:g}, {spread:g}{', features mislead' if misleading else ''}"
        )
        print(
            f"| {name} | {np.mean(right):.2f} ({min(right):.2f}-{max(right):.2f}) | {np.mean(plain):.2f} | "
            f"{sum(refused)} of {len(refused)} |",
            flush=True,
        )
    for word, chosen in (("below .6", lambda r: r < 0.6), ("at least .85", lambda r: r >= 0.85)):
        said = [no for r, no in judged if chosen(r)]
        print(f"right {word} without gate: {sum(said)} of {len(said)} refused")


def main():
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--only", nargs="*", default=["time", "interval", "assumption", "gate"])
    parser.add_argument("--device", default="auto")
    parser.add_argument("--large", action="store_true", help="also a million target rows of 100 classes")
    asked = parser.parse_args()
    if "time" in asked.only:
        show_time(asked.device, asked.large)
    for name, show in (("interval", show_interval), ("assumption", show_assumption), ("gate", show_gate)):
        if name in asked.only:
            show(asked.runs, asked.device)


if __name__ == "__main__":
    main()
