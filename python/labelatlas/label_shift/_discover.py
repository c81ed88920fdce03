"""Classes from domains alone: kinds of rows that come in other proportions in each domain, found without any label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._device import resolve_device
from labelatlas._findings import Findings
from labelatlas._values import code_values, list_values
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift._plot import Picture, draw_domains

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import torch

    from labelatlas._typing import Device, Float32Array, Float64Array, Int64Array
    from labelatlas.label_shift._latent import Climbed, Origin

_FEWEST_IN_DOMAIN = 20
# How sure the surest rows of the classes are told worlds in which most rows were right from those in which most were wrong (area
# under the curve .97); the condition number of the shares found hardly did (.54), for shares that are guessed are well conditioned.
# It catches classes that come in the same proportion everywhere, which features have told apart.
_LEAST_ANCHOR = 0.85
_WORST_CONDITION = 25.0
# The judge of domains has one number fitted to all rows, its temperature: so much better than chance comes 5 times in 100.
_CHANCE_GAIN = 3.84


@dataclass(frozen=True, kw_only=True, repr=False)
class LatentClasses(Findings):
    """Classes found from domains; one line per class and domain.

    Attributes
    ----------
    class_given_domain : ndarray of shape (K, r), float64
        Share of each class in each domain; columns sum to 1.
    domains : tuple
        The r domains, in the order of the columns.
    condition : float
        Condition number of `class_given_domain`: how nearly one domain is a mix of others. Above 25 the gate
        refuses.
    anchors : ndarray of shape (K,), float64
        How sure the surest rows of each class are (99th percentile of p(class | row)); a class without sure rows is a guess.
        Where they are below .85 in the mean, each class counted by its share, the gate refuses.
    gain : float
        How much better than chance the discriminator predicts the domains of rows that it has not seen, in nats per row.
    origin : {"domains", "features", "both"}
        Whether the classes began as groups of rows that lean to the same domains, as clusters of the vectors, or as both.
    """

    class_given_domain: Float64Array
    domains: tuple[Any, ...]
    condition: float
    anchors: Float64Array
    gain: float
    origin: Origin
    _model: Climbed
    _centre: Float32Array
    _scale: float

    def columns(self) -> Mapping[str, Any]:
        """Return one line per class and domain."""
        n_classes, n_domains = self.class_given_domain.shape
        return {
            "class": np.repeat(np.arange(n_classes), n_domains),
            "domain": list(self.domains) * n_classes,
            "share": self.class_given_domain.ravel(),
        }

    def plot(self) -> Picture:
        """Return a picture: for each domain a bar made of the shares of its classes."""
        return draw_domains([str(domain) for domain in self.domains], self.class_given_domain)

    def predict(self, X: npt.ArrayLike, domain: npt.ArrayLike) -> Int64Array:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : array-like of shape (n, d)
        domain : array-like of shape (n,)
            Each one of `domains`.

        Returns
        -------
        ndarray of shape (n,), int64
            0..K-1; the numbers mean nothing but "the same" and "another".

        Raises
        ------
        InputError
            When shapes do not fit, a vector is not finite, or a domain was not there when the classes were found.
        """
        return self.probabilities(X, domain).argmax(axis=1)

    def probabilities(self, X: npt.ArrayLike, domain: npt.ArrayLike) -> Float64Array:
        """Return p(class | row, domain).

        Parameters
        ----------
        X : array-like of shape (n, d)
        domain : array-like of shape (n,)

        Returns
        -------
        ndarray of shape (n, K), float64

        Raises
        ------
        InputError
            As `predict`.
        """
        vectors = _checked(X, domain)
        values = list_values("domain", domain, len(vectors))
        if vectors.shape[1] != len(self._centre):
            message = f"X must have {len(self._centre)} columns. Got {vectors.shape[1]} instead."
            raise InputError(message, hint="Pass vectors of the same embedding.")
        place = {value: code for code, value in enumerate(self.domains)}
        unknown = [value for value in dict.fromkeys(values) if value not in place]
        if unknown:
            message = f"domain must be one of {list(self.domains)[:12]}. Got {unknown[0]!r} instead."
            raise InputError(message, hint="Find the classes again with the rows of this domain.")
        codes = np.array([place[value] for value in values], dtype=np.int64)
        return self._model.posterior(self._placed(vectors), codes)

    def _placed(self, vectors: Float32Array) -> torch.Tensor:
        import torch

        return torch.as_tensor((vectors - self._centre) / self._scale).to(self._model.network.parameters[0])


def discover(
    X: npt.ArrayLike,
    domain: npt.ArrayLike,
    *,
    n_classes: int,
    gate: bool = True,
    seed: int = 0,
    frame_kind: str = "pandas",
    device: Device = "auto",
) -> LatentClasses:
    """Return classes that explain how the rows of several domains differ, without a label.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Vectors; finite.
    domain : array-like of shape (n,)
        Where each row comes from: at least as many domains as classes, each with 20 rows.
    n_classes : int
        K, at least 2.
    gate : bool
        Whether to refuse classes that the domains do not determine.
    seed : int
    frame_kind : str
        Kind of frame that `LatentClasses.to_frame` returns.
    device : {"auto", "cpu", "cuda"}

    Returns
    -------
    LatentClasses

    Raises
    ------
    InputError
        When shapes do not fit, a vector is not finite, or `n_classes` or `device` is out of range.
    NotApplicable
        When there is one domain, or a domain has fewer than 20 rows. With `gate`: also when there are fewer domains than classes,
        the rows say nothing of their domain, the shares found are nearly dependent, or a class has no row that is surely its own.

    Notes
    -----
    Roberts, Mani, Garg, Lipton, "Unsupervised Learning under Latent Label Shift" (2022): rows of one class look the same in
    all domains, and each class has rows that are no other's. A discriminator of domains is learned out of fold (linear, network
    or neighbours, by held-out log-loss), rows that lean to the same domains are put together, and their counts factorised. From
    there, and from clusters of the vectors, the likelihood of the domains is climbed with a network for p(class | row).

    Examples
    --------
    >>> import numpy as np
    >>> random = np.random.default_rng(0)
    >>> domain = np.repeat([0, 1], 400)
    >>> hidden = (random.random(800) < np.where(domain == 0, 0.9, 0.1)).astype(int)
    >>> X = hidden[:, None] * 6 + random.normal(size=(800, 2))
    >>> found = discover(X, domain, n_classes=2)
    >>> right = (found.predict(X, domain) == hidden).mean()
    >>> bool(max(right, 1 - right) > 0.95)
    True
    """
    if not isinstance(n_classes, int | np.integer) or n_classes < 2:  # pyright: ignore[reportUnnecessaryIsInstance]
        message = f"n_classes must be a whole number, at least 2. Got {n_classes!r} instead."
        raise InputError(message, hint="Pass n_classes=2.")
    vectors = _checked(X, domain)
    codes, names = code_values("domain", domain, len(vectors))
    _check_domains(np.bincount(codes, minlength=len(names)), names, n_classes, gate=gate)
    where = resolve_device(device)
    import torch

    from labelatlas.label_shift._discriminator import domain_probabilities
    from labelatlas.label_shift._latent import climb_starts

    centre = vectors.mean(axis=0)
    scale = max(float((vectors - centre).std()), 1e-12)
    placed = torch.as_tensor((vectors - centre) / scale, device=where)
    said, _, loss = domain_probabilities(placed, codes, len(names), seed)
    best = climb_starts(placed, codes, said, n_classes, seed)[0]
    posterior = best.posterior(placed, codes)
    shares = np.stack([posterior[codes == d].mean(axis=0) for d in range(len(names))], axis=1)
    share = np.bincount(codes) / len(codes)
    found = LatentClasses(
        frame_kind=frame_kind,
        class_given_domain=shares,
        domains=names,
        condition=float(np.linalg.cond(shares)),
        anchors=np.quantile(best.chances(placed), 0.99, axis=0),
        gain=float(-(share * np.log(share)).sum() - loss),
        origin=best.origin,
        _model=best,
        _centre=centre,
        _scale=scale,
    )
    if gate:
        _check_determined(found, len(codes))
    return found


def _checked(X: npt.ArrayLike, domain: npt.ArrayLike) -> Float32Array:
    try:
        vectors = np.asarray(X, dtype=np.float32)
    except (TypeError, ValueError):
        message = "X must be numbers of shape (n, d). Got text, missing values or rows of several lengths instead."
        raise InputError(message, hint="Pass one vector of numbers for each row.") from None
    values: npt.NDArray[Any] = np.asarray(domain)
    if vectors.ndim != 2 or values.shape != vectors.shape[:1] or len(vectors) == 0:
        message = f"X must be of shape (n, d) and domain of shape (n,). Got {vectors.shape} and {values.shape} instead."
        raise InputError(message, hint="Pass one vector and one domain for each row.")
    missing = list_values("domain", values, len(vectors)).count(None)
    if missing:
        message = f"Each row must have a domain. Got {missing} rows without one instead."
        raise InputError(message, hint="Leave these rows out, or name what they have in common.")
    if not np.isfinite(vectors).all():
        raise InputError("X must be finite. Got NaN or infinity instead.", hint="Leave these rows out.")
    return vectors


def _check_domains(counts: Int64Array, names: tuple[Any, ...], n_classes: int, *, gate: bool) -> None:
    if len(names) < 2:
        raise NotApplicable(
            "Classes show in how domains differ. Got one domain instead.", hint="Name a column with several domains."
        )
    if counts.min() < _FEWEST_IN_DOMAIN:
        small = names[int(counts.argmin())]
        message = f"Each domain needs {_FEWEST_IN_DOMAIN} rows. Got {counts.min()} in {small!r} instead."
        raise NotApplicable(message, hint="Join small domains, or leave them out.")
    if gate and len(names) < n_classes:
        message = f"{n_classes} classes need as many domains. Got {len(names)} instead."
        raise NotApplicable(message, hint="Ask for fewer classes, or split the domains further.")


def _check_determined(found: LatentClasses, rows: int) -> None:
    hint = "Look at the clusters of the map instead, or pass gate=False to see the classes all the same."
    if 2 * rows * found.gain < _CHANCE_GAIN:
        message = f"Rows must say something of their domain. Got {found.gain:.3f} nats more than chance instead."
        raise NotApplicable(message, hint=hint)
    if found.condition > _WORST_CONDITION:
        message = (
            f"The domains must differ in their mix of classes in as many ways as there are classes. Got a condition number "
            f"of {found.condition:.0f} instead, above {_WORST_CONDITION:.0f}."
        )
        raise NotApplicable(message, hint=hint)
    anchor = float(found.anchors @ found.class_given_domain.mean(axis=1))
    if anchor < _LEAST_ANCHOR:
        message = (
            f"Each class needs rows that are surely its own. Got classes whose surest rows have {anchor:.2f} instead."
        )
        raise NotApplicable(message, hint=hint)
