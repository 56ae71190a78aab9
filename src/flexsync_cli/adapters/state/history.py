"""What was done and what is under way: facts, the journal of writes, kept plans, runs, the outbox."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, insert, literal_column, select, update

from flexsync_cli.adapters.state import tables
from flexsync_cli.adapters.state.database import Database
from flexsync_cli.adapters.state.records import Records
from flexsync_cli.domain.plan import KeptPlan
from flexsync_cli.ports import JournalEntry, OutboxMail, Run

_FACT: Final = select(tables.facts.c.value).where(tables.facts.c.name == bindparam("name"))  # made once: it is read often
_AS_SAVED: Final[ColumnElement[int]] = literal_column("rowid")  # SQLite gives each saved row the highest


class SqlFacts:
    """Implements Facts. Tuples come back as lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Any:
        """The value; None where there is none."""
        found = self._database.rows(_FACT, name=name)
        return found[0].value if found else None

    def put(self, name: str, value: Any) -> None:
        """Set it; None forgets it."""
        if value is None:
            self._database.write(delete(tables.facts).where(tables.facts.c.name == name))
        else:
            self._database.write(insert(tables.facts).prefix_with("OR REPLACE").values(name=name, value=value))


class SqlJournal:
    """Implements Journal. Payloads come back as JSON gives them: tuples as lists."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._entries = Records(database, tables.journal, JournalEntry)

    def open(self, entries: Sequence[JournalEntry]) -> list[JournalEntry]:
        """Note writes before they are tried; the same with ids. Durable when this returns, unless a transaction is open."""
        return [replace(entry, id=new) for entry, new in zip(entries, self._entries.add(entries), strict=True)]

    def close(self, ids: Iterable[int], at: datetime, *, done: bool) -> None:
        """What became of them."""
        statement = update(tables.journal).where(tables.journal.c.id == bindparam("one")).values(closed_at=at, done=done)
        self._database.write_many(statement, ({"one": one} for one in ids))

    def pending(self) -> list[JournalEntry]:
        """Those that were never closed, oldest first."""
        return self._entries.read(tables.journal.c.closed_at.is_(None), order=(tables.journal.c.id,))

    def since(self, moment: datetime) -> list[JournalEntry]:
        """Those noted at or after that moment, in the order they were noted."""
        return self._entries.read(tables.journal.c.at >= moment, order=(tables.journal.c.id,))

    def prune(self, before: datetime) -> None:
        """Forget closed ones noted before that moment."""
        columns = tables.journal.c
        self._database.write(delete(tables.journal).where(columns.closed_at.is_not(None), columns.at < before))


class SqlPlans:
    """Implements Plans."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._plans = Records(database, tables.plans, KeptPlan)

    def open(self) -> list[KeptPlan]:
        """Those neither approved nor withdrawn, oldest first."""
        return self._plans.read(tables.plans.c.ended.is_(None), order=(tables.plans.c.created, tables.plans.c.id))

    def get(self, plan_id: str) -> KeptPlan | None:
        """One, ended ones too."""
        found = self._plans.read(tables.plans.c.id == plan_id, order=(tables.plans.c.id,))
        return found[0] if found else None

    def save(self, plan: KeptPlan) -> None:
        """Insert, or replace by id."""
        self._plans.save([plan])

    def prune(self, before: datetime) -> None:
        """Forget those that ended before that moment."""
        self._database.write(delete(tables.plans).where(tables.plans.c.ended < before))


class SqlRuns:
    """Implements Runs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._runs = Records(database, tables.runs, Run)

    def save(self, run: Run) -> None:
        """Insert, or replace by id."""
        self._runs.save([run])

    def last(self, limit: int) -> list[Run]:
        """Those saved last first."""
        return self._runs.read(order=(_AS_SAVED.desc(),), limit=limit)

    def prune(self, before: datetime) -> None:
        """Forget those that started before that moment."""
        self._database.write(delete(tables.runs).where(tables.runs.c.started < before))


class SqlOutbox:
    """Implements Outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mails = Records(database, tables.outbox, OutboxMail)

    def add(self, mail: OutboxMail) -> int:
        """Queue one; its id."""
        return self._mails.add([mail])[0]

    def waiting(self) -> list[OutboxMail]:
        """Those not sent, oldest first."""
        return self._mails.read(tables.outbox.c.sent.is_(None), order=(tables.outbox.c.id,))

    def mark_sent(self, mail_id: int, at: datetime) -> None:
        """The server took it."""
        self._database.write(update(tables.outbox).where(tables.outbox.c.id == mail_id).values(sent=at))

    def prune(self, before: datetime) -> None:
        """Forget those sent before that moment."""
        self._database.write(delete(tables.outbox).where(tables.outbox.c.sent < before))
