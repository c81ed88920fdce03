"""Finding text in rows: case and accents folded away, as words or as a regular expression."""

from __future__ import annotations

import re
import unicodedata
import warnings
from bisect import bisect_right
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from labelatlas._typing import BoolArray

# accents alone: the vowel signs of Hebrew, Arabic or Devanagari are letters to those who read them
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_BETWEEN = "\x00"  # stands between two rows; no text holds it then


def fold(text: str) -> str:
    """Return a text without case, accents and forms of a letter: what people take for the same reads the same.

    Examples
    --------
    >>> fold("Straße"), fold("CAFÉ ﬁn")
    ('strasse', 'cafe fin')
    """
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()


def compile_pattern(query: str) -> re.Pattern[str]:
    r"""Return a regular expression that reads folded text.

    Raises
    ------
    InputError
        It is none; the message says where and why.

    Examples
    --------
    >>> bool(compile_pattern(r"^É\w+").search(fold("étude")))
    True
    """
    # letter by letter: what is folded must not change an escape such as \S
    pattern = "".join(letter if letter.isascii() else fold(letter) for letter in unicodedata.normalize("NFC", query))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a later Python may read otherwise
            return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        where = getattr(error, "pos", None)
        place = "" if where is None else f" at character {where + 1}"
        message = f"{query!r} is no regular expression: {getattr(error, 'msg', error)}{place}."
        hint = "Search for it as plain text, or put a backslash before ( ) [ ] { } . * + ? ^ $ | and \\."
        raise InputError(message, hint=hint) from None


class FoldedText:
    r"""The texts of many rows, folded once and kept as one run of bytes, so that a search is one pass.

    Parameters
    ----------
    values : sequence of object, of length n
        Anything; it is read as text. None = missing, which nothing matches.

    Examples
    --------
    >>> text = FoldedText(["Card LOST", None, "Café"])
    >>> text.containing("lost").tolist(), text.matching(compile_pattern("^caf.$")).tolist()
    ([True, False, False], [False, False, True])
    """

    def __init__(self, values: Sequence[object]) -> None:
        self.missing: BoolArray = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
        texts = ("" if value is None else str(value).replace(_BETWEEN, " ") for value in values)
        # UTF-8: a letter's bytes are never a part of another's, so that bytes can be searched as text
        self._bytes = fold(_BETWEEN.join(texts)).encode("utf-8", "surrogatepass")
        ends = np.flatnonzero(np.frombuffer(self._bytes, dtype=np.uint8) == 0).tolist()
        self._ends: list[int] = [*ends, len(self._bytes)] if len(values) else []

    def containing(self, query: str) -> BoolArray:
        """Return which rows hold a text, shape (n,).

        Raises
        ------
        InputError
            There is nothing to look for.
        """
        needle = fold(query.replace(_BETWEEN, " ")).encode("utf-8", "surrogatepass")
        if not needle:
            raise InputError("a search must be for some text. Got none.", hint="Type a word of the rows.")
        found = np.zeros(len(self.missing), dtype=bool)
        at = self._bytes.find(needle)
        while at >= 0:
            row = bisect_right(self._ends, at)
            found[row] = True
            at = self._bytes.find(needle, self._ends[row])  # one hit a row is enough
        return found & ~self.missing

    def matching(self, pattern: re.Pattern[str]) -> BoolArray:
        """Return in which rows a pattern of `compile_pattern` is found, shape (n,)."""
        search, start, hits = pattern.search, 0, []
        for end in self._ends:
            hits.append(search(self._bytes[start:end].decode("utf-8", "surrogatepass")) is not None)
            start = end + 1
        return np.array(hits, dtype=bool) & ~self.missing
