"""The State port on SQLite: all parts on one connection, the ledger on another."""

from contextlib import AbstractContextManager
from secrets import token_hex

from sqlalchemy import text

from flexsync_cli.adapters.state.database import MEMORY, Database
from flexsync_cli.adapters.state.faults import mapped
from flexsync_cli.adapters.state.history import SqlFacts, SqlJournal, SqlOutbox, SqlPlans, SqlRuns
from flexsync_cli.adapters.state.ledger import SqlLedger
from flexsync_cli.adapters.state.people import SqlLinks, SqlOuts, SqlParked, SqlSightings, SqlToDos
from flexsync_cli.adapters.state.tables import APPLICATION_ID, METADATA, VERSION
from flexsync_cli.errors import FlexsyncError
from flexsync_cli.ports import (
    Facts,
    Journal,
    Ledger,
    Links,
    Outbox,
    Outs,
    ParkedRelations,
    Plans,
    Runs,
    Sightings,
    State,
    ToDos,
)

SALT = "salt"  # the fact that keys the hash of addresses no relation has any more
_IN_MEMORY = "in memory"


class SqlState:
    """Implements State. Belongs to the thread that opened it; transactions are short and never span an API call."""

    def __init__(self, main: Database, ledger: Database) -> None:
        self._main = main
        self._calls = ledger
        self._owned = [main, ledger]
        self.links: Links = SqlLinks(main)
        self.outs: Outs = SqlOuts(main)
        self.parked: ParkedRelations = SqlParked(main)
        self.sightings: Sightings = SqlSightings(main)
        self.todos: ToDos = SqlToDos(main)
        self.facts: Facts = SqlFacts(main)
        self.journal: Journal = SqlJournal(main)
        self.ledger: Ledger = SqlLedger(ledger, main.in_transaction)
        self.plans: Plans = SqlPlans(main)
        self.runs: Runs = SqlRuns(main)
        self.outbox: Outbox = SqlOutbox(main)

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing of what is saved within; may be nested: an inner one that fails takes back its own part."""
        return self._main.transaction()

    def snapshot(self) -> State:
        """A copy in memory whose ledger is this one's: close it before this one."""
        if self._main.in_transaction():
            raise FlexsyncError("A copy of the state was asked for within a transaction: please report it.")
        copy = Database.connect(MEMORY, _IN_MEMORY)
        self._main.copy_to(copy)
        state = SqlState(copy, self._calls)
        state._owned = [copy]
        return state

    def close(self) -> None:
        """Let the file go; again is nothing."""
        for database in self._owned:
            database.close()


def memory_state() -> SqlState:
    """A new state in memory, gone when it is closed. Its ledger is a database of its own, as there is one writer each."""
    main, ledger = (Database.connect(MEMORY, _IN_MEMORY) for _ in range(2))
    for database in (main, ledger):
        create_tables(database, _IN_MEMORY)
    return SqlState(main, ledger)


def create_tables(database: Database, where: str) -> None:
    """Make an empty database a new state."""
    with database.transaction(), mapped(where):
        METADATA.create_all(database.connection, checkfirst=False)
        database.write(text(f"PRAGMA application_id={APPLICATION_ID}"))
        database.write(text(f"PRAGMA user_version={VERSION}"))
        SqlFacts(database).put(SALT, token_hex(32))
