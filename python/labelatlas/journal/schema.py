"""The tables of a journal.

A stream is known by the hash of its four facts, and its gestures are numbered 1, 2, 3, ... without a gap. Both are covered by
the checksum of a gesture: one that is missing, or stands in another place than it was written to, is seen.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA_VERSION = 2
"""Raised whenever the tables or the blob change their meaning; migrate.py then says how to come here from the one before."""

metadata = MetaData()

about = Table(
    "labelatlas_about",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

streams = Table(
    "labelatlas_streams",
    metadata,
    Column("identity", String(32), primary_key=True),  # hash of the four columns that follow
    Column("dataset", Text, nullable=False),
    Column("label_column", Text, nullable=False),
    Column("key_recipe", Text, nullable=False),
    Column("content_columns", Text, nullable=False),  # JSON list
    Column("created", Text, nullable=False),
    Column("newest", Integer, nullable=False),  # number of the last gesture; whoever raises it holds the stream
)

gestures = Table(
    "labelatlas_gestures",
    metadata,
    Column("stream", String(32), ForeignKey(streams.c.identity), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("how", Text, nullable=False),
    Column("arm", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", Integer),
    Column("n_rows", Integer, nullable=False),
    Column("edits", LargeBinary, nullable=False),
    Column("checksum", LargeBinary, nullable=False),
)
