"""What we know of persons: links, outs with their consents, parked relations, sightings, to-dos."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, update

from flexsync_cli.adapters.state import tables
from flexsync_cli.adapters.state.database import Database
from flexsync_cli.adapters.state.history import SqlFacts
from flexsync_cli.adapters.state.records import Records
from flexsync_cli.domain.model import Consent, ContactId, Link, Out, Parked, RelationId, Sighting, ToDo

# As long as plans and mails that ended: time enough to ask what became of one.
_SETTLED_KEPT: Final = timedelta(days=7)
_GENERATION: Final = "links_generation"  # the fact: how often links were saved


class SqlLinks:
    """Implements Links. They are read once and kept, for every step asks for all of them.

    Whoever saves links gives them a new generation, in the same transaction: what was kept is as good as the file while its
    generation is the file's, and unless something was taken back meanwhile.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._links = Records(database, tables.links, Link)
        self._generations = SqlFacts(database)
        self._kept: dict[ContactId, Link] = {}
        self._all: list[Link] | None = None
        self._version: tuple[int, int] | None = None

    def all(self) -> Sequence[Link]:
        """Every link, in the order of the contacts; the very same sequence as long as none was saved."""
        version = self._found()
        if version != self._version:
            self._all = self._links.read(order=(tables.links.c.contact_id,))
            self._kept = {link.contact_id: link for link in self._all}
            self._version = version
        if self._all is None:
            self._all = [self._kept[contact_id] for contact_id in sorted(self._kept)]
        return self._all

    def save(self, links: Iterable[Link]) -> None:
        """Insert, or replace by contact id."""
        saved = list(links)
        if not saved:
            return
        with self._database.together():
            generation, undone = before = self._found()
            self._generations.put(_GENERATION, generation + 1)
            self._links.save(saved)
        if before == self._version:
            self._kept.update((link.contact_id, link) for link in saved)
            self._all = None
            self._version = generation + 1, undone

    def _found(self) -> tuple[int, int]:
        """The generation in the file, and how often anything was taken back here."""
        return self._generations.get(_GENERATION) or 0, self._database.undone


class SqlOuts:
    """Implements Outs."""

    def __init__(self, database: Database) -> None:
        self._outs = Records(database, tables.outs, Out)
        self._consents = Records(database, tables.consents, Consent)

    def all(self) -> list[Out]:
        """Every out, in the order they were recorded, each with its id."""
        return self._outs.read(order=(tables.outs.c.id,))

    def save(self, outs: Iterable[Out]) -> None:
        """Insert those without an id, replace the others."""
        self._outs.save(outs)

    def consents(self) -> list[Consent]:
        """Every consent, in the order they were recorded."""
        return self._consents.read(order=(tables.consents.c.id,))

    def add_consent(self, consent: Consent) -> None:
        """Record one."""
        self._consents.add([consent])


class SqlParked:
    """Implements ParkedRelations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._parked = Records(database, tables.parked, Parked)

    def all(self) -> list[Parked]:
        """Every one, in the order of the relation ids as text."""
        return self._parked.read(order=(tables.parked.c.relation_id,))

    def save(self, parked: Iterable[Parked]) -> None:
        """Insert, or replace by relation id."""
        self._parked.save(parked)

    def remove(self, relation_ids: Iterable[RelationId]) -> None:
        """Forget them; unknown ones are nothing."""
        statement = delete(tables.parked).where(tables.parked.c.relation_id == bindparam("gone"))
        self._database.write_many(statement, ({"gone": relation_id} for relation_id in relation_ids))


class SqlSightings:
    """Implements Sightings."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sightings = Records(database, tables.sightings, Sighting)

    def all(self) -> list[Sighting]:
        """Every one, in the order of the relation ids as text."""
        return self._sightings.read(order=(tables.sightings.c.relation_id, tables.sightings.c.what))

    def replace(self, sightings: Iterable[Sighting]) -> None:
        """These and no others."""
        with self._database.transaction():
            self._database.write(delete(tables.sightings))
            self._sightings.save(sightings)


class SqlToDos:
    """Implements ToDos. A to-do is known again by its kind and key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._todos = Records(database, tables.todos, ToDo)

    def open(self) -> list[ToDo]:
        """Those not settled, oldest first."""
        return self._todos.read(tables.todos.c.settled_at.is_(None), order=(tables.todos.c.since, tables.todos.c.id))

    def replace(self, kinds: Collection[str], todos: Iterable[ToDo], now: datetime) -> list[ToDo]:
        """Of these kinds just these stand; the new ones, in the order given."""
        wanted = {(todo.kind, todo.key): todo for todo in todos}
        with self._database.transaction():
            since = {(todo.kind, todo.key): todo.since for todo in self.open()}
            self._settle([name for name in since if name[0] in kinds and name not in wanted], now)
            # The index of open ones makes this replace those known.
            self._todos.save(replace(todo, since=since.get(name, todo.since)) for name, todo in wanted.items())
            self._database.write(delete(tables.todos).where(tables.todos.c.settled_at < now - _SETTLED_KEPT))
        return [todo for name, todo in wanted.items() if name not in since]

    def _settle(self, names: Iterable[tuple[str, str]], now: datetime) -> None:
        columns = tables.todos.c
        one = (columns.kind == bindparam("its_kind"), columns.key == bindparam("its_key"), columns.settled_at.is_(None))
        statement = update(tables.todos).where(*one).values(settled_at=now)
        self._database.write_many(statement, ({"its_kind": kind, "its_key": key} for kind, key in names))
