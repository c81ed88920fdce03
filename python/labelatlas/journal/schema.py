"""The tables of a journal."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

SCHEMA_VERSION = 1
"""Raised whenever the tables or the blob change their meaning."""

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
    Column("id", Integer, primary_key=True),
    Column("identity", String(64), nullable=False, unique=True),  # hash of the four columns that follow
    Column("dataset", Text, nullable=False),
    Column("label_column", Text, nullable=False),
    Column("key_recipe", Text, nullable=False),
    Column("content_columns", Text, nullable=False),  # JSON list
    Column("created", String(32), nullable=False),
)

gestures = Table(
    "labelatlas_gestures",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("stream", Integer, ForeignKey(streams.c.id), nullable=False),
    Column("at", String(32), nullable=False),
    Column("author", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("how", String(32), nullable=False),
    Column("arm", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("undoes", Integer),
    Column("n_rows", Integer, nullable=False),
    Column("edits", LargeBinary, nullable=False),
    Column("checksum", LargeBinary(16), nullable=False),
    Index("labelatlas_gestures_by_stream", "stream", "id"),
    sqlite_autoincrement=True,  # numbers are never used twice
)
