"""The real parts of one history: an Admin on SQLite, a state file, Flexmail's sandbox over loopback, and the clock of all."""

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import time_machine

from flexsync_cli.sandbox.clock import Clock
from flexsync_cli.sandbox.mailbox import Mailbox
from flexsync_cli.sandbox.model import Account, Contact, State
from flexsync_cli.sandbox.quirks import Quirks
from flexsync_cli.sandbox.serve import Sandbox
from flexsync_cli.sandbox.store import Store
from tests.machine.setup import FIELD, FIELD_KEY, Setup
from tests.machine.wire import Wire
from tests.scenarios.world import World

_SHM = Path("/dev/shm")  # noqa: S108 - memory in place of a disk, where there is some
_STATE = "state.db"
_INTACT = {"wal": "-wal", "shm": "-shm"}


@dataclass(frozen=True, slots=True)
class Row:
    """One relation as Admin has it."""

    number: int
    name: str
    first_name: str
    address: str
    language: str
    crm_type: int
    active: bool | None
    ticked: bool
    software: str
    interests: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Both sides at one moment."""

    rows: dict[int, Row]
    contacts: dict[int, Contact]
    communications: int
    interests: dict[str, str]
    fields: frozenset[str] = frozenset()  # of Flexmail's custom fields, the placeholders

    def at(self, address: str) -> Contact | None:
        """The contact there that is not deleted."""
        return next((each for each in self.contacts.values() if each.email == address and each.state != "deleted"), None)


@dataclass
class Stage:
    """One history's office."""

    setup: Setup
    world: World
    clock: time_machine.Traveller
    wire: Wire
    kept: dict[str, Path] = field(default_factory=dict)

    @property
    def flexmail(self) -> Any:
        """Flexmail's control side."""
        return self.world.flexmail

    @property
    def observes(self) -> bool:
        """Whether flexsync only looks."""
        return bool(self.world.settings["sync"]["mode"] == "observe")

    def observe(self, *, on: bool) -> None:
        """Let it only look, or write again."""
        self.world.configure(sync={"mode": "observe" if on else "sync"})

    @property
    def calls_per_month(self) -> int:
        """How many calls flexsync may make; 0 without a limit."""
        return int(self.world.settings["flexmail"]["calls_per_month"])

    def lift_budget(self) -> None:
        """The office buys as many calls as it needs."""
        self.world.configure(flexmail={"calls_per_month": 0})

    def now(self) -> datetime:
        """The present moment of both worlds."""
        return datetime.now(UTC)

    def see(self) -> Seen:
        """Both sides as they are."""
        return Seen(
            self._rows(),
            self._contacts(),
            self._count("COMMUNICATION"),
            {each.id: each.name for each in self._store.interests.values()},
            frozenset(each.placeholder for each in self._store.custom_fields.values()),
        )

    @property
    def _store(self) -> Store:
        return self.world.sandbox.store

    def _rows(self) -> dict[int, Row]:
        flags: dict[int, bool] = {}
        for number, flag in self.world.sql("SELECT CUSTOMER_ID, NEWSLETTER FROM CUSTOMER_PERMANENT"):
            flags[number] = flags.get(number, True) and flag == 1
        interests: dict[int, set[str]] = {}
        for number, name in self.world.sql("SELECT CUSTOMER_ID, INTEREST FROM CUSTOMER_INTEREST"):
            interests.setdefault(number, set()).add(name)
        columns = "CUSTOMER_ID, NAME, FIRSTNAME, EMAIL, LANGUAGE, CRM_TYPE, IS_ACTIVE, ACC_SOFTWARE"
        return {
            row[0]: Row(
                row[0],
                row[1] or "",
                row[2] or "",
                (row[3] or "").strip().lower(),
                row[4] or "",
                row[5],
                None if row[6] is None else row[6] == 1,
                flags.get(row[0], False),
                row[7] or "",
                frozenset(interests.get(row[0], ())),
            )
            for row in self.world.sql(f"SELECT {columns} FROM CUSTOMER ORDER BY 1")
        }

    def _contacts(self) -> dict[int, Contact]:
        with self._store.lock:
            return {number: _copy(contact) for number, contact in self._store.contacts.items()}

    def _count(self, table: str) -> int:
        count: int = self.world.sql(f"SELECT COUNT(*) FROM {table}")[0][0]
        return count

    def contact(self, address: str, *states: State) -> Contact | None:
        """The contact at an address, if it is in one of these states."""
        found = self._store.at_address(address)
        return found if found is not None and found.state in states else None

    def is_importing(self) -> bool:
        """Whether an import was started and is not done."""
        return bool(self.imported())

    def imported(self) -> set[str]:
        """The addresses in imports that were started and are not done."""
        queued = (held for held in self._store.imports.values() if held.status == "queued")
        return {str(record["email"]) for held in queued for record in held.records}

    def records(self, addresses: Iterable[str]) -> list[dict[str, Any]]:
        """What imports were ever to write to these addresses."""
        wanted = set(addresses)
        return [record for held in self._store.imports.values() for record in held.records if record["email"] in wanted]

    # -- the state, as data

    def state(self, query: str) -> list[tuple[Any, ...]]:
        """A query on the state; nothing where there is none."""
        path = self.world.folder / _STATE
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    def ledger(self) -> int:
        """How many calls the ledger holds."""
        rows = self.state("SELECT COUNT(*) FROM calls")
        return rows[0][0] if rows else 0

    def created(self) -> set[str]:
        """The addresses at which a run that died was about to create somebody, or had."""
        # Nothing outside shows a run that died before its call, and it must tell of whoever came there since.
        rows = self.state("SELECT payload FROM journal WHERE kind = 'create' AND closed_at IS NULL")
        return {json.loads(payload)["address"] for (payload,) in rows}

    def plans(self) -> list[tuple[str, dict[str, Any]]]:
        """The plans that wait for a person, and what they hold."""
        rows = self.state("SELECT id, refusal FROM plans WHERE ended IS NULL ORDER BY created, id")
        return [(plan_id, json.loads(refusal)) for plan_id, refusal in rows]

    # -- copies of files

    def keep(self, name: str) -> None:
        """Copy Admin's or the state's file."""
        path = self.world.folder / name
        copy = path.with_suffix(".kept")
        self.world.engine.dispose()
        if path.exists():
            shutil.copyfile(path, copy)
            self.kept[name] = copy

    def put_back(self, name: str) -> bool:
        """Replace it by the copy; False where there is none."""
        if name not in self.kept:
            return False
        self.world.engine.dispose()
        self.drop(name)
        shutil.copyfile(self.kept[name], self.world.folder / name)
        return True

    def drop(self, name: str) -> None:
        """Lose the file, its log too."""
        for suffix in ("", "-wal", "-shm"):
            (self.world.folder / f"{name}{suffix}").unlink(missing_ok=True)


def _copy(contact: Contact) -> Contact:
    return Contact(
        id=contact.id,
        email=contact.email,
        created_at=contact.created_at,
        updated_at=contact.updated_at,
        first_name=contact.first_name,
        name=contact.name,
        language=contact.language,
        custom_fields=dict(contact.custom_fields),
        state=contact.state,
        sources=list(contact.sources),
        interests=list(contact.interests),
        bounces=contact.bounces,
    )


@contextmanager
def staged(setup: Setup, sandbox: Sandbox, box: Mailbox, wire_of: Any) -> Iterator[Stage]:
    """An office as it was set up, in a folder of its own; `sandbox` forgets what it held."""
    folder = Path(tempfile.mkdtemp(prefix="flexsync-machine-", dir=_SHM if _SHM.is_dir() else None))
    try:
        with time_machine.travel(setup.start, tick=False) as clock:
            _begin_anew(sandbox, setup)
            world = World(folder, sandbox)
            stage = Stage(setup, world, clock, wire_of(lambda seconds: clock.shift(timedelta(seconds=seconds))))
            _configure(world, setup, box)
            try:
                yield stage
            finally:
                world.engine.dispose()
                sandbox.control.clear_faults()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _begin_anew(sandbox: Sandbox, setup: Setup) -> None:
    """One server serves all histories of a process: only what it holds is made anew."""
    Store.__init__(sandbox.store, Clock(), Account(), Quirks(**setup.quirks()), seed=0)
    sandbox.control.add_source("Admin")
    sandbox.control.add_custom_field(FIELD, placeholder=FIELD_KEY)
    sandbox.control.clear_faults()
    sandbox.control.reset_calls()


def _configure(world: World, setup: Setup, box: Mailbox) -> None:
    world.configure(**setup.sections())
    world.with_interests()
    if setup.soap:
        world.with_soap()
        world.with_communications()
    if setup.mailed:
        server = {"host": "127.0.0.1", "port": box.port, "security": "none", "sender": "flexsync@kantoor.example.be"}
        world.configure(smtp=server, bounces={"notify": "secretariaat@kantoor.example.be"})
