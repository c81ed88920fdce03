"""What kinds of groups there are: a group (a user, a session, a document) read as a text whose words are the clusters of its rows.

HuBERTopic (a topic model over discrete pseudo-labels) found that topics of such texts tell speakers and themes apart. The model is
the one by which classes are found from domains: the same counts, of clusters by groups, factorised by `mixes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labelatlas._findings import Findings
from labelatlas._random import generator
from labelatlas._values import code_values, list_values
from labelatlas.exceptions import InputError, NotApplicable
from labelatlas.label_shift._factorise import count_cells, mixes

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import numpy.typing as npt

    from labelatlas._typing import Float64Array, Int64Array

_STREAM_FIT, _STREAM_NULL = 71, 72
_STARTS = 5
_SHUFFLES = 999
_FEWEST_GROUPS = 2


@dataclass(frozen=True, kw_only=True, repr=False)
class Encoding(Findings):
    """Which columns of the groups the topics tell; one line per column, the most surely told first.

    Attributes
    ----------
    names : tuple of str
    information : ndarray of shape (c,), float64
        Mutual information of the groups' main topic with the column, in nats.
    excess : ndarray of shape (c,), float64
        The same above its mean when the column is shuffled: columns with many values are told by chance alone.
    p_values : ndarray of shape (c,), float64
        Share of 999 shuffles in which the information is as high.
    """

    names: tuple[str, ...]
    information: Float64Array
    excess: Float64Array
    p_values: Float64Array

    def columns(self) -> Mapping[str, Any]:
        """Return one line per column."""
        return {
            "column": list(self.names),
            "information": self.information,
            "excess": self.excess,
            "p_value": self.p_values,
        }


@dataclass(frozen=True, kw_only=True, repr=False)
class GroupTopics(Findings):
    """Topics of groups; one line per group.

    Attributes
    ----------
    groups : tuple
        The g groups, sorted.
    clusters : tuple
        The v clusters, sorted.
    topic : ndarray of shape (g,), int64
        Main topic of each group, 0..K-1; the topic with most rows is 0.
    topic_given_group : ndarray of shape (K, g), float64
        Columns sum to 1.
    cluster_given_topic : ndarray of shape (v, K), float64
        Columns sum to 1.
    rows : ndarray of shape (g,), int64
        Rows of each group that lie in a cluster.
    seed : int
        The one that the topics were found with; `encodes` shuffles by it.
    """

    groups: tuple[Any, ...]
    clusters: tuple[Any, ...]
    topic: Int64Array
    topic_given_group: Float64Array
    cluster_given_topic: Float64Array
    rows: Int64Array
    seed: int

    def columns(self) -> Mapping[str, Any]:
        """Return one line per group."""
        return {
            "group": list(self.groups),
            "topic": self.topic,
            "share": self.topic_given_group.max(axis=0),
            "rows": self.rows,
        }

    def of_rows(self, group: npt.ArrayLike) -> Int64Array:
        """Return the main topic of each row's group: a column to colour the map by.

        Parameters
        ----------
        group : array-like of shape (n,)

        Returns
        -------
        ndarray of shape (n,), int64
            -1 for a group that has no topic.
        """
        place = {name: int(topic) for name, topic in zip(self.groups, self.topic, strict=True)}
        values = list_values("group", group, len(np.asarray(group)))
        return np.array([place.get(value, -1) for value in values], dtype=np.int64)

    def encodes(self, columns: Mapping[str, Sequence[Hashable]]) -> Encoding:
        """Return which columns of the groups the topics tell.

        Parameters
        ----------
        columns : mapping of str to sequence of length g
            By name, one value for each group, in the order of `groups`.

        Returns
        -------
        Encoding

        Raises
        ------
        InputError
            When there is no column, or one has another length.
        """
        listed = list(columns.items())
        if not listed:
            raise InputError("columns must hold at least one. Got none instead.", hint="Pass {'name': values}.")
        found = []
        for i, (name, values) in enumerate(listed):
            if len(values) != len(self.groups):
                message = f"Column {name!r} must have one value for each of {len(self.groups)} groups. Got {len(values)} instead."
                raise InputError(message, hint="Order the values as in .groups.")
            codes, _ = code_values(f"column {name!r}", values, len(values))
            codes += 1  # nothing said is a value too
            random = generator(self.seed, _STREAM_NULL, i)
            told = _information(self.topic, codes)
            shuffled = np.array([_information(self.topic, random.permutation(codes)) for _ in range(_SHUFFLES)])
            p_value = (1 + (shuffled >= told - 1e-12).sum()) / (_SHUFFLES + 1)
            found.append((name, told, told - shuffled.mean(), p_value))
        found.sort(key=lambda line: (line[3], -line[2]))
        names, information, excess, p_values = zip(*found, strict=True)
        return Encoding(
            frame_kind=self.frame_kind,
            names=names,
            information=np.array(information),
            excess=np.array(excess),
            p_values=np.array(p_values),
        )


def counts(cluster: npt.ArrayLike, group: npt.ArrayLike) -> tuple[Int64Array, tuple[Any, ...], tuple[Any, ...]]:
    """Return how many rows of each group lie in each cluster.

    Parameters
    ----------
    cluster : array-like of shape (n,)
        Numbers or names; -1 and missing values = in none, not counted.
    group : array-like of shape (n,)
        A domain, a user, a document; a row of none (a missing value) is not counted.

    Returns
    -------
    (ndarray of shape (v, g), int64; tuple of length v; tuple of length g)
        Counts, clusters and groups, both sorted.

    Raises
    ------
    InputError
        When the two are not of the same length, or there is no row.

    Examples
    --------
    >>> found, clusters, groups = counts([0, 0, 1, -1], ["a", "b", "b", "b"])
    >>> found.tolist(), clusters, groups
    ([[1, 1], [0, 1]], (0, 1), ('a', 'b'))
    """
    words: npt.NDArray[Any] = np.asarray(cluster)
    texts: npt.NDArray[Any] = np.asarray(group)
    if words.ndim != 1 or words.shape != texts.shape or len(words) == 0:
        message = f"cluster and group must be of the same shape (n,). Got {words.shape} and {texts.shape} instead."
        raise InputError(message, hint="Pass one cluster and one group for each row.")
    counted = np.array([word not in (None, -1) for word in list_values("cluster", cluster, len(words))], dtype=bool)
    counted &= np.array([text is not None for text in list_values("group", group, len(words))], dtype=bool)
    n = int(counted.sum())
    of_word, clusters = code_values("cluster", words[counted], n)
    of_text, groups = code_values("group", texts[counted], n)
    return count_cells(of_word, of_text, len(clusters), len(groups)).astype(np.int64), clusters, groups


def find_topics(
    cluster: npt.ArrayLike, group: npt.ArrayLike, *, n_topics: int, seed: int = 0, frame_kind: str = "pandas"
) -> GroupTopics:
    """Return which mixes of clusters come together in groups, and of which each group is made.

    Parameters
    ----------
    cluster : array-like of shape (n,)
        As for `counts`; 100 to 500 clusters tell most.
    group : array-like of shape (n,)
    n_topics : int
        K, at least 2, not above the number of groups or of clusters.
    seed : int
    frame_kind : str
        Kind of frame that `GroupTopics.to_frame` returns.

    Returns
    -------
    GroupTopics

    Raises
    ------
    InputError
        When shapes do not fit or `n_topics` is out of range.
    NotApplicable
        When there is one group.

    Examples
    --------
    >>> found = find_topics([0, 1, 0, 1, 2, 3, 2, 3], ["a", "a", "b", "b", "c", "c", "d", "d"], n_topics=2)
    >>> topic = found.topic.tolist()
    >>> topic[0] == topic[1] != topic[2] == topic[3]
    True
    """
    table, clusters, groups = counts(cluster, group)
    if len(groups) < _FEWEST_GROUPS:
        raise NotApplicable(
            f"Topics tell groups apart. Got {len(groups)} group instead.", hint="Name a column with several groups."
        )
    most = min(table.shape)
    if not isinstance(n_topics, int | np.integer) or not 2 <= n_topics <= most:  # pyright: ignore[reportUnnecessaryIsInstance]
        message = (
            f"n_topics must be a whole number in 2..{most}, the fewer of groups and clusters. Got {n_topics!r} instead."
        )
        raise InputError(message, hint="Pass fewer topics, or cut the clusters finer.")
    of_topic, of_group = mixes(table.astype(np.float64), n_topics, generator(seed, _STREAM_FIT), starts=_STARTS)
    order = np.argsort(-(of_group @ table.sum(axis=0)), kind="stable")
    of_topic, of_group = of_topic[:, order], of_group[order]
    return GroupTopics(
        frame_kind=frame_kind,
        groups=groups,
        clusters=clusters,
        topic=of_group.argmax(axis=0),
        topic_given_group=of_group,
        cluster_given_topic=of_topic,
        rows=table.sum(axis=0),
        seed=seed,
    )


def _information(first: Int64Array, second: Int64Array) -> float:
    """Return the mutual information of two codings, in nats."""
    joint = count_cells(first, second, int(first.max()) + 1, int(second.max()) + 1) / len(first)
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)
    seen = joint > 0
    return float((joint[seen] * np.log(joint[seen] / apart[seen])).sum())
