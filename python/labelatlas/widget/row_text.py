"""Finding text in rows: case and accents folded away, as words or as a regular expression."""

from __future__ import annotations

import re
import time
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from labelatlas.exceptions import InputError
from labelatlas.widget.work import quiet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import regex

    from labelatlas._typing import BoolArray, Step

    Pattern = regex.Pattern[str]

# accents alone: the vowel signs of Hebrew, Arabic or Devanagari are letters to those who read them
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_BETWEEN = "\x00"  # stands between two rows; no text holds it then
_PIECE = 2048  # rows that are read or searched at a time: some ms, in which nothing else of the kernel runs
_PAUSE = 0.05  # seconds between two steps of a slow pattern
_ROW_SECONDS = 1.0
"""So long may a pattern look at one row. What takes longer never ends: each letter more doubles it."""


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


def compile_pattern(query: str) -> Pattern:
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
    import regex  # and not `re`, whose search cannot be stopped

    # letter by letter: what is folded must not change an escape such as \S
    pattern = "".join(letter if letter.isascii() else fold(letter) for letter in unicodedata.normalize("NFC", query))
    try:
        return regex.compile(pattern, regex.IGNORECASE | regex.VERSION0)
    except (regex.error, OverflowError, RecursionError) as error:
        where = getattr(error, "pos", None)
        place = "" if where is None else f" at character {where + 1}"
        told = getattr(error, "msg", None) or "it is nested too deeply"
        hint = "Search for it as plain text, or put a backslash before ( ) [ ] { } . * + ? ^ $ | and \\."
        raise InputError(f"{query!r} is no regular expression: {told}{place}.", hint=hint) from None


class FoldedText:
    r"""The texts of many rows, folded once and kept as runs of bytes, so that a search is a few long passes.

    Parameters
    ----------
    values : sequence of object, of length n
        Anything; it is read as text. None = missing, which nothing matches.
    step : Step
        Called between two pieces.

    Examples
    --------
    >>> text = FoldedText(["Card LOST", None, "Café"])
    >>> text.containing("lost").tolist(), text.matching(compile_pattern("^caf.$")).tolist()
    ([True, False, False], [False, False, True])
    """

    def __init__(self, values: Sequence[object], step: Step = quiet) -> None:
        self.missing: BoolArray = np.fromiter((value is None for value in values), dtype=bool, count=len(values))
        self._pieces: list[bytes] = []
        for start in range(0, len(values), _PIECE):
            step("reading the rows", start, len(values))
            part = values[start : start + _PIECE]
            texts = ("" if value is None else str(value).replace(_BETWEEN, " ") for value in part)
            # UTF-8: a letter's bytes are never a part of another's, so that bytes can be searched as text
            self._pieces.append(fold(_BETWEEN.join(texts)).encode("utf-8", "surrogatepass"))

    def containing(self, query: str, step: Step = quiet) -> BoolArray:
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
        for start, piece in self._each(step):
            at = piece.find(needle)
            row, seen = start, 0  # how many rows end before `at`
            while at >= 0:
                row += piece.count(b"\x00", seen, at)
                found[row] = True
                end = piece.find(b"\x00", at)
                if end < 0:
                    break
                row, seen = row + 1, end + 1  # one hit a row is enough
                at = piece.find(needle, seen)
        return found & ~self.missing

    def matching(self, pattern: Pattern, step: Step = quiet) -> BoolArray:
        """Return in which rows a pattern of `compile_pattern` is found, shape (n,).

        Raises
        ------
        InputError
            The pattern takes more than a second for a single row.
        """
        found = np.zeros(len(self.missing), dtype=bool)
        stepped = time.monotonic()
        for start, piece in self._each(step):
            row = start
            try:
                for row, text in enumerate(piece.decode("utf-8", "surrogatepass").split(_BETWEEN), start):
                    # concurrent: edits are saved meanwhile
                    found[row] = pattern.search(text, concurrent=True, timeout=_ROW_SECONDS) is not None
                    if time.monotonic() - stepped > _PAUSE:  # a pattern may take long for each row of a piece
                        step("searching the rows", row, len(found))
                        stepped = time.monotonic()
            except TimeoutError:
                message = f"the pattern was given up: it takes more than {_ROW_SECONDS:.0f} s for row {row:,} alone."
                hint = "Write it without a repeat inside a repeat, such as (a|ab)+, or search for plain text."
                raise InputError(message, hint=hint) from None
        return found & ~self.missing

    def _each(self, step: Step) -> Iterator[tuple[int, bytes]]:
        for number, piece in enumerate(self._pieces):
            step("searching the rows", number * _PIECE, len(self.missing))
            yield number * _PIECE, piece
