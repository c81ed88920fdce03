"""What heads that had not seen a row say about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._typing import UNLABELLED, Float32Array, Float64Array, Int32Array
from labelatlas._values import code_values
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.probe._folds import assign_folds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    import torch

    from labelatlas._typing import Device, Step
    from labelatlas.probe._head import Head

Prior: TypeAlias = Literal["given", "uniform"]
"""Whose class mix the probabilities are for."""

_DECAYS = (1.0, 1e-1, 1e-2, 1e-3, 1e-4)
# The decay is judged on whole folds until this many held-out rows have been heard: more would not change the choice.
_ENOUGH_TO_CHOOSE = 2_000
_FEWEST = 2


@dataclass(frozen=True)
class OutOfFold:
    """Calibrated probabilities of every row by heads that had not seen it.

    Attributes
    ----------
    probabilities : ndarray of shape (n, C), float32
        Each row sums to 1. A labelled row is judged by the head of its own fold, an unlabelled row by the mean of all heads.
    log_loss : float
        Mean -log probability of the given label over the labelled rows, in nats.
    accuracy : float
        Share of labelled rows whose given label is the most probable.
    temperature : float
        What the logits were divided by; 1 when calibration did not pay on held-out rows.
    bias : ndarray of shape (C,), float64
        What was added to them; zeros when it did not pay.
    decay : float
        The weight decay that had the lowest held-out loss.
    folds : int
        Number of folds used: at most the number asked for, of labelled rows, of groups.
    unseen : ndarray of shape (u,), int32
        Classes of which some row was judged by a head that had been shown no row of that class (a class with one row, or all
        of it in one group). There the class gets the probability 1 / (rows the head was shown + C): nothing can be said.
    by_head : ndarray of shape (folds, m, C), float32, or None
        What each head by itself says of the m unlabelled rows, in their order; None unless asked for. The mean over heads is
        another, better model than the single heads that judged the labelled rows: who compares labelled with unlabelled
        rows (label shift) compares head with head.
    """

    probabilities: Float32Array
    log_loss: float
    accuracy: float
    temperature: float
    bias: Float64Array
    decay: float
    folds: int
    unseen: Int32Array
    by_head: Float32Array | None = None


def out_of_fold(
    Z: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    n_classes: int | None = None,
    folds: int = 5,
    seed: int = 0,
    groups: npt.ArrayLike | None = None,
    weights: npt.ArrayLike | None = None,
    prior: Prior = "given",
    device: Device = "auto",
    keep_heads: bool = False,
    names: Sequence[Any] | None = None,
    progress: Step | None = None,
) -> OutOfFold:
    """Return calibrated out-of-fold probabilities of all rows.

    Parameters
    ----------
    Z : array-like of shape (n, d)
        Vectors; finite.
    labels : array-like of shape (n,), int
        Codes 0..C-1; -1 = unlabelled.
    n_classes : int or None
        C; the largest code + 1 when None. A class without a row gets a probability near 0.
    folds : int
        At least 2.
    seed : int
        The same seed and the same order of rows give the same result on the same machine.
    groups : array-like of shape (n,) or None
        Rows of equal value are held out together; a missing value = of no group.
    weights : array-like of shape (n,) or None
        How much each labelled row counts while heads learn: not negative, and positive for some row of two classes. Calibration and
        the choice of the decay count all rows alike.
    prior : {"given", "uniform"}
        "uniform" answers as if all classes were equally frequent, so that a rare class is not talked out of its rows: p is divided
        by the class shares (the post-hoc logit adjustment of Menon et al., "Long-Tail Learning via Logit Adjustment", 2021).
    device : {"auto", "cpu", "cuda"}
    keep_heads : bool
        Whether to keep what each head says of the unlabelled rows, `OutOfFold.by_head`.
    names : sequence of length C or None
        Class names, for messages.
    progress : callable or None
        Called with ("learning", heads fitted, heads in all) at each look at all rows; what it raises ends the work.

    Returns
    -------
    OutOfFold

    Raises
    ------
    InputError
        When shapes do not fit, a vector is not finite, a code lies outside -1..C-1, `folds` is below 2, weights are negative or
        leave fewer than two classes, `prior` is none of the two, or there is no GPU where one is asked for.
    NotApplicable
        When fewer than two classes have two labelled rows, or all labelled rows are of one group.

    Examples
    --------
    >>> import numpy as np
    >>> Z = np.repeat([[0.0, 1.0], [1.0, 0.0]], 10, axis=0)
    >>> out_of_fold(Z, np.repeat([0, 1], 10)).accuracy
    1.0
    """
    vectors, codes, n_classes = checked(Z, labels, n_classes, names)
    counted = None if weights is None else _checked_weights(weights, codes)
    if prior not in get_args(Prior):
        raise InputError(f'prior must be "given" or "uniform". Got {prior!r} instead.', hint="Leave prior out.")
    place = resolve_device(device)
    import torch

    from labelatlas.probe._calibration import calibrate
    from labelatlas.probe._head import standardise

    labelled = np.flatnonzero(codes != UNLABELLED)
    group_numbers = None if groups is None else _group_numbers(groups, len(codes))[labelled]
    fold = assign_folds(codes[labelled], folds=folds, seed=seed, groups=group_numbers)
    used = int(fold.max()) + 1
    x = standardise(torch.tensor(vectors, device=place))
    rows = torch.as_tensor(labelled, device=place)
    y = torch.as_tensor(codes[labelled], dtype=torch.int64, device=place)
    fold_of = torch.as_tensor(fold, dtype=torch.int64, device=place)

    importance = None if counted is None else torch.as_tensor(counted[labelled], device=place)
    decay, heads = _heads(x[rows], y, fold_of, n_classes, importance, progress)
    shown = [int((fold_of != f).sum()) for f in range(used)]
    logits = torch.empty((len(labelled), n_classes), dtype=torch.float64, device=place)
    for f, head in enumerate(heads):
        logits[fold_of == f] = _finite_logits(head, x[rows[fold_of == f]], shown[f])
    calibration = calibrate(logits, y, fold_of)

    probabilities = torch.empty((len(codes), n_classes), dtype=torch.float32, device=place)
    sizes = torch.bincount(y, minlength=n_classes).double()
    lift = -torch.log(sizes.clamp(min=1)) if prior == "uniform" else torch.zeros_like(sizes)
    judged = torch.log_softmax(calibration.apply(logits) + lift, dim=1)
    probabilities[rows] = judged.exp().float()
    others = torch.as_tensor(np.flatnonzero(codes == UNLABELLED), device=place)
    by_head: list[Float32Array] = []
    total = torch.zeros((len(others), n_classes), dtype=torch.float64, device=place)
    for head, known in zip(heads, shown, strict=True):
        said = torch.softmax(calibration.apply(_finite_logits(head, x[others], known)) + lift, dim=1)
        total += said
        if keep_heads:
            by_head.append(said.float().cpu().numpy())
    probabilities[others] = (total / used).float()
    return OutOfFold(
        probabilities=probabilities.cpu().numpy(),
        log_loss=float(torch.nn.functional.nll_loss(judged, y)),
        accuracy=float((judged.argmax(dim=1) == y).double().mean()),
        temperature=calibration.temperature,
        bias=calibration.bias.cpu().numpy(),
        decay=decay,
        folds=used,
        unseen=_unseen(codes[labelled], fold, n_classes),
        by_head=np.stack(by_head) if keep_heads else None,
    )


def checked(
    Z: npt.ArrayLike, labels: npt.ArrayLike, n_classes: int | None, names: Sequence[Any] | None = None
) -> tuple[Float32Array, Int32Array, int]:
    """Return vectors, codes and the number of classes, or say what is wrong with them."""
    try:
        with np.errstate(over="ignore"):  # what is too large for float32 is refused below, as infinite
            vectors = np.ascontiguousarray(Z, dtype=np.float32)
    except (TypeError, ValueError):
        message = "Z must be numbers of shape (n, d). Got text, missing values or rows of several lengths instead."
        raise InputError(message, hint="Pass one vector of numbers for each row.") from None
    codes = np.asarray(labels)
    if vectors.ndim != 2 or codes.shape != vectors.shape[:1]:
        message = f"Z must be of shape (n, d) and labels of shape (n,). Got {vectors.shape} and {codes.shape} instead."
        raise InputError(message, hint="Pass one vector and one code for each row.")
    if len(codes) and codes.dtype.kind not in "iu":
        message = f"labels must be whole numbers. Got dtype {codes.dtype} instead."
        raise InputError(message, hint="Pass int codes, -1 for unlabelled rows.")
    bad = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(bad):
        message = f"Z must be finite. Got NaN or infinity in {len(bad)} rows instead, the first at row {bad[0]}."
        raise InputError(message, hint="Drop these rows or fill the missing values.")
    top = int(codes.max()) if len(codes) else UNLABELLED
    n_classes = top + 1 if n_classes is None else n_classes
    if len(codes) and (int(codes.min()) < UNLABELLED or top >= n_classes):
        message = f"labels must lie in -1..{n_classes - 1}. Got {int(codes.min())}..{top} instead."
        raise InputError(message, hint="Code unlabelled rows as -1, and pass n_classes when codes are not all in use.")
    codes = codes.astype(np.int32)
    counts = np.bincount(codes[codes != UNLABELLED], minlength=n_classes)
    able = int((counts >= _FEWEST).sum())
    if able < _FEWEST:
        few = np.flatnonzero(counts < _FEWEST).tolist()
        called = ", ".join(str(code) if names is None else repr(names[code]) for code in few[:5])
        short = f", fewer in {len(few)} classes: {called}" if few else ""
        message = (
            f"Out-of-fold probabilities need two classes with at least 2 labelled rows each. Got {able}{short} instead."
        )
        raise NotApplicable(message, hint="Label at least two rows of each of two classes.")
    return vectors, codes, n_classes


def _group_numbers(groups: npt.ArrayLike, n: int) -> npt.NDArray[np.int64]:
    codes, names = code_values("groups", groups, n)
    return np.where(codes < 0, len(names) + np.arange(n), codes)


def _checked_weights(weights: npt.ArrayLike, codes: Int32Array) -> Float32Array:
    hint = "Pass one weight for each row, 0 to leave it out."
    try:
        given = np.asarray(weights, dtype=np.float32)
    except (TypeError, ValueError):
        raise InputError("weights must be numbers. Got something else among them instead.", hint=hint) from None
    if given.shape != codes.shape:
        raise InputError(f"weights must be of shape {codes.shape}. Got {given.shape} instead.", hint=hint)
    bad = np.flatnonzero(~(np.isfinite(given) & (given >= 0)))
    if len(bad):
        message = f"weights must be finite and not negative. Got {given[bad[0]]} at row {bad[0]} instead."
        raise InputError(message, hint=hint)
    if len(np.unique(codes[(codes != UNLABELLED) & (given > 0)])) < _FEWEST:
        message = "weights must be positive for some row of two classes. Got fewer instead."
        raise InputError(message, hint="Leave weights out, or weigh rows of a second class.")
    return given


def _heads(
    x: torch.Tensor,
    y: torch.Tensor,
    fold_of: torch.Tensor,
    n_classes: int,
    weights: torch.Tensor | None = None,
    progress: Step | None = None,
) -> tuple[float, list[Head]]:
    """Return the decay with the lowest held-out loss, and with it a head for each fold that has not seen the fold."""
    import torch

    from labelatlas.probe._head import fit_path

    def part(fit: torch.Tensor) -> torch.Tensor | None:
        if weights is None or not bool((weights[fit] > 0).any()):
            return None  # a fold whose others all weigh nothing counts them alike
        return weights[fit]

    def heard_of(done: int) -> Callable[[], None] | None:
        return None if progress is None else partial(progress, "learning", done, used)

    used = int(fold_of.max()) + 1
    losses = np.zeros(len(_DECAYS))
    heard = 0
    paths: list[list[Head]] = []
    for f in range(used):
        fit, judge = fold_of != f, fold_of == f
        paths.append(
            fit_path(x[fit], y[fit], n_classes=n_classes, decays=_DECAYS, weights=part(fit), heard=heard_of(f))
        )
        for i, head in enumerate(paths[-1]):
            logits = _finite_logits(head, x[judge], int(fit.sum()))
            losses[i] += float(torch.nn.functional.cross_entropy(logits, y[judge], reduction="sum"))
        heard += int(judge.sum())
        if heard >= _ENOUGH_TO_CHOOSE:
            break
    best = int(np.argmin(losses))
    heads = [path[best] for path in paths]
    for f in range(len(paths), used):
        fit = fold_of != f
        walk = fit_path(
            x[fit], y[fit], n_classes=n_classes, decays=_DECAYS[: best + 1], weights=part(fit), heard=heard_of(f)
        )
        heads.append(walk[-1])
    return _DECAYS[best], heads


def _finite_logits(head: Head, x: torch.Tensor, shown: int) -> torch.Tensor:
    """Return log-probabilities in float64, a class that the head was not shown at 1 / (shown + C), as Laplace would."""
    import torch

    scores = torch.log_softmax(head.logits(x).double(), dim=1)
    absent = torch.isneginf(head.bias)
    if not bool(absent.any()):
        return scores
    share = 1.0 / (shown + scores.shape[1])
    scores = scores + np.log1p(-share * int(absent.sum()))
    return scores.masked_fill(absent, float(np.log(share)))


def _unseen(codes: Int32Array, fold: Int32Array, n_classes: int) -> Int32Array:
    n_folds = int(fold.max()) + 1
    held = np.bincount(codes.astype(np.int64) * n_folds + fold, minlength=n_classes * n_folds).reshape(
        n_classes, n_folds
    )
    alone = (held > 0) & (held == held.sum(axis=1, keepdims=True))
    return np.flatnonzero(alone.any(axis=1)).astype(np.int32)
