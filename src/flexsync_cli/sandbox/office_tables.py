"""The tables of the office's Admin, by the names that flexsync's configuration has as defaults."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from sqlalchemy import CHAR, Column, Date, DateTime, ForeignKey, Integer, MetaData, Table, Text

from flexsync_cli.sandbox.office_people import OfficeRelation

Rows: TypeAlias = list[dict[str, object]]

METADATA = MetaData()

CUSTOMER = Table(
    "CUSTOMER",
    METADATA,
    Column("CUSTOMER_ID", Integer, primary_key=True),
    Column("NAME", Text, nullable=False),
    Column("FIRSTNAME", Text),
    Column("EMAIL", Text),
    Column("LANGUAGE", CHAR(1)),
    Column("CRM_TYPE", Integer),
    Column("IS_ACTIVE", Integer),
    Column("IS_COMPANY", Integer, server_default="0"),
    Column("ACC_SOFTWARE", Integer, server_default="0"),
    Column("EMPLOYEES", Integer),
    Column("CUSTOMER_SINCE", Date),
)
PERMANENT = Table(
    "CUSTOMER_PERMANENT",
    METADATA,
    Column("CUSTOMER_ID", Integer, ForeignKey("CUSTOMER.CUSTOMER_ID"), primary_key=True),
    Column("NEWSLETTER", CHAR(1)),
)
INTEREST = Table(
    "CUSTOMER_INTEREST",
    METADATA,
    Column("CUSTOMER_ID", Integer, ForeignKey("CUSTOMER.CUSTOMER_ID"), primary_key=True),
    Column("INTEREST", Text, primary_key=True),
)
COMMUNICATION = Table(
    "COMMUNICATION",
    METADATA,
    Column("COMMUNICATION_ID", Integer, primary_key=True),
    Column("CUSTOMER_ID", Integer, ForeignKey("CUSTOMER.CUSTOMER_ID"), nullable=False),
    Column("DATE", DateTime),
    Column("SUBJECT", Text),
    Column("TEXT", Text),
    Column("TYPE", Text),
    Column("REFERENCE", Text),
)
ACC_SOFTWARE = Table("ACC_SOFTWARE", METADATA, Column("ID", Integer, primary_key=True), Column("LABEL", Text))


def rows_of(relations: Iterable[OfficeRelation]) -> Iterator[tuple[Table, Rows]]:
    """The rows of these relations, table by table."""
    known = list(relations)
    yield CUSTOMER, [_customer(relation) for relation in known]
    yield (
        PERMANENT,
        [{"CUSTOMER_ID": relation.id, "NEWSLETTER": relation.newsletter} for relation in known if relation.newsletter],
    )
    yield (
        INTEREST,
        [{"CUSTOMER_ID": relation.id, "INTEREST": interest} for relation in known for interest in relation.interests],
    )


def _customer(relation: OfficeRelation) -> dict[str, object]:
    return {
        "CUSTOMER_ID": relation.id,
        "NAME": relation.name,
        "FIRSTNAME": relation.first_name,
        "EMAIL": relation.email,
        "LANGUAGE": relation.language,
        "CRM_TYPE": relation.crm_type,
        "IS_ACTIVE": relation.active,
        "IS_COMPANY": int(relation.company),
        "ACC_SOFTWARE": relation.software,
        "EMPLOYEES": relation.employees,
        "CUSTOMER_SINCE": relation.since,
    }
