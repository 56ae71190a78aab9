"""An office's Admin on a real database, as the tests need it: several tables, padded and coded as Admin has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from faker import Faker
from sqlalchemy import (
    CHAR,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Identity,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Unicode,
    UnicodeText,
    create_engine,
    event,
    func,
    insert,
    select,
    text,
)

from flexsync_cli.adapters.admin.adapter import SqlAdmin, open_admin
from flexsync_cli.adapters.admin.mapping import (
    AdminMapping,
    CommunicationsMapping,
    InterestsMapping,
    Label,
    NewsletterMapping,
    RelationsMapping,
)
from flexsync_cli.domain.model import Relation

SOFTWARE = {1: "Admin-Consult", 2: "Comptabilité à l'échelle"}
INTERESTS = {10: "btw", 11: "successie 💡"}


def sample_relations() -> list[Relation]:
    """Four relations: two ticked, one unticked, one inactive with neither interests nor custom fields."""
    Faker.seed(7)
    fake = Faker("nl_BE")
    plain = Relation("1", f"{fake.last_name()} é", fake.first_name(), fake.email(), "N", "3", active=True, newsletter=True)
    full = {"acc_software": SOFTWARE[1], "sector": "bouw 🧱", "birth": "1980-02-29"}
    empty = {"acc_software": None, "sector": None, "birth": None}
    return [
        replace(plain, fields=full, interests=frozenset(INTERESTS.values())),
        replace(plain, id="2", name=fake.last_name(), language="F", fields={**empty, "acc_software": SOFTWARE[2]}),
        replace(plain, id="3", name=fake.company(), first_name="", newsletter=False, fields=empty),
        replace(plain, id="12", name=fake.last_name(), email="", crm_type="8", active=False, newsletter=False, fields=empty),
    ]


@dataclass
class Office:
    """A database with tables under a prefix; `engine` is the tests' own way in."""

    url: str
    engine: Engine
    prefix: str = ""

    def __post_init__(self) -> None:
        self.metadata = metadata = MetaData()
        name = self.prefix
        self.customer = Table(
            f"{name}CUSTOMER",
            metadata,
            Column("CUSTOMER_ID", Integer, Identity(start=1000), primary_key=True),
            Column("NAME", Unicode(100), nullable=False),
            Column("FIRSTNAME", Unicode(50), nullable=False),
            Column("EMAIL", String(200)),
            Column("LANGUAGE", CHAR(5)),
            Column("CRM_TYPE", Integer),
            Column("IS_ACTIVE", SmallInteger),
            Column("ACC_SOFTWARE", Integer),
            Column("SECTOR", Unicode(50)),
            Column("ORIGIN", String(20)),
        )
        self.permanent = Table(
            f"{name}CUSTOMER_PERMANENT", metadata, Column("CUSTOMER_ID", Integer), Column("NEWSLETTER", CHAR(1))
        )
        self.interest = Table(f"{name}CUSTOMER_INTEREST", metadata, Column("CUSTOMER_ID", Integer), Column("KIND", Integer))
        self.kinds = Table(f"{name}INTEREST", metadata, Column("ID", Integer), Column("LABEL", Unicode(50)))
        self.software = Table(f"{name}ACC_SOFTWARE", metadata, Column("ID", Integer), Column("LABEL", Unicode(50)))
        self.extra = Table(f"{name}CUSTOMER_EXTRA", metadata, Column("CUSTOMER_ID", Integer), Column("BIRTH", Date))
        self.communication = Table(
            f"{name}COMMUNICATION",
            metadata,
            Column("NUMBER", Integer, primary_key=True),
            Column("CUSTOMER_ID", Integer, nullable=False),
            Column("DATE", DateTime, nullable=False),
            Column("SUBJECT", Unicode(40)),
            Column("TEXT", UnicodeText),
            Column("REFERENCE", String(60)),
            Column("TYPE", String(20), nullable=False),
        )

    def mapping(self, *, opt_in: bool = True) -> AdminMapping:
        software = self.software.name
        return AdminMapping(
            RelationsMapping(
                table=self.customer.name,
                id="CUSTOMER_ID",
                name="NAME",
                first_name="FIRSTNAME",
                email="EMAIL",
                language="LANGUAGE",
                crm_type="CRM_TYPE",
                active="IS_ACTIVE",
            ),
            NewsletterMapping(self.permanent.name, "CUSTOMER_ID", "NEWSLETTER"),
            InterestsMapping(self.interest.name, "CUSTOMER_ID", Label("KIND", self.kinds.name, "ID", "LABEL")),
            CommunicationsMapping(
                self.communication.name, "CUSTOMER_ID", "DATE", "SUBJECT", "TEXT", "REFERENCE", {"TYPE": "Flexmail"}
            ),
            fields={
                "acc_software": Label("ACC_SOFTWARE", software, "ID", "LABEL"),
                "sector": "SECTOR",
                "birth": f"{self.extra.name}.BIRTH",
            },
            created_columns=("CRM_TYPE", "ORIGIN"),
            opt_in=opt_in,
        )

    def fill(self, relations: list[Relation]) -> None:
        """Store them as Admin would: padded, coded, -1 for yes, and no newsletter row at all for the last one."""
        codes = {label: code for code, label in SOFTWARE.items()}
        with self.engine.begin() as connection:
            connection.execute(insert(self.software), [{"ID": code, "LABEL": label} for code, label in SOFTWARE.items()])
            connection.execute(insert(self.kinds), [{"ID": code, "LABEL": f"{label} "} for code, label in INTERESTS.items()])
            for one in relations:
                row = {
                    "NAME": f"{one.name}   ",
                    "FIRSTNAME": one.first_name,
                    "EMAIL": one.email or None,
                    "LANGUAGE": one.language,
                    "CRM_TYPE": int(one.crm_type),
                    "IS_ACTIVE": -1 if one.active else 0,
                    "ACC_SOFTWARE": codes.get(str(one.fields["acc_software"]), 0),
                    "SECTOR": one.fields["sector"],
                }
                connection.execute(insert(self.customer).values(CUSTOMER_ID=int(one.id), **row))
                self._insert_details(connection, one)

    def communications(self) -> int:
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(self.communication)).scalar_one())

    def flags(self, relation_id: str) -> list[str]:
        with self.engine.connect() as connection:
            flags = select(self.permanent.c.NEWSLETTER).filter_by(CUSTOMER_ID=int(relation_id))
            return list(connection.execute(flags).scalars())

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def open(self, mapping: AdminMapping | None = None) -> SqlAdmin:
        return open_admin(self.url, None, mapping or self.mapping(), Path())

    def _insert_details(self, connection: Connection, one: Relation) -> None:
        number = int(one.id)
        if one.active:
            connection.execute(insert(self.permanent).values(CUSTOMER_ID=number, NEWSLETTER="J" if one.newsletter else "N"))
        if birth := one.fields["birth"]:
            connection.execute(insert(self.extra).values(CUSTOMER_ID=number, BIRTH=date.fromisoformat(str(birth))))
        for code, label in INTERESTS.items():
            if label in one.interests:
                connection.execute(insert(self.interest).values(CUSTOMER_ID=number, KIND=code))

    def add_triggers(self) -> None:
        """A trigger on every written table, as Admin has for its change log: SQL Server refuses OUTPUT beside one."""
        self.run("CREATE TABLE CHANGES (WHAT VARCHAR(200))")
        for table in (self.customer, self.permanent, self.extra, self.communication):
            for what in ("INSERT", "UPDATE"):
                self.run(
                    f"CREATE TRIGGER LOG_{table.name}_{what} AFTER {what} ON {table.name} BEGIN "
                    f"INSERT INTO CHANGES SELECT '{what}' UNION ALL SELECT 'again'; END"
                )

    def revert_unticks_of(self, relation_id: str) -> None:
        """A trigger that puts this relation's flag back."""
        self.run(
            f"CREATE TRIGGER BACK AFTER UPDATE ON {self.permanent.name} WHEN NEW.CUSTOMER_ID = {relation_id} BEGIN "
            f"UPDATE {self.permanent.name} SET NEWSLETTER = OLD.NEWSLETTER WHERE CUSTOMER_ID = {relation_id}; END"
        )


@contextmanager
def office_at(url: str, prefix: str = "") -> Iterator[Office]:
    """Its tables are made, filled, and dropped at the end."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous = OFF"))
    office = Office(url, engine, prefix)
    office.metadata.create_all(engine)
    try:
        office.fill(sample_relations())
        yield office
    finally:
        if engine.dialect.name != "sqlite":  # its file goes with the test
            office.metadata.drop_all(engine)
        engine.dispose()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'admin.db'}"
