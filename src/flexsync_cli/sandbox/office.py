"""An Admin on SQLite, with the tables and columns of the configuration's defaults, and its office at work."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from sqlalchemy import URL, ColumnElement, Engine, NullPool, Row, Table, create_engine, delete, func, insert, select, update

from flexsync_cli.sandbox.office_mess import Mess
from flexsync_cli.sandbox.office_people import PERSON, SOFTWARE, OfficeRelation, People
from flexsync_cli.sandbox.office_tables import ACC_SOFTWARE, COMMUNICATION, CUSTOMER, INTEREST, METADATA, PERMANENT, rows_of

_FIRST_ID = 1001
_BATCH = 5_000
_TIDY = re.compile(r"[a-z0-9.-]+@(?:[a-z0-9-]+\.)+[a-z]+")


@dataclass(frozen=True, slots=True)
class OfficeCommunication:
    """One entry of a relation's log."""

    relation_id: int
    at: datetime
    subject: str
    text: str


class Office:
    """Does in Admin what the people of an office do there. `path` is the database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _engine(path)

    def relations(self) -> list[OfficeRelation]:
        """All of them by id, without their interests."""
        query = select(CUSTOMER, PERMANENT.c.NEWSLETTER).outerjoin(PERMANENT).order_by(CUSTOMER.c.CUSTOMER_ID)
        with self._engine.connect() as connection:
            return [_relation(row) for row in connection.execute(query)]

    def tidy_relations(self) -> list[OfficeRelation]:
        """Those that get the newsletter without a question: active, ticked, with one tidy address that nobody else has."""
        relations = self.relations()
        uses = Counter((relation.email or "").strip().lower() for relation in relations)
        return [
            relation
            for relation in relations
            if relation.active and relation.newsletter == "J" and relation.language in {"N", "F", "E"}
            if relation.email and _TIDY.fullmatch(relation.email) and uses[relation.email] == 1
        ]

    def communications(self) -> list[OfficeCommunication]:
        """The log of all relations, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(COMMUNICATION).order_by(COMMUNICATION.c.COMMUNICATION_ID))
            return [OfficeCommunication(row.CUSTOMER_ID, row.DATE, row.SUBJECT, row.TEXT) for row in rows]

    def tick(self, relation_id: int) -> None:
        """Tick the newsletter; makes the row in the permanent file where there is none."""
        with self._engine.begin() as connection:
            connection.execute(delete(PERMANENT).where(_of(PERMANENT, relation_id)))
            connection.execute(insert(PERMANENT).values(CUSTOMER_ID=relation_id, NEWSLETTER="J"))

    def untick(self, relation_id: int) -> None:
        """Untick the newsletter."""
        with self._engine.begin() as connection:
            connection.execute(update(PERMANENT).where(_of(PERMANENT, relation_id)).values(NEWSLETTER="N"))

    def edit(self, relation_id: int, **columns: object) -> None:
        """Change columns of a relation, by their names: `edit(1001, NAME="Janssens BV", IS_ACTIVE=0)`."""
        with self._engine.begin() as connection:
            connection.execute(update(CUSTOMER).where(_of(CUSTOMER, relation_id)).values(columns))

    def change_address(self, relation_id: int, address: str) -> None:
        """Type another address."""
        self.edit(relation_id, EMAIL=address)

    def add(self, name: str, address: str, *, first_name: str = "", language: str = "N", crm_type: int = PERSON) -> int:
        """Enter a new, active relation and tick its newsletter; its id."""
        with self._engine.begin() as connection:
            number = connection.scalar(select(func.max(CUSTOMER.c.CUSTOMER_ID))) or _FIRST_ID - 1
            relation = OfficeRelation(number + 1, name, first_name, address, language, crm_type)
            for table, rows in rows_of([relation]):
                if rows:
                    connection.execute(insert(table), rows)
        return relation.id

    def remove(self, relation_id: int) -> None:
        """Delete a relation with all that hangs on it."""
        with self._engine.begin() as connection:
            for table in (COMMUNICATION, INTEREST, PERMANENT, CUSTOMER):
                connection.execute(delete(table).where(_of(table, relation_id)))


def make_office(path: Path, relations: int = 300, seed: int = 1) -> Office:
    """Make an Admin of that many relations at a path where there is nothing yet; the same for the same seed."""
    if path.exists():
        raise FileExistsError(path)
    random = Random(seed)  # noqa: S311 - sample data
    people, mess = People(random, seed), Mess(random)
    with _engine(path).begin() as connection:
        METADATA.create_all(connection)
        connection.execute(insert(ACC_SOFTWARE), [{"ID": code, "LABEL": label} for code, label in SOFTWARE.items()])
        for start in range(_FIRST_ID, _FIRST_ID + relations, _BATCH):
            numbers = range(start, min(start + _BATCH, _FIRST_ID + relations))
            for table, rows in rows_of(mess.made_of(people.relation(number)) for number in numbers):
                if rows:
                    connection.execute(insert(table), rows)
    return Office(path)


def _of(table: Table, relation_id: int) -> ColumnElement[bool]:
    return table.c["CUSTOMER_ID"] == relation_id


def _engine(path: Path) -> Engine:
    # No pool: a connection that stays open keeps the file from being deleted on Windows.
    return create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)


def _relation(row: Row[*tuple[object, ...]]) -> OfficeRelation:
    return OfficeRelation(
        id=row.CUSTOMER_ID,
        name=row.NAME,
        first_name=row.FIRSTNAME,
        email=row.EMAIL,
        language=row.LANGUAGE,
        crm_type=row.CRM_TYPE,
        active=row.IS_ACTIVE,
        company=bool(row.IS_COMPANY),
        newsletter=row.NEWSLETTER,
        software=row.ACC_SOFTWARE,
        employees=row.EMPLOYEES,
        since=row.CUSTOMER_SINCE,
    )
