"""Ids as databases hold them: numbers, texts, padded texts, and what SQLite makes of types it doesn't know."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flexsync_cli.adapters.admin.adapter import open_admin
from flexsync_cli.adapters.admin.mapping import AdminMapping, InterestsMapping, NewsletterMapping, RelationsMapping
from flexsync_cli.ports import FlagResult

SCHEMA = """
CREATE TABLE relations (id {kind}, name TEXT, email TEXT, active INTEGER);
CREATE VIEW seen AS SELECT {seen} AS id, name, email, active FROM relations;
CREATE TABLE ticks (relation {kind}, flag INTEGER);
CREATE TABLE interests (relation {kind}, interest TEXT);
"""
MAPPING = AdminMapping(
    RelationsMapping("seen", "id", "name", "", "email", "", "", "active"),
    NewsletterMapping("ticks", "relation", "flag"),
    InterestsMapping("interests", "relation", "interest"),
)


@pytest.mark.parametrize(
    ("kind", "seen", "raw", "relation_id"),
    [
        ("INTEGER", "id", 12, "12"),
        ("INTEGER", "id + 0", 12, "12"),
        ("BIGINT", "id", 12, "12"),
        ("DECIMAL(10, 0)", "id", 12, "12"),
        ("REAL", "id", 12, "12"),
        ("", "id", 12, "12"),
        ("", "id", "K12", "K12"),
        ("STRING", "id", "K12", "K12"),
        ("STRING", "id", "12", "12"),
        ("UNIQUEIDENTIFIER", "id", "0f8fad5b-d9cb-469f-a165-708677280012", "0f8fad5b-d9cb-469f-a165-708677280012"),
        ("VARCHAR(8)", "id", " K12", " K12"),
        ("CHAR(8)", "id", "K12     ", "K12"),
        ("CHAR(8)", "id || ''", "K12     ", "K12"),
    ],
)
def test_a_relation_is_found_again_by_its_id(tmp_path: Path, kind: str, seen: str, raw: object, relation_id: str) -> None:
    with closing(sqlite3.connect(tmp_path / "admin.db")) as connection, connection:
        connection.executescript(SCHEMA.format(kind=kind, seen=seen))
        connection.execute("INSERT INTO relations VALUES (?, 'Claes', 'claes@example.be', 1)", (raw,))
        connection.execute("INSERT INTO ticks VALUES (?, 1)", (raw,))
        connection.execute("INSERT INTO interests VALUES (?, 'btw')", (raw,))
    with closing(open_admin("sqlite:///admin.db", None, MAPPING, tmp_path)) as admin:
        (relation,) = admin.relations()
        assert (relation.id, relation.newsletter, relation.interests) == (relation_id, True, frozenset({"btw"}))
        assert admin.relation(relation_id) == relation
        assert admin.untick([relation_id]) == {relation_id: FlagResult.WRITTEN}
        (relation,) = admin.relations()
        assert not relation.newsletter
