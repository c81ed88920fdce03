"""Every error that labelatlas raises on purpose, each with its cure.

One base class, so that a caller can catch all of it; one class per kind of cause. A message has three parts: what was
expected, what came, what to do. The last part is the `hint`: the widget shows it on a line of its own.
"""

from __future__ import annotations


class LabelAtlasError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    message : str
        What was expected and what came.
    hint : str
        What to do about it; may be empty.

    Examples
    --------
    >>> str(LabelAtlasError("k must be below 5. Got 9 instead.", hint="Pass k=4."))
    'k must be below 5. Got 9 instead. Hint: Pass k=4.'
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} Hint: {hint}" if hint else message)


class InputError(LabelAtlasError, ValueError):
    """An argument or a column that cannot be used as it is."""


class ColumnNotFoundError(InputError):
    """A column name that the frame does not have."""


class KeyColumnError(InputError):
    """Row keys that are missing, null, repeated or of mixed types."""


class LabelTypeError(InputError):
    """A label that the label column's own type cannot hold."""


class NotApplicable(LabelAtlasError):  # noqa: N818 - an answer ("cannot say"), not a fault; the name is the design's
    """The question cannot be answered from this data; never replaced by an invented number."""


class JournalError(LabelAtlasError):
    """The journal cannot be opened, read or written."""


class SyncError(LabelAtlasError):
    """The caller's frame is no longer the one that edits can be written to."""


class MissingDependencyError(LabelAtlasError, ImportError):
    """An optional package that this call needs is not installed."""
