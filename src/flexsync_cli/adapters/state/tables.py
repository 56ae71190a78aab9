"""The tables of the state. A column is named as the field of the class that its row becomes (`records.py`)."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

from flexsync_cli.adapters.state.columns import (
    FOREIGN_TEXT,
    JSON,
    MOMENT,
    NAMES,
    REFUSAL,
    VALUES,
    choice,
)
from flexsync_cli.domain.model import LinkStatus, OutKind, OutSource

# "FlSy" in the file's header: a state of flexsync. Changed tables get the next version, and a way up from the one before.
APPLICATION_ID = 0x466C5379
VERSION = 1

METADATA = MetaData()

links = Table(
    "links",
    METADATA,
    Column("contact_id", Integer, primary_key=True, autoincrement=False),
    Column("relation_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("status", choice(LinkStatus), nullable=False),
    Column("values", VALUES, nullable=False),
    Column("shown", VALUES, nullable=False),
    Column("addresses", NAMES, nullable=False),
    Column("interests", NAMES, nullable=False),
    Column("foreign_interests", NAMES, nullable=False),
    Column("dropped_interests", NAMES, nullable=False),
)

outs = Table(
    "outs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("kind", choice(OutKind), nullable=False),
    Column("source", choice(OutSource), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("recorded_at", MOMENT, nullable=False),
    Column("contact_id", Integer),
    Column("unticked_at", MOMENT),
    Column("seen_inactive", Boolean, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_by", Text, nullable=False),
    sqlite_autoincrement=True,
)

consents = Table(
    "consents",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("address", Text, nullable=False),
    Column("on", MOMENT, nullable=False),
    Column("how", FOREIGN_TEXT, nullable=False),
    Column("recorded_at", MOMENT, nullable=False),
    sqlite_autoincrement=True,
)

parked = Table(
    "parked",
    METADATA,
    Column("relation_id", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("problem", FOREIGN_TEXT, nullable=False),
    Column("field", FOREIGN_TEXT, nullable=False),
    Column("since", MOMENT, nullable=False),
)

sightings = Table(
    "sightings",
    METADATA,
    Column("relation_id", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("since", MOMENT, nullable=False),
)

todos = Table(
    "todos",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("since", MOMENT, nullable=False),
    Column("relation_id", Text, nullable=False),
    Column("contact_id", Integer),
    Column("data", JSON, nullable=False),
    Column("settled_at", MOMENT),
    Index("todos_open", "kind", "key", unique=True, sqlite_where=text("settled_at IS NULL")),
    sqlite_autoincrement=True,
)

facts = Table("facts", METADATA, Column("name", Text, primary_key=True), Column("value", JSON, nullable=False))

journal = Table(
    "journal",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("run_id", Text, nullable=False),
    Column("closed_at", MOMENT),
    Column("done", Boolean),
    sqlite_autoincrement=True,
)

plans = Table(
    "plans",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("refusal", REFUSAL, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("ended", MOMENT),
    Column("ended_how", Text, nullable=False),
)

runs = Table(
    "runs",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started", MOMENT, nullable=False, index=True),
    Column("ended", MOMENT),
    Column("exit_code", Integer),
    Column("document", JSON),
)

outbox = Table(
    "outbox",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("message", LargeBinary, nullable=False),
    Column("created", MOMENT, nullable=False),
    Column("sent", MOMENT),
    sqlite_autoincrement=True,
)

# The ledger's two: every call, and the one moment before which the other side takes no more.
calls = Table(
    "calls",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("door", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("at", MOMENT, nullable=False, index=True),
    Column("status", Integer),
    Column("milliseconds", Integer),
    sqlite_autoincrement=True,
)
bucket = Table(
    "bucket", METADATA, Column("id", Integer, primary_key=True, autoincrement=False), Column("until", MOMENT, nullable=False)
)
