"""What `check` tells of an Admin."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from flexsync_cli.adapters.admin.describe import TableUse, grant_script
from flexsync_cli.adapters.admin.mapping import AdminMapping, CommunicationsMapping, NewsletterMapping, RelationsMapping
from tests.adapters.admin.office import Office, office_at, sqlite_url

MAPPING = AdminMapping(
    RelationsMapping("dbo.CUSTOMER", "ID", "NAME", "EMAIL", "ACTIVE", language="LANGUAGE"),
    NewsletterMapping("dbo.PERMANENT", "ID", "NEWS]LETTER"),
    communications=CommunicationsMapping("dbo.COMMUNICATION", "ID", "DATE", "SUBJECT", "TEXT"),
    fields={"sector": "SECTOR"},
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with office_at(sqlite_url(tmp_path)) as made:
        yield made


def test_the_script_grants_just_what_is_needed() -> None:
    assert grant_script(MAPPING, "flexsync", opt_in=False).splitlines() == [
        "GRANT SELECT ON [dbo].[CUSTOMER] TO [flexsync];",
        "GRANT SELECT ON [dbo].[PERMANENT] TO [flexsync];",
        "GRANT SELECT ON [dbo].[COMMUNICATION] TO [flexsync];",
        "GRANT UPDATE ([NEWS]]LETTER]) ON [dbo].[PERMANENT] TO [flexsync];",
        "GRANT INSERT ON [dbo].[COMMUNICATION] TO [flexsync];",
    ]


def test_opt_in_needs_more() -> None:
    more = set(grant_script(MAPPING, "DOMAIN\\svc", opt_in=True).splitlines())
    assert {
        "GRANT INSERT ON [dbo].[CUSTOMER] TO [DOMAIN\\svc];",
        "GRANT INSERT ON [dbo].[PERMANENT] TO [DOMAIN\\svc];",
        "GRANT UPDATE ([NAME], [EMAIL], [LANGUAGE], [SECTOR]) ON [dbo].[CUSTOMER] TO [DOMAIN\\svc];",
    } < more


def test_the_script_is_t_sql() -> None:
    assert all(sqlglot.parse(grant_script(MAPPING, "flexsync", opt_in=True), read="tsql"))


def test_columns_that_nothing_fills(office: Office) -> None:
    office.run(
        "CREATE TABLE LOG (NR INTEGER PRIMARY KEY, REL INTEGER, D DATE, S TEXT, T TEXT, KIND TEXT NOT NULL, "
        "STAFF INTEGER NOT NULL, DONE INTEGER NOT NULL DEFAULT 0)",
        "ALTER TABLE CUSTOMER ADD COLUMN COUNTRY TEXT NOT NULL DEFAULT 'BE'",
    )
    communications = CommunicationsMapping("LOG", "REL", "D", "S", "T", values={"KIND": "Flexmail"})
    with closing(office.open(replace(office.mapping(), communications=communications))) as admin:
        assert admin.unmapped_required_columns() == {"LOG": ("STAFF",)}


def test_tables_are_described_as_the_database_spells_them(office: Office) -> None:
    mapping = replace(office.mapping(), newsletter=NewsletterMapping("customer_permanent", "customer_id", "newsletter"))
    with closing(office.open(mapping)) as admin:
        uses = admin.describe_tables()
    assert TableUse("CUSTOMER_PERMANENT", ("CUSTOMER_ID", "NEWSLETTER"), is_view=False) in uses
    assert TableUse("ACC_SOFTWARE", ("ID", "LABEL"), is_view=False) in uses
    assert len(uses) == 7
